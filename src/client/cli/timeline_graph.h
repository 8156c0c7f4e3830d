// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "base/json.h"
#include "base/time.h"
#include "client/cli/daemon_address.h"

namespace slip::cli {

enum class Glyphs { unicode, ascii };
// What the locale can show.
Glyphs glyphs_for(const Environment& environment);

enum class Automatic { shown, folded };

struct GraphStyle {
  Glyphs glyphs = Glyphs::unicode;
  // Folded: neighbouring points that nobody named are one line, "12 automatic points".
  Automatic automatic = Automatic::folded;
};

// A branch's timeline as text, newest first, from the API's answer to GET .../timeline: points and
// bookmarks on the line of their segment, and where a segment began, who did what and where its
// data came from. The line breaks there, because history does. Pure.
std::string timeline_graph(const json::value& timeline, const GraphStyle& style, Timestamp now);

}  // namespace slip::cli
