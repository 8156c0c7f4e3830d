// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>
#include <unistd.h>

#include "client/cli/commands.h"
#include "client/cli/password.h"

namespace slip::cli {
namespace {

struct Arguments {
  std::string user;
  std::string password_file;
};

std::string host_name() {
  char name[256] = {};
  return gethostname(name, sizeof name - 1) == 0 ? name : "this machine";
}

Result<> log_in(Session& session, const Arguments& given) {
  const FoundDaemon found = TRY(session.daemon());
  const Secret password = TRY(read_password(given.password_file, "Password of " + given.user));
  // A client without the login that is there: it may have expired.
  ApiClientOptions options{.address = found.address};
  if (!session.options().certificate.empty()) {
    options.trusted_certificate = session.options().certificate;
  }
  ApiClient client(std::move(options));
  const json::value answer = TRY(in_context(
      "log in as " + given.user, client.post(api_path({"sessions"}) + "?kind=token",
                                             json::object{{"user", given.user},
                                                          {"password", password.reveal()},
                                                          {"label", "slip on " + host_name()}})));
  const auto name = text_in(answer, "user.name", given.user);
  TRY(TRY(session.credentials())
          .save(found.address.to_string(), {name, Secret(text_in(answer, "token"))}));
  if (session.json()) {
    const auto* user = find_in(answer, "user");
    session.print_json(json::object{{"user", user == nullptr ? json::value() : *user},
                                    {"daemon", found.address.to_string()}});
  } else {
    session.print(fmt::format("Logged in as {} ({}) at {}. Log out: slip logout\n", name,
                              text_in(answer, "user.role"), found.address.to_string()));
  }
  return {};
}

Result<> log_out(Session& session) {
  const FoundDaemon found = TRY(session.daemon());
  const auto address = found.address.to_string();
  const auto saved = TRY(TRY(session.credentials()).find(address));
  if (!saved) {
    if (!session.json()) session.print("You are not logged in at " + address + ".\n");
    return {};
  }
  ApiClientOptions options{.address = found.address, .token = saved->token};
  if (!session.options().certificate.empty()) {
    options.trusted_certificate = session.options().certificate;
  }
  const auto ended = ApiClient(std::move(options)).remove(api_path({"sessions", "current"}));
  // Forgotten here in any case: a daemon that does not answer must not keep anybody logged in.
  TRY(TRY(session.credentials()).forget(address));
  if (!ended && ended.error().code != ErrorCode::unauthenticated) {
    Error error = ended.error();
    error.hint = "The login is forgotten here, but the daemon may still know it until it expires.";
    return error;
  }
  if (!session.json()) session.print(fmt::format("{} is logged out.\n", saved->user));
  return {};
}

}  // namespace

void add_login(Command& slip) {
  const auto given = arguments<Arguments>();
  auto* login = slip.add_subcommand("login", "Log in, and stay logged in");
  login->add_option("--user,user", given->user, "Your name")->required();
  login
      ->add_option("--password-file", given->password_file,
                   "Read the password from a file, or - for standard input")
      ->type_name("FILE");
  login->on_chosen([given](Session& session) { return log_in(session, *given); });

  auto* logout = slip.add_subcommand("logout", "End the login of `slip login`");
  logout->on_chosen([](Session& session) { return log_out(session); });
}

}  // namespace slip::cli
