// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "client/cli/session.h"

namespace slip::cli {

// A table of bookmarks, newest first.
enum class Whose { own, others };
std::string bookmark_table(const json::array& bookmarks, Whose whose, Timestamp now);

// Whether it is exact, in words; empty where that is not known.
std::string exactness_words(const json::value& bookmark);

// One bookmark with everything that is known of it.
std::string bookmark_page(const json::value& bookmark, Timestamp now);

// A container's bookmark by name or id, or another's that is available to it: "qa/Bug 4711 data".
// Errors: `not_found`, with the names there are.
Result<json::value> find_bookmark(Session& session, const std::string& container,
                                  const std::string& reference);

}  // namespace slip::cli
