// SPDX-License-Identifier: Apache-2.0
#include "adapters/redis/ingest.h"
#include "adapters/support/space_watch.h"

namespace slip::redis {

namespace {

constexpr std::string_view kCopying = "copying the data";

// As a replica that begins would: the server writes a dump of all its databases as of one moment.
Command transfer(const Ingest& ingest, const UrlOrigin& origin) {
  Command command{
      .argv = {ingest.place.programs.client, "-h", origin.host, "-p", std::to_string(origin.port)},
      .run_as = ingest.place.user.name,
      .deadline = std::chrono::hours(48)};
  if (!origin.user.empty()) command.argv.insert(command.argv.end(), {"--user", origin.user});
  if (origin.encrypts) command.argv.emplace_back("--tls");
  command.argv.insert(command.argv.end(),
                      {"--rdb", (ingest.place.layout.data() / kDumpName).string()});
  // In the environment only its own user and root can see it; an argument everybody could.
  if (!origin.password.empty()) command.env["REDISCLI_AUTH"] = origin.password;
  return command;
}

// The client tells by its words alone.
Error explained(std::string said, const UrlOrigin& origin) {
  const auto says = [&](const char* words) { return said.find(words) != std::string::npos; };
  Error error{.code = ErrorCode::failed,
              .message = "the copy of the server at " + origin.where() + " failed",
              .detail = said};
  if (says("WRONGPASS") || says("NOAUTH") || says("invalid password")) {
    error.code = ErrorCode::permission_denied;
    error.message = "the server at " + origin.where() + " refuses the login";
  } else if (says("NOPERM")) {
    error.code = ErrorCode::permission_denied;
    error.message = "the login may not copy everything from " + origin.where();
    error.hint = "It needs +psync +sync +replconf +ping.";
  } else if (says("Could not connect") || says("SSL") || says("I/O error")) {
    error.code = ErrorCode::unavailable;
    error.message = "the server at " + origin.where() + " does not answer";
  } else if (says("-ERR unknown command")) {
    error.code = ErrorCode::unsupported;
    error.message = "the server at " + origin.where() + " lets nobody copy it as a replica does";
    error.hint = "Link an RDB file of it instead.";
  }
  return error;
}

}  // namespace

Result<Laid> lay(const Ingest& ingest, const UrlOrigin& origin) {
  const Timestamp at = machine_time();
  const auto& place = ingest.place;
  Command command = transfer(ingest, origin);
  SpaceWatch space(place.layout.data());
  bool is_full = false;
  command.watch = [&](std::string_view) {
    is_full = space.has_run_out();
    return !is_full && ingest.go_on(kCopying);
  };
  ConfinedPlaces places{.writable = {place.layout.data()},
                        .network = ConfinedPlaces::Network::host,
                        .user = place.user.own};
  const auto output = run(TRY(place.confinement->confine(std::move(command), places)));
  if (is_full) return no_space_for_source();
  if (!output) return output.error();
  const Directory data = TRY(ingest.top().open_directory(kData));
  const bool has_come = output->exit_status == 0 && TRY(data.has_file(kDumpName));
  if (!has_come) return explained(output->out + output->err, origin);
  return Laid{.content = Content::dump, .at = at};
}

}  // namespace slip::redis
