// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "adapters/mariadb/series.h"
#include "adapters/mariadb/table_name.h"
#include "adapters/mariadb/table_names.h"
#include "base/directory.h"
#include "base/result.h"
#include "domain/source.h"
#include "ports/adapter.h"

namespace slip::mariadb {

class Session;
enum class LoginRights;
struct Settings;
struct SubsetScript;
struct UrlOrigin;

// "name", "host" of SQL's name@host.
struct Account {
  std::string user;
  std::string host;  // may be empty: a role
  auto operator<=>(const Account&) const = default;
};

// Of our own user: none. A number of its own stands above the server's limit for everybody
// (max_user_connections), which 0 does not.
inline constexpr std::string_view kOwnLimits =
    "WITH MAX_QUERIES_PER_HOUR 0 MAX_UPDATES_PER_HOUR 0 MAX_CONNECTIONS_PER_HOUR 0 "
    "MAX_USER_CONNECTIONS 1000";

// MariaDB, and MySQL that it came from, speak one protocol and nearly one language. Where they do
// not, and where their programs, files and options have other names, it says here; all the rest of
// this folder is for both. One object each, that lasts as long as the program.
struct Dialect {
  struct Program {
    std::string_view name;
    std::string_view package;  // of Debian
  };
  using Option = std::pair<std::string_view, std::string_view>;

  std::string_view kind;     // of sources: "mariadb"
  std::string_view product;  // for messages: "MariaDB"

  // Programs, and the folders they are looked for in; a `*` stands for one folder name.
  Program server;
  Program client;
  Program dump;
  Program log_reader;
  std::vector<std::string> folders;
  std::string_view folders_option;  // of slipstreamd
  Series oldest;                    // that is run
  Series first_with_replay;         // whose log reader keeps what transactions are called
  std::vector<std::string_view> log_reader_options = {};
  // Whose dump program and servers take what system-versioned tables were before; nothing: there
  // are none.
  std::optional<Series> first_with_history = {};
  bool log_has_times = false;  // of commits, by the server's own clock
  // From which on a server makes a certificate by itself. MariaDB's clients of these series insist
  // on TLS, also over a unix socket, and know the certificate for the server's by the password.
  Series first_with_tls = {};

  // A server's options: configuration.h says in which ranks.
  std::string_view option_group;
  std::vector<Option> defaults;
  std::vector<std::string_view> fixed;
  std::vector<std::string_view> of_private_server;  // beside `fixed`: it is synced once, at its end
  std::vector<std::string_view> of_follower;
  // What a session may have set to be allowed a statement, and no log says.
  std::vector<std::string_view> of_replay;

  // Our statements wait for nobody for long, are in no log, and mean what they say, whatever the
  // copy's owner has set up.
  std::string_view session_settings;
  // What a session of a script sets: to write where it would only read, and to take its time.
  std::string_view writes;
  std::vector<std::string_view> reserved_logins;
  // Of the server's own tables, what people have put there.
  std::vector<std::string_view> system_tables;

  // Two columns: the transactions that a server has, and those that its log has, as text of its
  // own form.
  std::string_view gtids_query;
  // What of production's a follower has.
  std::string_view followed_gtids_query;

  // Where a table lies is in the server's dictionary, not beside the table.
  bool keeps_places_in_dictionary = false;

  // The global that keeps even superusers from writing; empty: there is none.
  std::string_view keeps_all_from_writing;

  std::string_view stop_replication;
  std::string_view forget_replication;
  std::string_view replication_status;
  // What replication takes as a password, in bytes; it uses of a longer one the beginning only.
  std::size_t replication_password_max = 0;
  std::string_view skip_errors;  // the option that has a follower go on after errors of a number

  virtual ~Dialect() = default;

  // --- Data directories.

  // Makes an empty one. `bootstrap`: the program's arguments, the program first.
  virtual Program initializer() const = 0;
  virtual std::vector<std::string> initializer_arguments(const std::filesystem::path& data,
                                                         const std::filesystem::path& tmp,
                                                         const Settings& settings) const = 0;
  // Brings the system tables of an older series up to date; nothing if servers do by themselves.
  virtual std::optional<Program> upgrader() const = 0;
  // The series that last upgraded or made one, where the server noted it.
  virtual Result<std::optional<Series>> noted_series(const Directory& data) const = 0;
  // True if a server of the series `reader` takes the data of an older one.
  virtual bool upgrades(Series data, Series reader) const { return data <= reader; }
  // Empty if it is one of this product's; else what it is instead: "is not a data directory".
  virtual Result<std::string> why_not(const Directory& data) const = 0;
  // Whether its server told names apart by their case.
  virtual Result<NameCase> name_case(const Directory& data) const = 0;
  // A file at its top that ties a copy to its origin.
  virtual bool ties_to_origin(const std::string& name) const = 0;
  // Names of what a flush has to sync.
  virtual Result<std::vector<std::filesystem::path>> redo_logs(const Directory& data) const = 0;

  // --- Accounts.

  // One statement a line, for a file that the server carries out before it lets anybody in.
  virtual std::string own_user_statements(const std::string& password) const = 0;
  // What goes after CREATE USER or ALTER USER.
  virtual std::string identified_by(Session& session, const std::string& password) const = 0;
  virtual std::string_view identified_by_nothing() const = 0;
  // User and host of those that have the role slipstream_login.
  virtual std::string_view marked_logins() const = 0;
  // That both accounts of the login are as ensure_login leaves them; of an owner's rights on
  // databases nothing is said.
  virtual Result<bool> is_login_ready(Session& session, const Login& login,
                                      LoginRights rights) const = 0;
  // Called when one of them has just been made so.
  virtual Result<> note_login(Session& session, const Account& account,
                              const std::string& password) const = 0;
  // From the lines of SHOW GRANTS; and the right, for messages.
  virtual bool may_read_routines(const std::vector<std::string>& grants) const = 0;
  virtual std::string_view routines_right() const = 0;

  // --- Positions, dumps, logs.

  // As read_position of server_state.h.
  virtual Result<DataPosition> position(Session& session) const = 0;
  // Lets a server that has nothing take those transactions for done.
  virtual Result<> take_for_done(Session& session, const std::string& gtids) const = 0;
  struct Dumped {
    bool has_log = false;
    bool encrypts = false;  // it lets one in with TLS
    bool follows = false;   // the dump must say its place exactly
  };
  // How to dump such a server.
  virtual std::vector<std::string> dump_arguments(const Dumped& server) const = 0;

  // --- Following.

  // Why a server cannot be followed; empty if it can.
  virtual Result<std::string> why_not_followed(Session& production) const = 0;
  // Says whom to follow, and begins.
  virtual std::vector<std::string> follow_statements(Session& session, const UrlOrigin& production,
                                                     bool encrypts) const = 0;
  // Lets a follower that is stopped pass over what production does to these tables. For one
  // database only they are passed over too.
  virtual std::string pass_over(Session& session, const std::set<TableName>& tables) const = 0;
  // Of what production has: the first column is 0 once all of it is here, within half a second.
  virtual std::string wait_for(Session& session, const std::string& gtids) const = 0;

  virtual const SubsetScript& subset() const = 0;
};

const Dialect& mariadb_dialect();
const Dialect& mysql_dialect();

// Of the server that says this of itself: "10.11.6-MariaDB-log", "8.4.3".
const Dialect& dialect_of(std::string_view server_version);

}  // namespace slip::mariadb
