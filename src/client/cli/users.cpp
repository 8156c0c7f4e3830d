// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include "client/cli/commands.h"
#include "client/cli/figures.h"
#include "client/cli/password.h"
#include "client/cli/table.h"

namespace slip::cli {
namespace {

struct Arguments {
  std::string user;
  std::string password_file;
  std::string present_password_file;
  std::string role;
  bool admin = false;
};

Result<> list_users(Session& session) {
  const json::value all = TRY(session.list(api_path({"users"})));
  if (session.json()) {
    session.print_json(all);
    return {};
  }
  Table table({{"NAME"}, {"ROLE"}, {"CREATED"}});
  for (const auto& user : list_in(all, "items")) {
    const auto created = time_in(user, "created_at");
    table.add({text_in(user, "name"), text_in(user, "role"),
               created ? short_moment(*created, now()) : ""});
  }
  session.print(table.empty() ? "There are no users. Make one: slip user create NAME\n"
                              : table.to_string());
  return {};
}

Result<> create_user(Session& session, const Arguments& given) {
  json::object body{{"name", given.user}, {"role", given.admin ? "admin" : "member"}};
  if (!given.password_file.empty()) {
    body["password"] = TRY(read_new_password(given.password_file, given.user)).reveal();
  }
  const Change change{
      .path = api_path({"users"}), .body = body, .attempt = "create user " + given.user};
  return carry_out(session, change, [&](const json::value& answer) {
    const auto password = text_in(answer, "password");
    const auto created =
        fmt::format("Created the {} {}.", given.admin ? "administrator" : "user", given.user);
    return password.empty()
               ? created
               : fmt::format("{} The password is shown only now: {}", created, password);
  });
}

Result<> change_password(Session& session, const Arguments& given) {
  const auto myself = text_in(TRY(session.get(api_path({"sessions", "current"}))), "user.name");
  const std::string user = given.user.empty() ? myself : given.user;
  json::object body;
  if (user == myself) {
    body["present_password"] =
        TRY(read_password(given.present_password_file, "Current password of " + user)).reveal();
  }
  const Secret password = TRY(read_new_password(given.password_file, user));
  body["password"] = password.reveal();
  const Change change{.method = "PATCH",
                      .path = api_path({"users", user}),
                      .body = body,
                      .attempt = "change the password of " + user};
  return carry_out(session, change,
                   [&](const json::value&) { return fmt::format("{} has a new password.", user); });
}

}  // namespace

void add_users(Command& slip) {
  auto* group = add_group(slip, "user", "Users: who can log in (administrators)");
  auto* list = group->add_subcommand("list", "Everyone who can log in");
  list->on_chosen([](Session& session) { return list_users(session); });

  const auto given = arguments<Arguments>();
  auto* create = group->add_subcommand("create", "Make a user; without a password one is made up");
  create->add_option("name", given->user, "Its name: a-z, 0-9, _ . -")->required();
  create->add_flag("--admin", given->admin, "An administrator");
  create
      ->add_option("--password-file", given->password_file,
                   "Read the password from a file, or - for standard input")
      ->type_name("FILE");
  create->on_chosen([given](Session& session) { return create_user(session, *given); });

  auto* passwd = group->add_subcommand("passwd", "Change a password: your own, or a user's");
  passwd->add_option("name", given->user, "The user; without: yourself");
  passwd
      ->add_option("--password-file", given->password_file,
                   "Read the password from a file, or - for standard input")
      ->type_name("FILE");
  passwd
      ->add_option("--present-password-file", given->present_password_file,
                   "Read your current password from a file, to change your own")
      ->type_name("FILE");
  passwd->on_chosen([given](Session& session) { return change_password(session, *given); });

  auto* role = group->add_subcommand("role", "Make a user an administrator, or a member again");
  role->add_option("name", given->user, "The user")->required();
  role->add_option("role", given->role, "member or admin")->required()->one_of({"member", "admin"});
  role->on_chosen([given](Session& session) {
    const Change change{.method = "PATCH",
                        .path = api_path({"users", given->user}),
                        .body = json::object{{"role", given->role}},
                        .attempt = "change the role of " + given->user};
    return carry_out(session, change, [&](const json::value&) {
      return fmt::format("{} is now {} {}.", given->user, given->role == "admin" ? "an" : "a",
                         given->role);
    });
  });

  auto* remove = group->add_subcommand("delete", "Delete a user; what the user did stays recorded");
  remove->add_option("name", given->user, "The user")->required();
  remove->on_chosen([given](Session& session) {
    const Change change{.method = "DELETE",
                        .path = api_path({"users", given->user}),
                        .body = nullptr,
                        .attempt = "delete user " + given->user};
    return carry_out(session, change,
                     [&](const json::value&) { return "Deleted the user " + given->user + "."; });
  });
}

}  // namespace slip::cli
