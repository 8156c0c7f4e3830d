// SPDX-License-Identifier: Apache-2.0
#include <functional>
#include <regex>

#include "adapters/mariadb/dump_file.h"
#include "adapters/mariadb/dump_folder.h"
#include "adapters/mariadb/ingest.h"
#include "adapters/mariadb/load_dump.h"
#include "adapters/mariadb/load_folder.h"
#include "adapters/mariadb/loadable_text.h"
#include "adapters/mariadb/rehearsal.h"
#include "base/words_in.h"

namespace slip::mariadb {

namespace fs = std::filesystem;

namespace {

constexpr std::string_view kLoading = "loading the dump";

std::string broken_dump(const std::string& origin) {
  return "the dump " + origin + " is broken, or of something else";
}

Error name_the_origin(Error error, const fs::path& origin, const fs::path& loaded) {
  const auto at = error.message.find(loaded.string());
  if (at != std::string::npos) error.message.replace(at, loaded.string().size(), origin.string());
  return error;
}

// MariaDB and MySQL have gone apart: MySQL's dumps from 8 on name collations and roles that MariaDB
// does not know, MariaDB's begin with a line that MySQL's client refuses.
Result<> check_product(const Ingest& ingest, const DumpContent& content,
                       const std::string& origin) {
  const std::string& of = content.origin;
  const bool is_old_mysql = of.starts_with("MySQL 5");
  const std::string product(ingest.dialect().product);
  if (of.empty() || of.starts_with(product + " ") || is_old_mysql) return {};
  const std::string kind = of.starts_with("MariaDB") ? "mariadb" : "mysql";
  return Error{.code = ErrorCode::invalid_argument,
               .message = "the dump " + origin + " is of " + of + ", and the source of " + product,
               .hint = "Link it with kind = \"" + kind + "\"."};
}

}  // namespace

Result<std::string> choose_database(const Ingest& ingest, const DumpContent& content) {
  const std::string& database = ingest.settings.database;
  const auto& made = content.databases_made;
  if (made.contains(database) || (database.empty() && !made.empty())) return std::string();
  if (made.empty() || ingest.settings.database_named) return database;
  std::string names;
  for (const std::string& name : made) names += (names.empty() ? "" : ", ") + name;
  return Error{.code = ErrorCode::invalid_argument,
               .message = "the dump makes databases of its own: " + names,
               .hint = "Say with the setting database which of them connections are to lead to."};
}

namespace {

// Into a new data directory: what `load` puts into that database, if it says none itself.
using Load = std::function<Result<>(const PrivateServer& server, const std::string& database)>;
Result<> load_dump(const Ingest& ingest, const ServerVersion& version, const DumpContent& content,
                   const Load& load) {
  const std::string database = TRY(choose_database(ingest, content));
  TRY(initialize(ingest, version));
  auto server =
      TRY(PrivateServer::start(ingest.place(version), [&] { return ingest.go_on(kLoading); }));
  {
    auto session = TRY(server.session());
    if (!database.empty()) {
      TRY(session.query(create_database(ingest.settings, database)));
    }
    TRY(make_definers(session, content));
  }
  TRY(load(server, database));
  return server.stop();
}

}  // namespace

std::string server_words(const std::string& said) {
  static const std::regex form("ERROR [0-9]+ (?:\\([^)]*\\) )?(?:at line [0-9]+)?: ([^\n]+)");
  const auto found = words_in(said, form);
  return found ? found->at(1) : said;
}

Error explain_load(Error error, const std::string& origin) {
  static const std::regex said("ERROR ([0-9]{1,6}) (?:\\([^)]*\\) )?at line ([0-9]+): ");
  if (error.code != ErrorCode::invalid_argument) return error;
  const auto found = words_in(error.detail, said);
  if (!found) return error;
  const std::string words = server_words(error.detail);
  error.message = "the dump " + origin + ", line " + found->at(2) + ", cannot be loaded: " + words;
  error.hint = cure_of(std::stoi(found->at(1)), words);
  return error;
}

Result<> run_unpacker(const Ingest& ingest, int dump, const fs::path& shown, Packing packing,
                      const fs::path& to, const std::function<bool()>& wanted) {
  Command command{.argv = unpacker(packing, to),
                  .input_file = path_of_open_file(dump),
                  .run_as = ingest.user.name};
  if (wanted) command.watch = [&wanted](std::string_view) { return wanted(); };
  TRY(run_step(ingest, std::move(command), {.writable = {to.parent_path()}}, "unpacking the dump",
               ErrorCode::invalid_argument, broken_dump(shown.string())));
  return {};
}

namespace {

// A plain dump, open.
struct PlainDump {
  UniqueFd file;
  fs::path path;  // for messages
};

// The dump as it can be loaded: itself, or what it was packed from, which is then in the ingest's
// directory. Errors: those of open_dump and detect_packing.
Result<PlainDump> unpack_dump(const Ingest& ingest, const fs::path& origin) {
  UniqueFd given = TRY(open_dump(origin));
  const Packing packing = TRY(detect_packing(given.get(), origin));
  if (packing == Packing::none) {
    return PlainDump{.file = std::move(given), .path = origin};
  }
  TRY(ingest.top().remove(kPlainDump));
  const fs::path plain = ingest.top().path() / kPlainDump;
  TRY(run_unpacker(ingest, given.get(), origin, packing, plain));
  PlainDump made{.file = TRY(ingest.top().open_file(kPlainDump)), .path = plain};
  if (TRY(detect_packing(made.file.get(), plain)) != Packing::none) {
    return Error{.code = ErrorCode::invalid_argument, .message = broken_dump(origin.string())};
  }
  return made;
}

}  // namespace

Result<> check_dump_content(const Ingest& ingest, const DumpContent& content,
                            const fs::path& origin) {
  TRY(check_product(ingest, content, origin.string()));
  TRY(choose_database(ingest, content));
  return {};
}

Result<> make_definers(Session& session, const DumpContent& content) {
  for (const auto& account : content.definers) {
    if (!content.accounts_made.contains(account)) TRY(ensure_definer(session, account));
  }
  return {};
}

// Binary mode takes all bytes as they are, and no commands of the client: a dump starts no
// programs, and reads no file of the client's.
Result<Command> client_of(const Ingest& ingest, const ServerVersion& version,
                          const PrivateServer& server, const std::string& database) {
  Command client{.argv = {TRY(find_tool(version, version.dialect->client))},
                 .env = server.client_environment(),
                 .run_as = ingest.user.name};
  for (auto& argument : server.client_arguments()) client.argv.push_back(std::move(argument));
  client.argv.insert(client.argv.end(),
                     {"--binary-mode", "--local-infile=0", "--default-character-set=utf8mb4",
                      "--max-allowed-packet=1G"});
  if (!database.empty()) client.argv.push_back("--database=" + database);
  return client;
}

Result<UniqueFd> as_loadable(const Ingest& ingest, int dump, bool goes_anywhere,
                             const fs::path& shown) {
  constexpr const char* name = "dump.loadable";
  TRY(ingest.top().remove(name));
  {
    const UniqueFd to = TRY(ingest.top().create_file(name, {}));
    TRY(write_loadable_text(dump, goes_anywhere, to.get(), shown));
  }
  UniqueFd made = TRY(ingest.top().open_file(name));
  TRY(ingest.top().remove(name));
  return made;
}

// The client gets its dump opened.
Result<> load_file(const Ingest& ingest, const ServerVersion& version, const PrivateServer& server,
                   int dump, const std::string& database, const std::string& origin,
                   const std::vector<std::string>& more) {
  Command load = TRY(client_of(ingest, version, server, database));
  load.input_file = path_of_open_file(dump);
  load.argv.insert(load.argv.end(), more.begin(), more.end());
  TRY(run_step(ingest, std::move(load), server.client_places(), kLoading,
               ErrorCode::invalid_argument, broken_dump(origin)));
  return {};
}

namespace {

Result<DumpContent> ingest_file(const Ingest& ingest, const ServerVersion& version,
                                const fs::path& origin) {
  const PlainDump dump = TRY(unpack_dump(ingest, origin));
  auto content = scan_dump(dump.file.get(), dump.path);
  if (!content) return name_the_origin(std::move(content).error(), origin, dump.path);
  TRY(check_dump_content(ingest, *content, origin));
  TRY(load_dump(
      ingest, version, *content, [&](const auto& server, const auto& database) -> Result<> {
        UniqueFd edited;
        if (content->needs_edits()) {
          edited = TRY(as_loadable(ingest, dump.file.get(), !database.empty(), dump.path));
        }
        const int text = edited ? edited.get() : dump.file.get();
        const auto loaded = load_file(ingest, version, server, text, database, origin.string());
        return loaded ? Result<>() : explain_load(loaded.error(), origin.string());
      }));
  return content;
}

Result<DumpContent> ingest_folder(const Ingest& ingest, const ServerVersion& version,
                                  const fs::path& origin) {
  const DumpFolder folder = TRY(read_dump_folder(origin));
  const FolderContent content = TRY(scan_folder(ingest, folder));
  TRY(check_dump_content(ingest, content.all, origin));
  TRY(load_dump(ingest, version, content.all, [&](const auto& server, const auto& database) {
    return load_folder(ingest, version, server, folder, content, database);
  }));
  return content.all;
}

}  // namespace

Result<DataPosition> ingest_from(const Ingest& ingest, const DumpOrigin& origin) {
  const ServerVersion version = TRY(choose_version(ingest));
  TRY(make_layout(ingest.layout, ingest.user));
  const DumpContent content =
      TRY(is_folder(origin.path) ? ingest_folder(ingest, version, origin.path)
                                 : ingest_file(ingest, version, origin.path));
  // After the load, which may have replaced all accounts.
  TRY(take_over(ingest, version, {.gtid = "", .definers = content.definers}));
  TRY(ingest.top().remove(kPlainDump));
  return DataPosition{.at = machine_time(),
                      .position = position_text(content.gtid, content.binlog_position)};
}

}  // namespace slip::mariadb
