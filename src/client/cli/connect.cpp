// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include "client/cli/commands.h"
#include "client/cli/table.h"
#include "client/cli/words.h"

namespace slip::cli {
namespace {

struct Arguments {
  std::string container;
  std::string source;
  std::string branch;
  std::string format;
};

std::string names_of(const json::array& endpoints) {
  std::string names;
  for (const auto& endpoint : endpoints) {
    names += (names.empty() ? "" : ", ") + text_in(endpoint, "source");
  }
  return names;
}

Result<std::string> connection_of(const json::value& endpoint, const std::string& format) {
  if (find_in(endpoint, "connection") == nullptr) {
    if (const auto notes = notes_in_short(endpoint); !notes.empty()) {
      return Error{
          .code = ErrorCode::precondition_failed,
          .message = fmt::format("{} has no address now: {}", text_in(endpoint, "source"), notes)};
    }
    return Error{.code = ErrorCode::precondition_failed,
                 .message = fmt::format("{} has no address now", text_in(endpoint, "source")),
                 .hint = "It may be stopped, or plain files that nothing serves."};
  }
  if (format.empty()) return text_in(endpoint, "connection.url");
  const auto* formats = find_in(endpoint, "connection.formats");
  std::string names = "url";
  if (format == "url") return text_in(endpoint, "connection.url");
  if (formats != nullptr && formats->is_object()) {
    for (const auto& member : formats->get_object()) {
      if (std::string_view(member.key()) == format) return text_in(*formats, format);
      names += ", " + std::string(member.key());
    }
  }
  return Error{.code = ErrorCode::not_found,
               .message = fmt::format("{} has no address in the format {}",
                                      text_in(endpoint, "source"), in_quotes(format)),
               .hint = "There are: " + names + "."};
}

Result<> connect(Session& session, const Arguments& given) {
  const auto path = given.branch.empty()
                        ? api_path({"containers", given.container})
                        : api_path({"containers", given.container, "branches", given.branch});
  const json::value holder = TRY(session.get(path));
  const auto& endpoints = list_in(holder, "endpoints");
  if (session.json() && given.source.empty()) {
    session.print_json(endpoints);
    return {};
  }
  Table all({{""}, {""}});
  std::size_t shown = 0;
  const json::value* chosen = nullptr;
  for (const auto& endpoint : endpoints) {
    const auto name = text_in(endpoint, "source");
    const bool is_connected = find_in(endpoint, "connection") != nullptr;
    // One that should have an address and has none is not left out in silence.
    const auto why_not = is_connected ? "" : notes_in_short(endpoint);
    const bool is_shown = is_connected || !why_not.empty();
    if (is_shown) ++shown;
    if (name == given.source || (given.source.empty() && is_shown)) chosen = &endpoint;
    if (is_connected) all.add({name, connection_of(endpoint, given.format).value_or("")});
    if (!why_not.empty()) all.add({name, "no address now: " + why_not});
  }
  if (given.source.empty() && shown > 1) {
    session.print(all.to_string());
    return {};
  }
  if (chosen == nullptr) {
    return Error{.code = ErrorCode::not_found,
                 .message = given.source.empty()
                                ? given.container + " has no addresses now"
                                : fmt::format("{} has no source {}", given.container,
                                              in_quotes(given.source)),
                 .hint = endpoints.empty() ? "" : "Its sources are " + names_of(endpoints) + "."};
  }
  if (session.json()) {
    session.print_json(*chosen);
    return {};
  }
  session.print(TRY(connection_of(*chosen, given.format)) + "\n");
  return {};
}

}  // namespace

void add_connect(Command& slip) {
  const auto given = arguments<Arguments>();
  auto* command = slip.add_subcommand(
      "connect", "The address of a container's database or application, to paste");
  command->add_option("container", given->container, "The container")->required();
  command->add_option("source", given->source, "Which of its sources; without: all");
  command->add_option("--branch", given->branch, "A branch that runs beside the active one");
  command->add_option("--format", given->format,
                      "url, or the source's own: psql, mariadb, jdbc, ...");
  command->on_chosen([given](Session& session) { return connect(session, *given); });
}

}  // namespace slip::cli
