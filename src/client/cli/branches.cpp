// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include "client/cli/commands.h"
#include "client/cli/figures.h"
#include "client/cli/going_back.h"
#include "client/cli/operation_wait.h"
#include "client/cli/table.h"
#include "client/cli/words.h"

namespace slip::cli {
namespace {

struct Arguments {
  std::string container;
  std::string branch;
  std::string new_name;
  std::string from_bookmark;
  std::string from_branch;
  std::string at;
  std::string of_branch;
  std::string point;
  bool from_template = false;
  bool beside = false;
  bool accept_earlier = false;
  bool keep_running = false;
  bool names_only = false;
};

std::string branch_state(const json::value& branch) {
  const bool runs = text_in(branch, "state") == "running";
  if (flag_in(branch, "active")) return runs ? "active" : "active, " + text_in(branch, "state");
  const std::string read_only = flag_in(branch, "read_only") ? ", read-only" : "";
  return (runs ? "running beside" : text_in(branch, "state")) + read_only;
}

Result<> list_branches(Session& session, const Arguments& given) {
  const json::value all = TRY(session.list(api_path({"containers", given.container, "branches"})));
  if (session.json()) {
    session.print_json(all);
    return {};
  }
  Table table({{"NAME"}, {"STATE"}, {"CREATED"}, {""}, {"DATA"}, {"ADDRESSES"}});
  for (const auto& branch : list_in(all, "items")) {
    if (given.names_only) {
      session.print(text_in(branch, "name") + "\n");
      continue;
    }
    const auto created = time_in(branch, "created_at");
    const auto kind = text_in(branch, "segment.kind");
    const auto parent = text_in(branch, "segment.parent.words");
    table.add({text_in(branch, "name"), branch_state(branch),
               created ? short_moment(*created, now()) : "", created ? ago(*created, now()) : "",
               parent.empty() ? "" : kind + " from " + parent,
               flag_in(branch, "active") ? "" : endpoints_in_short(list_in(branch, "endpoints"))});
  }
  session.print(table.to_string());
  return {};
}

Result<> show_branch(Session& session, const Arguments& given) {
  const json::value branch =
      TRY(session.get(api_path({"containers", given.container, "branches", given.branch})));
  if (session.json()) {
    session.print_json(branch);
    return {};
  }
  const auto created = time_in(branch, "created_at");
  const auto began = time_in(branch, "segment.began_at");
  session.print(fields({{"branch", text_in(branch, "name")},
                        {"id", text_in(branch, "id")},
                        {"state", branch_state(branch)},
                        {"created", created ? moment(*created, now()) : ""},
                        {"data", text_in(branch, "segment.kind") + " from " +
                                     text_in(branch, "segment.parent.words", "its template")},
                        {"since", began ? moment(*began, now()) : ""}}));
  Table endpoints({{""}, {""}});
  for (const auto& endpoint : list_in(branch, "endpoints")) {
    endpoints.add({text_in(endpoint, "source"), endpoint_address(endpoint)});
  }
  if (!endpoints.empty()) session.print("\nAddresses\n" + endpoints.to_string(2));
  session.print(endpoint_notes(list_in(branch, "endpoints")));
  return {};
}

Result<std::optional<json::value>> data_choice(Session& session, const Arguments& given) {
  const int choices = !given.from_bookmark.empty() + !given.from_branch.empty() +
                      !given.at.empty() + !given.point.empty() +
                      static_cast<int>(given.from_template && given.at.empty());
  if (choices > 1) {
    return Error{
        .code = ErrorCode::invalid_argument,
        .message = "give only one of --from, --from-branch, --at, --point and --from-template",
        .hint = "--at may go with --from-template: the template's data of that time."};
  }
  if (choices == 0) return std::optional<json::value>();
  json::object from;
  if (!given.from_bookmark.empty()) from["bookmark"] = given.from_bookmark;
  if (!given.from_branch.empty()) from["branch"] = given.from_branch;
  if (!given.point.empty()) from["point"] = given.point;
  if (!given.at.empty()) {
    const Timestamp at = TRY(read_time(given.at, now()));
    from = TRY(announce(session, {given.container, given.of_branch, at, given.accept_earlier,
                                  given.from_template}));
    from["time"] = to_rfc3339(at);
  }
  if (given.from_template) from["template"] = true;
  if (!given.of_branch.empty()) from["branch"] = given.of_branch;
  return std::optional<json::value>(std::move(from));
}

Result<> create_branch(Session& session, const Arguments& given) {
  json::object body{{"name", given.branch}};
  if (auto from = TRY(data_choice(session, given))) body["from"] = *std::move(from);
  if (given.beside) body["beside"] = true;
  const Change change{
      .path = api_path({"containers", given.container, "branches"}),
      .body = body,
      .attempt = fmt::format("create branch {} of {}", given.branch, given.container)};
  return carry_out(session, change, [&](const json::value& operation) {
    const auto origin = data_origin(operation, now());
    const auto from = origin.empty() ? "" : " from " + origin;
    if (given.beside) {
      return fmt::format(
          "Branch {0} of {1} runs beside the active one{2}, after {3}. Its addresses: "
          "slip branch show {4} {5}",
          given.branch, given.container, from, took(length_of(operation, now())),
          shell_word(given.container), shell_word(given.branch));
    }
    return fmt::format(
        "{} is on its new branch {}{}, after {}. The branch it was on is kept: slip "
        "branch list {}",
        given.container, given.branch, from, took(length_of(operation, now())),
        shell_word(given.container));
  });
}

Result<> activate_branch(Session& session, const Arguments& given) {
  json::object body;
  if (given.keep_running) body["keep_running"] = true;
  const Change change{
      .path = api_path({"containers", given.container, "branches", given.branch, "activate"}),
      .body = body,
      .attempt = fmt::format("activate branch {} of {}", given.branch, given.container)};
  return carry_out(session, change, [&](const json::value& operation) {
    return fmt::format("{} is on branch {} after {}.", given.container, given.branch,
                       took(length_of(operation, now())));
  });
}

void add_what_is_named(Command* command, Arguments& given) {
  command->add_option("container", given.container, "The container")->required();
  command->add_option("branch", given.branch, "The branch's name")->required();
}

void add_create(Command* group) {
  const auto given = arguments<Arguments>();
  auto* create = group->add_subcommand(
      "create", "Make a branch, of the data as it is now or was; it becomes active at once");
  add_what_is_named(create, *given);
  create
      ->add_option("--from", given->from_bookmark, "A bookmark, own or another's: \"qa/Bug 4711\"")
      ->type_name("BOOKMARK");
  create
      ->add_option("--from-branch", given->from_branch,
                   "Another branch as it is now, running or stopped")
      ->type_name("BRANCH");
  create->add_option("--at", given->at, "This very moment, or the last point before it")
      ->type_name("TIME");
  create->add_option("--of", given->of_branch, "With --at: of this branch")->type_name("BRANCH");
  create->add_flag("--accept-earlier", given->accept_earlier,
                   "With --at: however much earlier a source's data would be");
  create->add_option("--point", given->point, "This point of the timeline")->type_name("ID");
  create->add_flag("--from-template", given->from_template,
                   "The template's newest data, or with --at its data at that time");
  create->add_flag("--beside", given->beside,
                   "Leave the active branch active; run beside it, on addresses of its own");
  create->on_chosen([given](Session& session) { return create_branch(session, *given); });
}

void add_names(Command* group) {
  const auto given = arguments<Arguments>();
  auto* rename = group->add_subcommand("rename", "Give a branch another name");
  add_what_is_named(rename, *given);
  rename->add_option("new-name", given->new_name, "Its new name")->required();
  rename->on_chosen([given](Session& session) {
    const Change change{
        .method = "PATCH",
        .path = api_path({"containers", given->container, "branches", given->branch}),
        .body = json::object{{"name", given->new_name}},
        .attempt = "rename branch " + given->branch};
    return carry_out(session, change, [&](const json::value&) {
      return fmt::format("The branch {} is now called {}.", given->branch, given->new_name);
    });
  });
  auto* remove = group->add_subcommand("delete", "Delete a branch: it goes to the trash");
  add_what_is_named(remove, *given);
  remove->on_chosen([given](Session& session) {
    const Change change{
        .method = "DELETE",
        .path = api_path({"containers", given->container, "branches", given->branch}),
        .body = nullptr,
        .attempt = "delete branch " + given->branch};
    return carry_out(session, change, [&](const json::value&) {
      return fmt::format("Deleted the branch {} of {}. It is in the trash for now: slip trash list",
                         given->branch, given->container);
    });
  });
}

}  // namespace

void add_branches(Command& slip) {
  auto* group =
      add_group(slip, "branch", "Branches: lines of work in a container, one of them active");
  const auto given = arguments<Arguments>();
  auto* list = group->add_subcommand("list", "A container's branches");
  list->add_option("container", given->container, "The container")->required();
  list->add_flag("--names", given->names_only, "Only their names");
  list->on_chosen([given](Session& session) { return list_branches(session, *given); });
  auto* show = group->add_subcommand("show", "One branch, with its addresses");
  add_what_is_named(show, *given);
  show->on_chosen([given](Session& session) { return show_branch(session, *given); });
  add_create(group);
  auto* activate =
      group->add_subcommand("activate", "Let the container's addresses lead to a branch");
  add_what_is_named(activate, *given);
  activate->add_flag("--keep-running", given->keep_running,
                     "Let the branch that was active run on beside it");
  activate->on_chosen([given](Session& session) { return activate_branch(session, *given); });
  add_names(group);
}

}  // namespace slip::cli
