// SPDX-License-Identifier: Apache-2.0
#include "client/cli/bookmark_view.h"

#include <fmt/format.h>

#include <algorithm>

#include "client/cli/figures.h"
#include "client/cli/table.h"
#include "client/cli/text_width.h"
#include "client/cli/words.h"

namespace slip::cli {
namespace {

std::string owner_of(const json::value& bookmark) {
  const auto container = name_in(bookmark, "container");
  return container.empty() ? "template " + name_in(bookmark, "template") : container;
}

std::string when(const json::value& value, std::string_view path, Timestamp now) {
  const auto at = time_in(value, path);
  return at ? short_moment(*at, now) : "";
}

std::string when_and_ago(const json::value& value, std::string_view path, Timestamp now) {
  const auto at = time_in(value, path);
  return at ? fmt::format("{} ({})", moment(*at, now), ago(*at, now)) : "";
}

}  // namespace

std::string bookmark_table(const json::array& bookmarks, Whose whose, Timestamp now) {
  std::vector<json::value> newest_first(bookmarks.begin(), bookmarks.end());
  std::stable_sort(newest_first.begin(), newest_first.end(), [](const auto& a, const auto& b) {
    return time_in(a, "at").value_or(Timestamp{}) > time_in(b, "at").value_or(Timestamp{});
  });
  Table table({{"NAME"},
               {"FROM"},
               {"BY"},
               {"TIME"},
               {""},
               {"EXACT"},
               {"BRANCH"},
               {"SHARED"},
               {"TAGS"},
               {"EXPIRES"},
               {"NOTE"}});
  for (const auto& bookmark : newest_first) {
    const auto at = time_in(bookmark, "at");
    const auto note = text_in(bookmark, "note");
    table.add({text_in(bookmark, "name"), whose == Whose::others ? owner_of(bookmark) : "",
               name_in(bookmark, "creator"), when(bookmark, "at", now), at ? ago(*at, now) : "",
               flag_in(bookmark, "exact") ? "yes" : "",
               whose == Whose::own ? name_in(bookmark, "branch") : "",
               whose == Whose::own ? audience_words(bookmark) : "",
               joined(list_in(bookmark, "tags")), when(bookmark, "expires_at", now),
               clip(printable(note.substr(0, note.find('\n'))), 40)});
  }
  return table.to_string();
}

namespace {

// "Going back to it, these are not as they were:" and what the sources lack.
std::string what_is_missing(const json::value& bookmark) {
  const auto* positions = find_in(bookmark, "positions");
  std::string out;
  if (positions == nullptr || !positions->is_object()) return out;
  for (const auto& member : positions->get_object()) {
    for (const auto& one : list_in(member.value(), "lacks")) {
      if (!one.is_string()) continue;
      out += fmt::format("  {}: {}\n", std::string_view(member.key()),
                         printable(std::string(one.get_string())));
    }
  }
  if (out.empty()) return out;
  return "\nNot in it\n" + out;
}

}  // namespace

std::string exactness_words(const json::value& bookmark) {
  const auto* exact = find_in(bookmark, "exact");
  if (exact == nullptr) return "";
  if (flag_in(bookmark, "exact")) return "exact";
  return what_is_missing(bookmark).empty() ? "as a power cut would leave it" : "not all is in it";
}

std::string bookmark_page(const json::value& bookmark, Timestamp now) {
  auto out = fields({{"bookmark", text_in(bookmark, "name")},
                     {"id", text_in(bookmark, "id")},
                     {"of", owner_of(bookmark)},
                     {"branch", name_in(bookmark, "branch")},
                     {"data of", when_and_ago(bookmark, "at", now)},
                     {"exact", exactness_words(bookmark)},
                     {"by", name_in(bookmark, "creator")},
                     {"made", when_and_ago(bookmark, "created_at", now)},
                     {"expires", when_and_ago(bookmark, "expires_at", now)},
                     {"shared", audience_words(bookmark)},
                     {"tags", joined(list_in(bookmark, "tags"))},
                     {"point", text_in(bookmark, "point", text_in(bookmark, "point.id"))}});
  if (const auto note = text_in(bookmark, "note"); !note.empty()) {
    out += "\n" + printable(note, Lines::many_lines) + "\n";
  }
  const auto* positions = find_in(bookmark, "positions");
  if (positions != nullptr && positions->is_object() && !positions->get_object().empty()) {
    Table table({{""}, {""}, {""}});
    for (const auto& member : positions->get_object()) {
      const auto at = time_in(member.value(), "at");
      table.add({std::string(member.key()), at ? to_rfc3339(*at) : "",
                 text_in(member.value(), "position")});
    }
    out += "\nThe sources' own times and positions\n" + table.to_string(2);
  }
  return out + what_is_missing(bookmark);
}

Result<json::value> find_bookmark(Session& session, const std::string& container,
                                  const std::string& reference) {
  const auto path = api_path({"containers", container, "bookmarks"});
  std::string names;
  for (const auto* query : {"", "?available=1"}) {
    const json::value all = TRY(session.list(path + query));
    for (const auto& bookmark : list_in(all, "items")) {
      const auto name = text_in(bookmark, "name");
      const auto full = name_in(bookmark, "container") + "/" + name;
      const bool is_own = *query == '\0';
      if (text_in(bookmark, "id") == reference || full == reference ||
          (is_own && name == reference)) {
        return bookmark;
      }
      names += (names.empty() ? "" : ", ") + in_quotes(is_own ? name : full);
    }
  }
  return Error{.code = ErrorCode::not_found,
               .message = fmt::format("{} has no bookmark {}", container, in_quotes(reference)),
               .hint = names.empty() ? "It has none at all." : "There are: " + names + "."};
}

}  // namespace slip::cli
