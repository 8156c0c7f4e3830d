// SPDX-License-Identifier: Apache-2.0
#include "client/cli/timeline_graph.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <vector>

#include "client/cli/figures.h"
#include "client/cli/json_view.h"
#include "client/cli/table.h"
#include "client/cli/words.h"

namespace slip::cli {
namespace {

struct Marks {
  std::string now, bookmark, shared, point, safety, line, began, broken;
};

const Marks& marks_for(Glyphs glyphs) {
  static const Marks unicode{"●", "◆", "◈", "○", "◌", "│", "┴", "╳"};
  static const Marks ascii{"*", "B", "S", "o", ".", "|", "+", "x"};
  return glyphs == Glyphs::unicode ? unicode : ascii;
}

struct Row {
  std::string mark;
  std::string time;
  std::string ago;
  std::string what;
};

class Graph {
 public:
  Graph(const json::value& timeline, const GraphStyle& style, Timestamp now)
      : timeline_(timeline), style_(style), marks_(marks_for(style.glyphs)), now_(now) {
    for (const auto& bookmark : list_in(timeline, "bookmarks")) {
      bookmarks_[text_in(bookmark, "point", text_in(bookmark, "point.id"))].push_back(&bookmark);
    }
    for (const auto& point : list_in(timeline, "points")) {
      points_[text_in(point, "segment")].push_back(&point);
    }
    for (const auto& segment : list_in(timeline, "segments")) {
      const auto safety = text_in(segment, "safety_point");
      if (!safety.empty()) safety_of_[safety] = &segment;
    }
  }

  std::string draw() {
    std::vector<const json::value*> segments;
    for (const auto& segment : list_in(timeline_, "segments")) segments.push_back(&segment);
    sort_newest_first(segments, "began_at");
    rows_.push_back({marks_.now, "now", "", heading()});
    for (std::size_t i = 0; i < segments.size(); ++i) {
      draw_segment(*segments[i], i + 1 == segments.size());
    }
    Table table({{""}, {""}, {""}, {""}});
    for (auto& row : rows_) table.add({row.mark, row.time, row.ago, row.what});
    return table.to_string();
  }

 private:
  static void sort_newest_first(std::vector<const json::value*>& items, std::string_view by) {
    std::stable_sort(items.begin(), items.end(), [&](const auto* a, const auto* b) {
      return time_in(*a, by).value_or(Timestamp{}) > time_in(*b, by).value_or(Timestamp{});
    });
  }

  std::string heading() const {
    return "branch " + name_in(timeline_, "branch") +
           (flag_in(timeline_, "branch.active") ? " (active)" : "");
  }

  void draw_segment(const json::value& segment, bool is_last) {
    auto points = points_[text_in(segment, "id")];
    sort_newest_first(points, "at");
    rows_.push_back({marks_.line, "", "", ""});
    std::size_t folded = 0;
    const json::value* newest_folded = nullptr;
    const auto unfold = [&] {
      if (folded == 1) draw_point(*newest_folded);
      if (folded > 1) draw_folded(*newest_folded, folded);
      folded = 0;
    };
    for (const auto* point : points) {
      if (style_.automatic == Automatic::folded && is_unremarkable(*point)) {
        if (folded++ == 0) newest_folded = point;
        continue;
      }
      unfold();
      draw_point(*point);
    }
    unfold();
    const auto actor =
        text_in(segment, "operation.actor", text_in(segment, "operation.actor.name"));
    auto what = beginning_words(segment, is_last);
    if (!actor.empty()) what += ", by " + actor;
    draw(is_last ? marks_.began : marks_.broken, time_in(segment, "began_at"), what);
  }

  std::string beginning_words(const json::value& segment, bool is_last) const {
    const auto kind = text_in(segment, "kind");
    const auto from = origin_words(text_in(segment, "parent.words"));
    const auto at = time_in(segment, "parent.at");
    if (from.empty()) return kind == "created" || is_last ? "began" : kind;
    const std::string what = kind == "restored"    ? "restored to "
                             : kind == "refreshed" ? "refreshed from "
                             : kind == "reset"     ? "reset to "
                             : kind == "undone"    ? "undone, back to "
                                                   : "began from ";
    return what + from + (at ? ", data of " + moment(*at, now_) : "");
  }

  bool is_unremarkable(const json::value& point) const {
    const auto id = text_in(point, "id");
    return !bookmarks_.contains(id) && !safety_of_.contains(id) &&
           text_in(point, "kind") == "automatic";
  }

  void draw(const std::string& mark, std::optional<Timestamp> at, const std::string& what) {
    rows_.push_back({mark, at ? short_moment(*at, now_) : "", at ? ago(*at, now_) : "", what});
  }

  void draw_folded(const json::value& newest, std::size_t count) {
    draw(marks_.point, time_in(newest, "at"), fmt::format("{} automatic points", count));
  }

  void draw_point(const json::value& point) {
    const auto id = text_in(point, "id");
    const auto gone = find_in(point, "reachable") != nullptr && !flag_in(point, "reachable")
                          ? " (its data is no longer kept)"
                          : "";
    const auto named = bookmarks_.find(id);
    if (named != bookmarks_.end()) {
      for (const auto* bookmark : named->second) draw_bookmark(point, *bookmark);
      return;
    }
    const auto kind = text_in(point, "kind");
    if (kind == "safety" || safety_of_.contains(id)) {
      draw(marks_.safety, time_in(point, "at"), "safety point " + id + gone);
      return;
    }
    const auto what = kind == "synced"     ? "newest data fetched"
                      : kind == "bookmark" ? "point of a deleted bookmark"
                                           : "automatic point";
    draw(marks_.point, time_in(point, "at"), fmt::format("{} {}{}", what, id, gone));
  }

  void draw_bookmark(const json::value& point, const json::value& bookmark) {
    std::string what = in_quotes(text_in(bookmark, "name"));
    if (const auto by = name_in(bookmark, "creator"); !by.empty()) what += " by " + by;
    const auto shared = audience_words(bookmark);
    if (!shared.empty()) what += ", " + shared;
    for (const auto& tag : list_in(bookmark, "tags")) {
      if (tag.is_string()) what += " #" + std::string(tag.get_string());
    }
    draw(shared.empty() ? marks_.bookmark : marks_.shared, time_in(point, "at"), what);
  }

  const json::value& timeline_;
  const GraphStyle& style_;
  const Marks& marks_;
  Timestamp now_;
  std::map<std::string, std::vector<const json::value*>> bookmarks_;  // by point
  std::map<std::string, std::vector<const json::value*>> points_;     // by segment
  std::map<std::string, const json::value*> safety_of_;               // segment, by safety point
  std::vector<Row> rows_;
};

}  // namespace

Glyphs glyphs_for(const Environment& environment) {
  for (const auto* name : {"LC_ALL", "LC_CTYPE", "LANG"}) {
    const auto value = environment(name);
    if (!value || value->empty()) continue;
    return value->find("UTF-8") != std::string::npos || value->find("utf8") != std::string::npos
               ? Glyphs::unicode
               : Glyphs::ascii;
  }
  return Glyphs::ascii;
}

std::string timeline_graph(const json::value& timeline, const GraphStyle& style, Timestamp now) {
  return Graph(timeline, style, now).draw();
}

}  // namespace slip::cli
