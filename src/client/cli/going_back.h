// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "client/cli/session.h"

namespace slip::cli {

// A time of a container, or of a template, that somebody wants to go to.
struct WantedTime {
  std::string container;  // empty: of `tmpl`
  std::string branch;     // empty: the active one
  Timestamp at;
  bool accept_earlier = false;  // said beforehand
  bool of_template = false;     // the container's, instead of a branch
  std::string tmpl = {};
};

// Says how far each source's data would go, before anything is done, and asks where that is so much
// earlier that the template says to ask. Gives back what to add to a request for that time.
// Errors: the API's; `canceled` (the answer was no), `precondition_failed` (there is nobody to
// ask).
Result<json::object> announce(Session& session, const WantedTime& wanted);

}  // namespace slip::cli
