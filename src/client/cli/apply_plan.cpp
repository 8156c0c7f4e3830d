// SPDX-License-Identifier: Apache-2.0
#include "client/cli/apply_plan.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>

#include "client/cli/json_view.h"

namespace slip::cli {
namespace {

using Texts = std::map<std::string, std::string>;

Texts texts_in(const json::value& value, std::string_view path) {
  Texts out;
  const auto* object = find_in(value, path);
  if (object == nullptr || !object->is_object()) return out;
  for (const auto& member : object->get_object()) {
    const auto key = std::string(member.key());
    const auto& content = member.value();
    out[key] = content.is_string() ? std::string(content.get_string()) : json::serialize(content);
  }
  return out;
}

// The daemon shows secrets as "***"; what is around them must be the same.
bool may_be_same(const std::string& ours, const std::string& shown) {
  constexpr std::string_view mask = "***";
  const auto at = shown.find(mask);
  if (at == shown.npos) return ours == shown;
  const auto before = shown.substr(0, at);
  const auto after = shown.substr(at + mask.size());
  return ours.size() >= before.size() + after.size() && ours.starts_with(before) &&
         ours.ends_with(after);
}

// The keys that differ, also those only one side has.
std::set<std::string> differences(const Texts& ours, const Texts& shown) {
  std::set<std::string> out;
  for (const auto& [key, value] : ours) {
    const auto found = shown.find(key);
    if (found == shown.end() || !may_be_same(value, found->second)) out.insert(key);
  }
  for (const auto& [key, value] : shown) {
    if (!ours.contains(key)) out.insert(key);
  }
  return out;
}

bool is_same_run(const std::optional<RunSection>& ours, const json::value* shown) {
  if (shown == nullptr) return !ours;
  if (!ours) return false;
  const auto theirs = from_json<RunSection>(*shown);
  return theirs && theirs->command == ours->command &&
         differences(ours->env, theirs->env).empty() && theirs->health == ours->health &&
         theirs->stop_signal == ours->stop_signal;
}

// "" when the linked source is configured as the file says.
std::string difference(const FileSource& wanted, const json::value& linked) {
  if (wanted.config.kind.empty()) return "";
  std::string out;
  const auto add = [&](const std::string& what) { out += (out.empty() ? "" : ", ") + what; };
  if (text_in(linked, "config.kind") != wanted.config.kind) add("kind");
  Texts shown = texts_in(linked, "config.settings");
  // Sources from before there was a choice are so without the file's saying it.
  if (!wanted.config.settings.contains("superuser") && shown["superuser"] != "false") {
    shown.erase("superuser");
  }
  // What a file leaves open the daemon has filled in.
  if (wanted.config.settings.contains("dump") && !wanted.config.settings.contains("database")) {
    shown.erase("database");
  }
  for (const auto& key : differences(wanted.config.settings, shown)) add(key);
  if (!is_same_run(wanted.config.run, find_in(linked, "config.run"))) add("run");
  if (text_in(linked, "schedule") != wanted.schedule) add("sync");
  return out;
}

// What to do about it.
std::string advice_on(const std::string& differs, const FileSource& wanted) {
  if (differs == "sync") {
    return fmt::format("Change it: slip source schedule {} '{}'.", wanted.linked,
                       wanted.schedule.empty() ? "off" : wanted.schedule);
  }
  if (differs == "url") return "Change it: slip source url " + wanted.linked + " @FILE.";
  return "Link it under another name instead: in the file, source = \"NAME\".";
}

json::object place_of(const FileSource& source) {
  return {{"name", source.name},
          {"source", source.linked},
          {"priority", source.priority},
          {"port", source.port},
          {"settings", to_json(source.settings)},
          {"hooks", to_json(source.hooks)},
          {"subset", to_json(source.subset)}};
}

const json::array& newest_places(const json::value& existing) {
  const auto& versions = list_in(existing, "versions");
  return versions.empty() ? list_in(existing, "sources") : list_in(versions.back(), "sources");
}

bool is_same_hooks(const std::vector<Hook>& wanted, const json::value& place) {
  const auto& shown = list_in(place, "hooks");
  return std::equal(wanted.begin(), wanted.end(), shown.begin(), shown.end(),
                    [](const Hook& ours, const json::value& theirs) {
                      const auto read = from_json<Hook>(theirs);
                      return read && *read == ours;
                    });
}

// What of the place is not as the file says.
std::vector<std::string> differences_of(const FileSource& wanted, const json::value& place,
                                        const std::map<std::string, std::string>& names_by_id) {
  auto source = name_in(place, "source");
  if (const auto found = names_by_id.find(source); found != names_by_id.end()) {
    source = found->second;
  }
  std::vector<std::string> out;
  const auto compare = [&](bool is_same, std::string_view what) {
    if (!is_same) out.push_back(fmt::format("{}: {}", wanted.name, what));
  };
  compare(source == wanted.linked, "source");
  compare(number_in(place, "priority", 1) == wanted.priority, "priority");
  compare(number_in(place, "port") == wanted.port, "port");
  compare(differences(wanted.settings, texts_in(place, "settings")).empty(), "settings");
  compare(is_same_hooks(wanted.hooks, place), "hooks");
  compare(wanted.subset == texts_in(place, "subset"), "subset");
  return out;
}

// Also what only one of them has, and another order.
std::vector<std::string> differences_of(const TemplateFile& file, const json::array& places,
                                        const std::map<std::string, std::string>& names_by_id) {
  std::vector<std::string> out;
  std::vector<std::string> order;
  for (const auto& place : places) order.push_back(text_in(place, "name"));
  for (const auto& wanted : file.sources) {
    const auto found = std::ranges::find(order, wanted.name);
    if (found == order.end()) {
      out.push_back(wanted.name + " is new");
      continue;
    }
    const auto more = differences_of(
        wanted, places[static_cast<std::size_t>(found - order.begin())], names_by_id);
    out.insert(out.end(), more.begin(), more.end());
  }
  std::vector<std::string> wanted_order;
  for (const auto& wanted : file.sources) wanted_order.push_back(wanted.name);
  for (const auto& name : order) {
    if (std::ranges::find(wanted_order, name) == wanted_order.end()) out.push_back(name + " goes");
  }
  if (out.empty() && order != wanted_order) out.emplace_back("the order of the sources");
  return out;
}

}  // namespace

Result<ApplyPlan> plan_apply(const TemplateFile& file, const json::array& sources,
                             const json::value& existing) {
  ApplyPlan plan;
  std::map<std::string, const json::value*> linked;
  std::map<std::string, std::string> names_by_id;
  for (const auto& source : sources) {
    linked[text_in(source, "name")] = &source;
    names_by_id[text_in(source, "id")] = text_in(source, "name");
  }
  for (const auto& wanted : file.sources) {
    plan.places.push_back(place_of(wanted));
    const auto found = linked.find(wanted.linked);
    if (found == linked.end()) {
      if (wanted.config.kind.empty()) {
        return Error{.code = ErrorCode::not_found,
                     .message = fmt::format("line {}: there is no source \"{}\"", wanted.line,
                                            wanted.linked),
                     .hint = "What there is: slip source list"};
      }
      plan.to_link.push_back(wanted);
    } else if (const auto differs = difference(wanted, *found->second); !differs.empty()) {
      plan.notes.push_back(fmt::format(
          "The source {0} is linked already, but otherwise than the file says ({1}); it is left as "
          "it is. {2}",
          wanted.linked, differs, advice_on(differs, wanted)));
    }
  }
  if (existing.is_null()) {
    plan.change = ApplyPlan::TemplateChange::create;
    return plan;
  }
  plan.differences = differences_of(file, newest_places(existing), names_by_id);
  const auto* limit = find_in(existing, "ask_beyond_s");
  if (to_json(file.ask_beyond_s) != (limit == nullptr ? json::value() : *limit)) {
    plan.differences.emplace_back("ask_beyond_s");
  }
  const auto* manner = find_in(existing, "bookmarks");
  if (to_json(file.bookmarks) != (manner == nullptr ? json::value() : *manner)) {
    plan.differences.emplace_back("bookmarks");
  }
  if (!plan.differences.empty()) plan.change = ApplyPlan::TemplateChange::new_version;
  return plan;
}

json::object config_body(const SourceConfig& config) {
  return {
      {"kind", config.kind}, {"settings", to_json(config.settings)}, {"run", to_json(config.run)}};
}

}  // namespace slip::cli
