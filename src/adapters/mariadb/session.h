// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "adapters/support/server_line.h"
#include "adapters/support/server_rows.h"
#include "base/directory.h"
#include "base/fd.h"
#include "base/result.h"
#include "base/time.h"

struct st_mysql;

namespace slip::mariadb {

struct Dialect;

using Row = ServerRow;
using Rows = ServerRows;

struct Address {
  std::string host = {};  // over TCP; "localhost" too
  std::uint16_t port = 0;
  std::string user = {};
  std::string password = {};
  std::string database = {};
};

// A server of ours, and how we come in: as our own user (own_user.h).
struct LocalServer {
  const Directory& directory;  // that holds the folder with its socket
  std::filesystem::path run;   // that folder, in `directory`
  std::string password;
  std::optional<UserIds> user;  // whom it runs as; nothing: ourselves
};

// A connection to a server that may be stuck, frozen or hostile: every call has a deadline of its
// own and never blocks beyond it, answers are bounded, and no server gets a file of this machine by
// asking for one. After a call that failed with `timed_out` or `too_large` the session is of no
// more use. Not thread-safe.
class Session {
 public:
  // Connects. The error's code says what to do:
  //   unavailable        no answer, not yet accepting connections, or too many of them
  //   timed_out          nothing within `patience`
  //   permission_denied  the server refuses this user, password or address
  //   not_found          there is no such database
  // `detail` has the server's words.
  static Result<Session> open(const Address& address, Duration patience);

  // The same through the server's unix socket, whose path may be of any length. Who listens there
  // runs as the server does, else `permission_denied`. What it does is in no binary log.
  static Result<Session> open_local(const LocalServer& server, Duration patience);
  // The same as another user.
  static Result<Session> open_local_as(const LocalServer& server, const std::string& user,
                                       const std::string& password, Duration patience);

  // One statement. Errors: `failed` (the server said no), `timed_out`, `unavailable` (the
  // connection broke), `too_large` (an answer of more than 64 MiB).
  Result<Rows> query(const std::string& sql, Duration patience = std::chrono::seconds(5));

  // The first row by the names of its columns; empty if there is none. Errors: as `query`.
  Result<std::map<std::string, std::string>> named_row(const std::string& sql,
                                                       Duration patience = std::chrono::seconds(5));

  std::string quote_text(const std::string& text);
  static std::string quote_name(const std::string& name);
  bool is_encrypted() const;
  std::string server_version() const;  // "10.11.6-MariaDB-log"
  const Dialect& dialect() const;

 private:
  struct Close {
    void operator()(st_mysql* connection) const;
  };
  using Handle = std::unique_ptr<st_mysql, Close>;
  explicit Session(Handle connection) : connection_(std::move(connection)) {}
  static Result<Session> connect(const Address& address, Duration patience,
                                 std::unique_ptr<ServerLine> line);

  std::unique_ptr<ServerLine> line_;  // to a server of ours; outlives what ends the connection
  Handle connection_;
};

inline constexpr std::string_view kSocketName = "server.sock";

}  // namespace slip::mariadb
