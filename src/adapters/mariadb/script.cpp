// SPDX-License-Identifier: Apache-2.0
#include "adapters/mariadb/script.h"

#include <sys/random.h>

#include <algorithm>
#include <cctype>
#include <regex>
#include <sstream>

#include "adapters/mariadb/own_user.h"
#include "adapters/mariadb/session.h"
#include "base/subprocess.h"
#include "base/system_error.h"
#include "base/words_in.h"

namespace slip::mariadb {
namespace {

constexpr auto kAnswerPatience = std::chrono::seconds(5);
constexpr auto kEndPatience = std::chrono::seconds(10);

// Held by the script's connection, which is found by it.
Result<std::string> make_lock_name() {
  std::uint64_t number = 0;
  if (::getrandom(&number, sizeof number, 0) != sizeof number) {
    return error_from_errno(errno, "get random numbers");
  }
  return "slipstream script " + std::to_string(number);
}

// Its connection has ended, and with it its transaction, when this returns.
void end(const ScriptPlace& place, const std::string& lock) {
  auto other = Session::open_local(place.server, kAnswerPatience);
  if (!other) return;
  const auto deadline = std::chrono::steady_clock::now() + kEndPatience;
  while (std::chrono::steady_clock::now() < deadline) {
    const auto holder = other->query("SELECT IS_USED_LOCK(" + other->quote_text(lock) + ")");
    if (!holder || holder->empty() || !holder->front().front()) return;
    (void)other->query("KILL " + *holder->front().front());
    (void)other->query("DO SLEEP(0.02)");
  }
}

// What ends a statement at the end of the script.
std::string last_delimiter(const std::string& script) {
  std::string delimiter = ";";
  std::istringstream lines(script);
  for (std::string line; std::getline(lines, line);) {
    constexpr std::string_view word = "delimiter ";
    line.erase(0, std::min(line.find_first_not_of(" \t"), line.size()));
    const bool sets = line.size() > word.size() &&
                      std::equal(word.begin(), word.end(), line.begin(), [](char a, char b) {
                        return a == std::tolower(static_cast<unsigned char>(b));
                      });
    if (!sets) continue;
    std::istringstream(line.substr(word.size())) >> delimiter;
  }
  return delimiter;
}

// "line 3: Table 'a.b' doesn't exist" of "ERROR 1146 (42S02) at line 3: Table 'a.b' doesn't exist".
Error refusal(const std::string& words) {
  static const std::regex form("ERROR [0-9]+ \\([^)]*\\)( at line ([0-9]+))?: ([^\n]*)");
  const auto found = words_in(words, form);
  if (!found) {
    return Error{.code = ErrorCode::failed, .message = "the script was refused"};
  }
  const std::string line = found->at(2).empty() ? "" : "line " + found->at(2) + ": ";
  return Error{.code = ErrorCode::failed, .message = line + found->at(3)};
}

}  // namespace

Result<std::string> run_script(const ScriptPlace& place, const SqlScript& script) {
  const std::string lock = TRY(make_lock_name());
  const std::string delimiter = last_delimiter(script.text);
  Command command{
      .argv = {TRY(find_tool(place.version, place.version.dialect->client)), "--no-defaults",
               "--protocol=socket", "--socket=" + std::string(kSocketName),
               "--user=" + std::string(kOwnUser), "--binary-mode", "--batch", "--raw",
               "--skip-column-names", "--unbuffered", "--quick", "--show-warnings",
               "--skip-reconnect", "--local-infile=0", "--default-character-set=utf8mb4",
               "--max-allowed-packet=1G",
               "--init-command=SET autocommit = 0, " + std::string(place.version.dialect->writes) +
                   ", @slipstream_lock = GET_LOCK('" + lock + "', 0)"},
      .env = {{"MYSQL_PWD", place.server.password}},
      // The socket's path is limited to 107 bytes.
      .working_directory = place.layout.run(),
      .input = script.text + "\n" + delimiter + "\nCOMMIT" + delimiter + "\n",
      .run_as = place.user.name,
      .deadline = script.time_limit,
      .output_max = script.output_max,
      .watch = [&](std::string_view) { return !script.keep_going || script.keep_going(); }};
  if (!place.database.empty()) command.argv.push_back("--database=" + place.database);
  ConfinedPlaces places{.readable = {place.layout.top->path()}, .user = place.user.own};
  if (place.version.prefix() != "/usr") places.readable.push_back(place.version.prefix());
  auto ran = run(TRY(place.confinement->confine(std::move(command), places)));
  if (!ran) {
    Error error = std::move(ran).error();
    if (error.code != ErrorCode::timed_out && error.code != ErrorCode::canceled) return error;
    end(place, lock);
    error.message =
        error.code == ErrorCode::canceled
            ? "the script was ended"
            : "it did not end within " + std::to_string(script.time_limit.count() / 1000) + " s";
    return error;
  }
  if (ran->exit_status == 0) return ran->out + ran->err;
  Error error = refusal(ran->err);
  error.detail = ran->out + ran->err;
  return error;
}

}  // namespace slip::mariadb
