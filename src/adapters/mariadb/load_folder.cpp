// SPDX-License-Identifier: Apache-2.0
#include "adapters/mariadb/load_folder.h"

#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>

#include "adapters/mariadb/folder_text.h"
#include "adapters/mariadb/lines.h"
#include "adapters/mariadb/load_dump.h"
#include "adapters/mariadb/tab_format.h"

namespace slip::mariadb {

namespace fs = std::filesystem;

namespace {

constexpr std::string_view kReading = "reading the dump";
constexpr std::string_view kLoading = "loading the dump";

// As programs say it before rows; whoever wrote them had checked them already.
constexpr const char* kForTables = "SET sql_mode='NO_AUTO_VALUE_ON_ZERO', foreign_key_checks=0";
// What is cut off or of another form is to be refused, and not filled up.
constexpr const char* kForRows =
    "SET sql_mode='NO_AUTO_VALUE_ON_ZERO,STRICT_ALL_TABLES', foreign_key_checks=0, "
    "unique_checks=0, time_zone='+00:00'";

constexpr std::string_view kInUsualFormat =
    "Make it again in the usual format, without --fields-terminated-by, --fields-enclosed-by, "
    "--fields-optionally-enclosed-by, --fields-escaped-by and --lines-terminated-by; or in one "
    "file, without --tab.";

bool has_rows_as_text(const DumpFolder& folder, const FolderFile& file) {
  return folder.of == DumpFolder::Of::tab && file.stage == FolderStage::rows;
}

// "orders" of "orders.sql" and of "orders.txt.gz".
std::string stem(const std::string& name) {
  return name.substr(0, std::min(name.rfind(".txt"), name.rfind(".sql")));
}

Result<Packing> packing_of_file(const FolderFile& file, int given, const fs::path& shown) {
  return is_packed_name(file.name) ? detect_packing(given, shown) : Packing::none;
}

Error in_file(const DumpFolder& folder, const std::string& name, const std::string& why) {
  return Error{
      .code = ErrorCode::invalid_argument,
      .message = fmt::format("the dump {} {}", (folder.directory.path() / name).string(), why)};
}

// A line's end that follows a backslash is within a value.
Result<> check_rows(const DumpFolder& folder, const std::string& name, int file,
                    TabFormat& format) {
  Lines lines(file, folder.directory.path() / name);
  std::size_t backslashes = 0;
  for (Lines::Piece piece; TRY(lines.next(piece));) {
    const auto last = piece.text.find_last_not_of('\\');
    backslashes = piece.text.size() - (last == std::string_view::npos ? 0 : last + 1);
    format.take(piece.text);
    if (piece.ends) format.take("\n");
  }
  const bool is_whole = lines.ended_with_newline() && backslashes % 2 == 0;
  if (lines.bytes() == 0 || is_whole) return {};
  Error error = in_file(folder, name, "is broken: it ends in the middle");
  error.hint = "Or it was written in another format. " + std::string(kInUsualFormat);
  return error;
}

}  // namespace

Result<FolderContent> scan_folder(const Ingest& ingest, const DumpFolder& folder) {
  FolderContent content;
  TabFormat format;
  for (const auto& file : folder.files) {
    if (folder.of == DumpFolder::Of::tab && file.stage == FolderStage::triggers) continue;
    if (!ingest.go_on(kReading)) return Error{.code = ErrorCode::canceled, .message = "canceled"};
    const fs::path shown = folder.directory.path() / file.name;
    const UniqueFd given = TRY(folder.directory.open_file(file.name));
    if (has_rows_as_text(folder, file)) {
      TRY(read_unpacked(ingest, given.get(), shown, TRY(packing_of_file(file, given.get(), shown)),
                        [&](int plain) { return check_rows(folder, file.name, plain, format); }));
      continue;
    }
    const auto part = TRY(read_unpacked(
        ingest, given.get(), shown, TRY(packing_of_file(file, given.get(), shown)), [&](int plain) {
          return scan_dump(plain, shown, [&] { return ingest.go_on(kReading); });
        }));
    if (part.ends_in_statement) {
      return in_file(folder, file.name, "is broken: it ends in the middle");
    }
    add_content(content.all, part, file.name);
    if (!file.database.empty()) content.databases.emplace(file.database, file.database);
    if (file.stage == FolderStage::database && !part.databases_made.empty()) {
      content.databases[file.database] = *part.databases_made.begin();
    }
    if (!part.tables_made.empty()) content.tables[stem(file.name)] = part.tables_made.back();
  }
  for (const auto& file : folder.files) {
    if (!has_rows_as_text(folder, file) || content.tables.contains(stem(file.name))) continue;
    return in_file(folder, file.name,
                   "has rows of a table that " + stem(file.name) + ".sql does not make");
  }
  if (const std::string options = format.looks_as_with(); !options.empty()) {
    return Error{.code = ErrorCode::invalid_argument,
                 .message = fmt::format("the folder {} seems to have been written with {}: texts "
                                        "would be loaded with more in them than they had",
                                        folder.directory.path().string(), options),
                 .hint = std::string(kInUsualFormat)};
  }
  for (const auto& [of_files, name] : content.databases) content.all.databases_made.insert(name);
  content.all.gtid = folder.gtid;
  content.all.binlog_position = folder.binlog_position;
  return content;
}

namespace {

class Loader {
 public:
  Loader(const Ingest& ingest, const ServerVersion& version, const PrivateServer& server,
         const DumpFolder& folder, const FolderContent& content, std::string database)
      : ingest_(ingest),
        version_(version),
        server_(server),
        folder_(folder),
        content_(content),
        database_(std::move(database)) {}

  // What could not be loaded. What needs another that comes later is tried again after it.
  Result<std::vector<Error>> try_all(FolderStage stage) {
    std::vector<const FolderFile*> left;
    for (const auto& file : folder_.files) {
      if (file.stage == stage) left.push_back(&file);
    }
    for (;;) {
      std::vector<const FolderFile*> failed;
      std::vector<Error> errors;
      for (const FolderFile* file : left) {
        const auto loaded = load(*file);
        if (loaded) continue;
        const auto code = loaded.error().code;
        if (code == ErrorCode::canceled || code == ErrorCode::no_space) return loaded.error();
        failed.push_back(file);
        errors.push_back(loaded.error());
      }
      if (failed.size() == left.size() || failed.empty()) return errors;
      left = std::move(failed);
    }
  }
  Result<> load(FolderStage stage) {
    const auto errors = TRY(try_all(stage));
    return errors.empty() ? Result<>() : errors.front();
  }
  // What the files of databases have not made.
  Result<> make_databases() {
    auto session = TRY(server_.session());
    for (const auto& [of_files, name] : content_.databases) {
      TRY(session.query(create_database(ingest_.settings, name)));
    }
    return {};
  }

 private:
  Result<> load(const FolderFile& file) {
    const fs::path shown = folder_.directory.path() / file.name;
    const UniqueFd given = TRY(folder_.directory.open_file(file.name));
    const Packing packing = TRY(packing_of_file(file, given.get(), shown));
    if (has_rows_as_text(folder_, file)) return load_rows(file, given.get(), packing, shown);
    UniqueFd plain;
    if (packing != Packing::none) plain = TRY(unpack(given.get(), shown, packing));
    const int whole = plain ? plain.get() : given.get();
    const Wanted wanted = wanted_of(file);
    UniqueFd part;
    if (wanted != Wanted::all) {
      TRY(ingest_.top().remove(kPartOfDump));
      const UniqueFd to = TRY(ingest_.top().create_file(kPartOfDump, {}));
      TRY(write_wanted(whole, wanted, to.get(), shown));
      part = TRY(ingest_.top().open_file(kPartOfDump));
    }
    const auto loaded =
        load_file(ingest_, version_, server_, part ? part.get() : whole, database_of(file),
                  shown.string(), client_arguments(file, wanted));
    return loaded ? Result<>() : explain_load(loaded.error(), shown.string());
  }

  Wanted wanted_of(const FolderFile& file) const {
    if (folder_.of == DumpFolder::Of::tab) {
      if (file.stage == FolderStage::tables) return Wanted::before_triggers;
      return file.stage == FolderStage::triggers ? Wanted::triggers : Wanted::all;
    }
    const bool has_bodies =
        file.stage == FolderStage::triggers || file.stage == FolderStage::routines;
    return has_bodies ? Wanted::statements : Wanted::all;
  }
  static std::vector<std::string> client_arguments(const FolderFile& file, Wanted wanted) {
    if (wanted == Wanted::statements) return {"--delimiter=" + std::string(kStatementEnd)};
    if (file.stage > FolderStage::rows) return {};
    return {"--init-command=" + std::string(kForTables)};
  }
  std::string database_of(const FolderFile& file) const {
    if (folder_.of == DumpFolder::Of::tab) return database_;
    if (file.stage == FolderStage::database) return "";
    return content_.databases.at(file.database);
  }

  Result<UniqueFd> unpack(int given, const fs::path& shown, Packing packing) {
    TRY(ingest_.top().remove(kPlainDump));
    TRY(run_unpacker(ingest_, given, shown, packing, ingest_.top().path() / kPlainDump));
    return ingest_.top().open_file(kPlainDump);
  }

  // By the server itself, which is strict with it: from a file in its own directory.
  Result<> load_rows(const FolderFile& file, int given, Packing packing, const fs::path& shown) {
    if (packing == Packing::none) {
      TRY(ingest_.top().remove(kPlainDump));
      TRY(folder_.directory.copy_file(file.name, ingest_.top(), kPlainDump, CopyHow::share));
      TRY(ingest_.top().change_mode(kPlainDump, 0600));
      if (ingest_.user.ids) TRY(ingest_.top().change_owner(kPlainDump, *ingest_.user.ids));
    } else {
      TRY(unpack(given, shown, packing));
    }
    auto session = TRY(server_.session());
    const auto& table = content_.tables.at(stem(file.name));
    Command load = TRY(client_of(ingest_, version_, server_, database_));
    load.input = std::string(kForRows) + ";\n" + TRY(load_statement(session, table));
    const auto loaded =
        run_step(ingest_, std::move(load), server_.client_places(), kLoading,
                 ErrorCode::invalid_argument, "the dump " + shown.string() + " cannot be loaded");
    if (loaded || loaded.error().code != ErrorCode::invalid_argument) return drop(loaded);
    Error error = loaded.error();
    error.message += ": " + server_words(error.detail);
    error.hint = "It may have been written in another format. " + std::string(kInUsualFormat);
    return error;
  }

  // In the file are all columns, those that the server computes, too. It reads bytes as they are,
  // but JSON only as text.
  Result<std::string> load_statement(Session& session, const std::string& table) {
    std::string columns;
    std::string set;
    for (const Row& row : TRY(session.query(
             "SELECT COLUMN_NAME, DATA_TYPE, COALESCE(GENERATION_EXPRESSION, '') FROM "
             "information_schema.COLUMNS WHERE TABLE_SCHEMA = " +
             session.quote_text(database_) + " AND TABLE_NAME = " + session.quote_text(table) +
             " ORDER BY ORDINAL_POSITION"))) {
      const std::string name = Session::quote_name(row[0].value_or(""));
      const std::string variable = "@" + name;
      const bool is_computed = !row[2].value_or("").empty();
      const bool is_json = row[1].value_or("") == "json";
      columns += (columns.empty() ? "" : ", ") + (is_computed || is_json ? variable : name);
      if (is_computed || !is_json) continue;
      set += (set.empty() ? " SET " : ", ") + name + " = CONVERT(" + variable + " USING utf8mb4)";
    }
    return "LOAD DATA INFILE " + session.quote_text((ingest_.top().path() / kPlainDump).string()) +
           " INTO TABLE " + Session::quote_name(table) + " CHARACTER SET binary (" + columns + ")" +
           set + ";\n";
  }

  static Result<> drop(const Result<std::string>& said) { return said ? Result<>() : said.error(); }

  const Ingest& ingest_;
  const ServerVersion& version_;
  const PrivateServer& server_;
  const DumpFolder& folder_;
  const FolderContent& content_;
  const std::string database_;
};

Result<> check_counts(Session& session, const DumpFolder& folder) {
  constexpr auto patience = std::chrono::hours(1);
  for (const auto& [table, count] : folder.rows_told) {
    const auto rows = session.query("SELECT COUNT(*) FROM " + table, patience);
    if (!rows && rows.error().code == ErrorCode::failed) continue;  // it was not written
    if (!rows) return rows.error();
    const std::string has = rows->front().front().value_or("");
    if (has == std::to_string(count)) continue;
    return Error{.code = ErrorCode::invalid_argument,
                 .message = fmt::format("the folder {} is not whole: {} had {} rows, and its files "
                                        "have {}",
                                        folder.directory.path().string(), table, count, has)};
  }
  return {};
}

}  // namespace

Result<> load_folder(const Ingest& ingest, const ServerVersion& version,
                     const PrivateServer& server, const DumpFolder& folder,
                     const FolderContent& content, const std::string& database) {
  Loader loader(ingest, version, server, folder, content, database);
  TRY(loader.load(FolderStage::database));
  TRY(loader.make_databases());
  for (const auto stage : {FolderStage::sequences, FolderStage::tables, FolderStage::rows}) {
    TRY(loader.load(stage));
  }
  auto session = TRY(server.session());
  TRY(check_counts(session, folder));
  for (const auto stage : {FolderStage::routines, FolderStage::views, FolderStage::triggers}) {
    TRY(loader.load(stage));
  }
  TRY(ingest.top().remove(kPartOfDump));
  return ingest.top().remove(kPlainDump);
}

Result<std::vector<Error>> rehearse_folder(const Ingest& ingest, const ServerVersion& version,
                                           const PrivateServer& server, const DumpFolder& folder,
                                           const FolderContent& content,
                                           const std::string& database) {
  Loader loader(ingest, version, server, folder, content, database);
  std::vector<Error> errors = TRY(loader.try_all(FolderStage::database));
  TRY(loader.make_databases());
  for (const auto stage : {FolderStage::sequences, FolderStage::tables, FolderStage::routines,
                           FolderStage::views, FolderStage::triggers}) {
    // What comes later may need what was refused.
    if (!errors.empty() && stage > FolderStage::tables) break;
    for (auto& error : TRY(loader.try_all(stage))) errors.push_back(std::move(error));
  }
  return errors;
}

}  // namespace slip::mariadb
