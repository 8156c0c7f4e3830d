// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

#include "base/json.h"
#include "base/time.h"

namespace slip::cli {

// A name as one word of a shell: `qa`, `'Bug 4711 data'`.
std::string shell_word(std::string_view name);
// A name in a sentence: "Bug 4711 data" with its quotes.
std::string in_quotes(std::string_view name);

// Where data came from, without the time at its end.
std::string origin_words(std::string_view words);

// "14:03:07 (bookmark "clean base" of qa)": where an operation's data came from; empty if nowhere.
std::string data_origin(const json::value& operation, Timestamp now);

// "shared with everyone", "shared with dev, ops"; empty for one that is not shared.
std::string audience_words(const json::value& bookmark);

// "edge, nightly".
std::string joined(const json::array& names, std::string_view between = ", ");

// What is wrong with one of them, in one line; empty: nothing.
std::string notes_in_short(const json::value& endpoint);
// What is wrong with the sources or their addresses, a line each; empty: nothing.
std::string endpoint_notes(const json::array& endpoints);

// "postgresql://..." or "127.0.0.1:5433"; empty if there is nothing to connect to.
std::string endpoint_address(const json::value& endpoint);
// "app http://127.0.0.1:1080, db 127.0.0.1:5433": short, without logins.
std::string endpoints_in_short(const json::array& endpoints);

// "running", "stopped (locked by qa)", "restore, by dev": a container as its row shows it.
std::string container_state(const json::value& container);

}  // namespace slip::cli
