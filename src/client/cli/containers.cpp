// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include "client/cli/commands.h"
#include "client/cli/figures.h"
#include "client/cli/operation_wait.h"
#include "client/cli/quota_view.h"
#include "client/cli/table.h"
#include "client/cli/words.h"

namespace slip::cli {
namespace {

struct Arguments {
  std::string container;
  std::string new_name;
  std::string template_name;
  std::string branch;
  std::string why;
  std::vector<std::string> owners;
  std::vector<std::string> operators;
  std::vector<std::string> viewers;
  bool names_only = false;
};

Result<> list_containers(Session& session, const Arguments& given) {
  const json::value all = TRY(session.list(api_path({"containers"})));
  if (session.json()) {
    session.print_json(all);
    return {};
  }
  Table table({{"NAME"}, {"TEMPLATE"}, {"BRANCH"}, {"STATE"}, {"ROLE"}, {"ADDRESSES"}});
  for (const auto& container : list_in(all, "items")) {
    if (given.names_only) {
      session.print(text_in(container, "name") + "\n");
      continue;
    }
    table.add({text_in(container, "name"), name_in(container, "template"),
               name_in(container, "active_branch"), container_state(container),
               text_in(container, "my_role"), endpoints_in_short(list_in(container, "endpoints"))});
  }
  if (given.names_only) return {};
  session.print(table.empty() ? "There are no containers that you can see. An administrator makes "
                                "one: slip container create NAME --template TEMPLATE --owner YOU\n"
                              : table.to_string());
  return {};
}

Result<> show_container(Session& session, const Arguments& given) {
  const json::value container = TRY(session.get(api_path({"containers", given.container})));
  if (session.json()) {
    session.print_json(container);
    return {};
  }
  std::string members;
  for (const auto& member : list_in(container, "members")) {
    members += fmt::format("{}{} ({})", members.empty() ? "" : ", ", text_in(member, "name"),
                           text_in(member, "role"));
  }
  const auto created = time_in(container, "created_at");
  session.print(fields({{"container", text_in(container, "name")},
                        {"id", text_in(container, "id")},
                        {"template", name_in(container, "template")},
                        {"branch", name_in(container, "active_branch")},
                        {"state", container_state(container)},
                        {"members", members},
                        {"quota", quota_in_words(container)},
                        {"created", created ? short_moment(*created, now()) : ""}}));
  Table endpoints({{""}, {""}, {""}});
  for (const auto& endpoint : list_in(container, "endpoints")) {
    endpoints.add(
        {text_in(endpoint, "source"), text_in(endpoint, "kind"), endpoint_address(endpoint)});
  }
  if (!endpoints.empty()) session.print("\nAddresses\n" + endpoints.to_string(2));
  session.print(endpoint_notes(list_in(container, "endpoints")));
  return {};
}

json::array members_of(const Arguments& given) {
  json::array members;
  const auto add = [&](const std::vector<std::string>& names, std::string_view role) {
    for (const auto& name : names) members.push_back(json::object{{"user", name}, {"role", role}});
  };
  add(given.owners, "owner");
  add(given.operators, "operator");
  add(given.viewers, "viewer");
  return members;
}

Result<> create_container(Session& session, const Arguments& given) {
  const json::object body{
      {"name", given.container}, {"template", given.template_name}, {"members", members_of(given)}};
  const Change change{.path = api_path({"containers"}),
                      .body = body,
                      .attempt = "create container " + given.container};
  return carry_out(session, change, [&](const json::value& operation) {
    return fmt::format(
        "Created the container {} from template {} in {}. See: slip container show {}",
        given.container, given.template_name, took(length_of(operation, now())),
        shell_word(given.container));
  });
}

void add_changes(Command* group) {
  const auto given = arguments<Arguments>();
  auto* remove = group->add_subcommand("delete", "Delete a container: it goes to the trash");
  remove->add_option("container", given->container, "Its name")->required();
  remove->on_chosen([given](Session& session) {
    const Change change{.method = "DELETE",
                        .path = api_path({"containers", given->container}),
                        .body = nullptr,
                        .attempt = "delete container " + given->container};
    return carry_out(session, change, [&](const json::value&) {
      return "Deleted the container " + given->container +
             ". It is in the trash for now: slip trash list";
    });
  });

  auto* rename = group->add_subcommand("rename", "Give a container another name");
  rename->add_option("container", given->container, "Its name")->required();
  rename->add_option("new-name", given->new_name, "Its new name")->required();
  rename->on_chosen([given](Session& session) {
    const Change change{.method = "PATCH",
                        .path = api_path({"containers", given->container}),
                        .body = json::object{{"name", given->new_name}},
                        .attempt = "rename container " + given->container};
    return carry_out(session, change, [&](const json::value&) {
      return fmt::format("The container {} is now called {}.", given->container, given->new_name);
    });
  });
}

void add_start_stop(Command* group) {
  for (const std::string act : {"start", "stop"}) {
    const auto given = arguments<Arguments>();
    auto* command = group->add_subcommand(
        act, act == "start" ? "Start a container's databases and applications"
                            : "Stop them; the data stays, and no memory is used");
    command->add_option("container", given->container, "Its name")->required();
    command->add_option("--branch", given->branch, "Another branch than the active one");
    command->on_chosen([given, act](Session& session) {
      json::object body;
      if (!given->branch.empty()) body["branch"] = given->branch;
      const Change change{.path = api_path({"containers", given->container, act}),
                          .body = body,
                          .attempt = act + " " + given->container};
      return carry_out(session, change, [&](const json::value& operation) {
        const auto branch = given->branch.empty() ? "" : ", branch " + given->branch + ",";
        return fmt::format("{}{} {} after {}.", given->container, branch,
                           act == "start" ? "runs" : "has stopped",
                           took(length_of(operation, now())));
      });
    });
  }
}

void add_locks(Command* group) {
  const auto given = arguments<Arguments>();
  auto* lock = group->add_subcommand("lock", "Let nobody else change a container");
  lock->add_option("container", given->container, "Its name")->required();
  lock->add_option("--why", given->why, "What the others are told");
  lock->on_chosen([given](Session& session) {
    json::object body;
    if (!given->why.empty()) body["why"] = given->why;
    const Change change{.method = "PUT",
                        .path = api_path({"containers", given->container, "lock"}),
                        .body = body,
                        .attempt = "lock " + given->container};
    return carry_out(session, change, [&](const json::value&) {
      return fmt::format(
          "{0} is locked: nobody but you and administrators can change it. Unlock: "
          "slip container unlock {1}",
          given->container, shell_word(given->container));
    });
  });
  auto* unlock = group->add_subcommand("unlock", "Take a lock back");
  unlock->add_option("container", given->container, "Its name")->required();
  unlock->on_chosen([given](Session& session) {
    const Change change{.method = "DELETE",
                        .path = api_path({"containers", given->container, "lock"}),
                        .body = nullptr,
                        .attempt = "unlock " + given->container};
    return carry_out(session, change,
                     [&](const json::value&) { return given->container + " is unlocked."; });
  });
}

}  // namespace

void add_containers(Command& slip) {
  auto* group =
      add_group(slip, "container", "Containers: private copies of all sources of a template");
  const auto given = arguments<Arguments>();
  auto* list = group->add_subcommand("list", "The containers that you can see");
  list->add_flag("--names", given->names_only, "Only their names");
  list->on_chosen([given](Session& session) { return list_containers(session, *given); });

  auto* show = group->add_subcommand("show", "One container, with its addresses");
  show->add_option("container", given->container, "Its name")->required();
  show->on_chosen([given](Session& session) { return show_container(session, *given); });

  auto* create = group->add_subcommand("create", "Make a container from a template");
  create->add_option("name", given->container, "Its name")->required();
  create->add_option("--template", given->template_name, "The template")->required();
  create->add_repeated("--owner", given->owners, "A user who may do everything with it");
  create->add_repeated("--operator", given->operators, "A user who may work with it");
  create->add_repeated("--viewer", given->viewers, "A user who may look at it");
  create->on_chosen([given](Session& session) { return create_container(session, *given); });

  add_changes(group);
  add_start_stop(group);
  add_locks(group);
  add_members(*group);
  add_quota(*group);
}

}  // namespace slip::cli
