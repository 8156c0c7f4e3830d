// SPDX-License-Identifier: Apache-2.0
#include "domain/quota.h"

#include <fmt/format.h>

#include <charconv>

#include "client/cli/commands.h"
#include "client/cli/figures.h"
#include "client/cli/json_view.h"
#include "client/cli/quota_view.h"

namespace slip::cli {
namespace {

struct Arguments {
  std::string container;
  std::string memory;
  std::string processes;
  std::string cpu_weight;
  std::string open_files;
  std::string disk;
  bool none = false;
};

constexpr std::string_view no_limit = "none";

Result<json::value> size_given(const std::string& name, const std::string& text) {
  if (text == no_limit) return json::value(nullptr);
  if (const auto bytes = size_in_bytes(text)) return json::value(*bytes);
  return Error{.code = ErrorCode::invalid_argument,
               .message = fmt::format("--{}: \"{}\" is not a size", name, text),
               .hint = "Write it as in 512MB or 2GB, or \"none\" for no limit."};
}

Result<json::value> number_given(const std::string& name, const std::string& text) {
  if (text == no_limit) return json::value(nullptr);
  std::int64_t number = 0;
  const auto read = std::from_chars(text.data(), text.data() + text.size(), number);
  if (read.ec == std::errc() && read.ptr == text.data() + text.size()) return json::value(number);
  return Error{.code = ErrorCode::invalid_argument,
               .message = fmt::format("--{}: \"{}\" is not a whole number", name, text),
               .hint = "Or \"none\" for no limit."};
}

// What it is to be, from what it is and what was given; nothing was given: nothing.
Result<std::optional<json::object>> changed(const json::value& container, const Arguments& given) {
  json::object quota;
  for (const char* name : {"memory_bytes", "processes", "cpu_weight", "open_files", "disk_bytes"}) {
    const auto* now = find_in(container, std::string("quota.") + name);
    if (now != nullptr) quota[name] = *now;
  }
  bool any = false;
  const auto set = [&](const char* name, const char* option, const std::string& text,
                       auto read) -> Result<> {
    if (text.empty()) return {};
    any = true;
    json::value value = TRY(read(option, text));
    quota.erase(name);
    if (!value.is_null()) quota[name] = std::move(value);
    return {};
  };
  TRY(set("memory_bytes", "memory", given.memory, size_given));
  TRY(set("processes", "processes", given.processes, number_given));
  TRY(set("cpu_weight", "cpu-weight", given.cpu_weight, number_given));
  TRY(set("open_files", "open-files", given.open_files, number_given));
  TRY(set("disk_bytes", "disk", given.disk, size_given));
  return any ? std::optional(std::move(quota)) : std::nullopt;
}

Result<> show_or_set(Session& session, const Arguments& given) {
  const auto path = api_path({"containers", given.container});
  const json::value before = TRY(session.get(path));
  const auto quota = given.none ? json::object() : TRY(changed(before, given));
  if (!quota) {
    if (session.json()) {
      const auto* known = find_in(before, "quota");
      session.print_json(known == nullptr ? json::value(nullptr) : *known);
      return {};
    }
    const auto words = quota_in_words(before);
    session.print(words.empty() ? "It has no quota: only the template's limits hold.\n"
                                : words + "\n");
    return {};
  }
  const Change change{.method = "PUT",
                      .path = api_path({"containers", given.container, "quota"}),
                      .body = *quota,
                      .attempt = "set the quota of " + given.container};
  return carry_out(session, change, [&](const json::value&) {
    const auto after = session.get(path);
    const auto now = after ? quota_in_words(*after) : "";
    return fmt::format("The quota of {}: {}", given.container, now.empty() ? "none." : now);
  });
}

}  // namespace

std::string quota_in_words(const json::value& container) {
  const auto number = [&](const char* name) {
    const auto* value = find_in(container, std::string("quota.") + name);
    return value != nullptr && value->is_int64() ? std::optional(value->as_int64()) : std::nullopt;
  };
  const Quota quota{.memory_bytes = number("memory_bytes"),
                    .processes = number("processes"),
                    .cpu_weight = number("cpu_weight"),
                    .open_files = number("open_files"),
                    .disk_bytes = number("disk_bytes")};
  if (quota == Quota()) return "";
  std::string words = words_of(quota) + ".";
  if (const auto used = number("disk_used")) words += fmt::format(" {} of disk used.", size(*used));
  for (const auto& note : list_in(container, "quota.notes")) {
    if (note.is_string()) words += fmt::format(" {}", std::string_view(note.get_string()));
  }
  return words;
}

void add_quota(Command& container) {
  const auto given = arguments<Arguments>();
  auto* quota = container.add_subcommand(
      "quota", "What a container may use at most, all of it together; with options: set it");
  quota->add_option("container", given->container, "Its name")->required();
  quota->add_option("--memory", given->memory, "So much memory, as in 512MB or 2GB; or none");
  quota->add_option("--processes", given->processes, "So many processes and threads; or none");
  quota->add_option("--cpu-weight", given->cpu_weight,
                    "Its share of the processor beside other containers' 100; or none");
  quota->add_option("--open-files", given->open_files, "So many open files a process; or none");
  quota->add_option("--disk", given->disk,
                    "So much written and kept, on all its branches and in all its bookmarks, as "
                    "in 20GB; or none");
  quota->add_flag("--none", given->none, "Take the whole quota away");
  quota->on_chosen([given](Session& session) { return show_or_set(session, *given); });
}

}  // namespace slip::cli
