// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <sys/types.h>

#include <chrono>
#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "adapters/support/server_line.h"
#include "adapters/support/server_rows.h"
#include "base/directory.h"
#include "base/result.h"
#include "base/time.h"

struct pg_conn;

namespace slip::postgresql {

using Row = ServerRow;
using Rows = ServerRows;

// Our own role in every cluster we keep; only through the unix socket.
inline constexpr std::string_view kOwnRole = "slipstream";

// A server on this machine, by its unix socket. The folder that the socket lies in may be anybody's
// to write: who answers must be the user who is expected.
struct LocalServer {
  std::shared_ptr<const Directory> directory;
  std::filesystem::path folder;  // in the directory
  std::uint16_t port = 0;
  uid_t user = 0;
  int major = 0;  // its version
  // The container's: further ways in.
  std::string database = {};
  std::string login = {};

  std::filesystem::path socket() const { return folder / (".s.PGSQL." + std::to_string(port)); }
};

// libpq's options (PGOPTIONS) for programs that are hooks: they are not ended for being slow,
// whatever the server, a database or a role is set to. Those of an older server are the beginning
// of those of a newer.
std::string hook_options(int major);

inline constexpr auto kAnswerPatience = std::chrono::seconds(5);

// A connection to a server that may be stuck, frozen or hostile: every call has a deadline of its
// own and never blocks beyond it. After a call that failed otherwise than by the server's refusal
// (`failed`) the session is of no more use. Not thread-safe.
class Session {
 public:
  // Connects with libpq's parameters. The error's code says what to do:
  //   unavailable        no answer, not yet accepting connections, or too many of them
  //   timed_out          nothing within `patience`
  //   permission_denied  the server refuses this user, password or address
  //   not_found          there is no such database
  // `detail` has the server's words.
  static Result<Session> open(std::map<std::string, std::string> parameters, Duration patience);

  // The same through a unix socket, as our own role, in a database that is there: "postgres",
  // "template1" or the container's. Where all connections are taken, one of those that the server
  // keeps for replication. Nothing is said to anybody but the expected user: `permission_denied`.
  static Result<Session> open_local(const LocalServer& server, Duration patience);

  // The same to a server that is not ours, as a superuser that is there.
  static Result<Session> open_follower(const LocalServer& server, const std::string& user,
                                       const std::string& database, Duration patience);

  // As `open_local`, to that database.
  static Result<Session> open_database(const LocalServer& server, const std::string& database,
                                       Duration patience);

  // As `open_local`, to that database, with the server's own settings but for what may be logged:
  // for statements of other people.
  static Result<Session> open_for_script(const LocalServer& server, const std::string& database,
                                         Duration patience);

  // One statement with parameters $1, $2, ... as text.
  // Errors: `failed` (the server said no), `timed_out`, `too_large` (over 64 MiB), `unavailable`.
  Result<Rows> query(const std::string& sql, const std::vector<std::string>& parameters = {},
                     Duration patience = std::chrono::seconds(5));

  // Statements as they stand; without BEGIN among them they are one transaction. `said` is told
  // what the server answers, line by line: rows, what was done, notices, the error. `go_on` is
  // asked several times a second. Errors: `failed` (names the line), `timed_out` and `canceled`
  // (the server may still be at it), `unavailable`.
  struct Talk {
    Duration patience;
    std::function<bool()> go_on = {};
    std::function<void(const std::string& line)> said = {};
  };
  Result<> run(const std::string& statements, const Talk& talk);
  // The server's process of this session, in the server's numbering.
  int backend() const;

  std::string quote_name(const std::string& name) const;
  std::string quote_text(const std::string& text) const;
  // The SCRAM-SHA-256 verifier that the server would store for this password.
  Result<std::string> scram_verifier(const std::string& user, const std::string& password) const;
  int server_major() const;

 private:
  struct Login {
    std::string user = std::string(kOwnRole);
    std::string database;
    std::string options;
  };
  static Result<Session> open_socket(const LocalServer& server, const Login& login,
                                     Duration patience);
  static Result<Session> connect(std::map<std::string, std::string> parameters, Duration patience,
                                 std::unique_ptr<ServerLine> line);
  struct Close {
    void operator()(pg_conn* connection) const;
  };
  using Handle = std::unique_ptr<pg_conn, Close>;
  explicit Session(Handle connection) : connection_(std::move(connection)) {}

  std::unique_ptr<ServerLine> line_;  // to a server of ours; outlives what ends the connection
  Handle connection_;
};

}  // namespace slip::postgresql
