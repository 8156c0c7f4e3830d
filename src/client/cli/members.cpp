// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "client/cli/commands.h"
#include "client/cli/table.h"

namespace slip::cli {
namespace {

struct Arguments {
  std::string container;
  std::vector<std::string> owners;
  std::vector<std::string> operators;
  std::vector<std::string> viewers;
  std::vector<std::string> removed;

  bool changes_nothing() const {
    return owners.empty() && operators.empty() && viewers.empty() && removed.empty();
  }
};

std::string sentence(const std::map<std::string, std::string>& roles) {
  std::string out;
  for (const auto& [name, role] : roles) {
    out += fmt::format("{}{} ({})", out.empty() ? "" : ", ", name, role);
  }
  return out.empty() ? "nobody" : out;
}

Result<> show_or_change_members(Session& session, const Arguments& given) {
  const json::value container = TRY(session.get(api_path({"containers", given.container})));
  std::map<std::string, std::string> roles;
  for (const auto& member : list_in(container, "members")) {
    roles[text_in(member, "name", name_in(member, "user"))] = text_in(member, "role");
  }
  if (given.changes_nothing()) {
    if (session.json()) {
      session.print_json(json::object{{"items", list_in(container, "members")}, {"next", nullptr}});
      return {};
    }
    Table table({{"USER"}, {"ROLE"}});
    for (const auto& [name, role] : roles) table.add({name, role});
    session.print(table.empty() ? "It has no members.\n" : table.to_string());
    return {};
  }
  for (const auto& name : given.owners) roles[name] = "owner";
  for (const auto& name : given.operators) roles[name] = "operator";
  for (const auto& name : given.viewers) roles[name] = "viewer";
  for (const auto& name : given.removed) {
    if (roles.erase(name) == 0) {
      return Error{.code = ErrorCode::not_found,
                   .message = fmt::format("{} is no member of {}", name, given.container),
                   .hint = "Its members are " + sentence(roles) + "."};
    }
  }
  json::array members;
  for (const auto& [name, role] : roles) {
    members.push_back(json::object{{"user", name}, {"role", role}});
  }
  const Change change{.method = "PATCH",
                      .path = api_path({"containers", given.container}),
                      .body = json::object{{"members", members}},
                      .attempt = "change the members of " + given.container};
  return carry_out(session, change, [&](const json::value&) {
    return fmt::format("The members of {} are now {}.", given.container, sentence(roles));
  });
}

}  // namespace

void add_members(Command& container) {
  const auto given = arguments<Arguments>();
  auto* members =
      container.add_subcommand("members", "Who may use a container; with options: change it");
  members->add_option("container", given->container, "Its name")->required();
  members->add_repeated("--owner", given->owners, "Make this user an owner");
  members->add_repeated("--operator", given->operators, "Make this user an operator");
  members->add_repeated("--viewer", given->viewers, "Make this user a viewer");
  members->add_repeated("--remove", given->removed, "Take this user out");
  members->on_chosen([given](Session& session) { return show_or_change_members(session, *given); });
}

}  // namespace slip::cli
