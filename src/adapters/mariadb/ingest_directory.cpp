// SPDX-License-Identifier: Apache-2.0
#include <sys/stat.h>

#include <algorithm>

#include "adapters/mariadb/configuration.h"
#include "adapters/mariadb/ingest.h"
#include "adapters/mariadb/origin_files.h"
#include "adapters/support/space_watch.h"

namespace slip::mariadb {

namespace fs = std::filesystem;

namespace {

constexpr std::string_view kNamesNotSaid =
    "all names of tables are in lower case: copies tell them apart by their case, unless "
    "conf.lower_case_table_names = 1 says that its server does not";

Error not_one(const fs::path& path, const std::string& why) {
  return Error{.code = ErrorCode::invalid_argument, .message = path.string() + " " + why};
}

bool is_elsewhere(const Directory::Entry& entry) {
  return entry.type == fs::file_type::symlink || fs::path(entry.name).extension() == ".isl";
}

Error part_elsewhere(const fs::path& path, const fs::path& name) {
  return Error{.code = ErrorCode::unsupported,
               .message = path.string() + " has a part elsewhere (" + name.string() + ")",
               .hint = "Move it into the data directory, or link a backup or a dump instead."};
}

// Files of a table or of the log that lie elsewhere, behind a link or a note.
Result<> check_nothing_elsewhere(const Directory& from, const fs::path& path) {
  for (const auto& entry : TRY(from.list())) {
    if (is_elsewhere(entry)) return part_elsewhere(path, entry.name);
    if (entry.type != fs::file_type::directory) continue;
    const Directory below = TRY(from.open_directory(entry.name));
    for (const auto& file : TRY(below.list())) {
      if (is_elsewhere(file)) return part_elsewhere(path, fs::path(entry.name) / file.name);
    }
  }
  return {};
}

Result<> check(const Dialect& dialect, const Directory& from, const fs::path& path) {
  const std::string why = TRY(dialect.why_not(from));
  if (!why.empty()) return not_one(path, why);
  if (TRY(server_runs_on(from))) {
    Error error = not_one(path, "has a server running on it");
    error.hint = "Stop it first, or link it by its url or a backup_command instead.";
    return error;
  }
  return check_nothing_elsewhere(from, path);
}

// What ties a copy to its origin, or is of no use without it: replication, logs, leftovers.
bool is_leftover(const Dialect& dialect, const std::string& name) {
  if (name == "ib_buffer_pool" || name == "slipstream.cnf") return true;
  const std::string extension = fs::path(name).extension();
  for (const char* ending : {".pid", ".sock", ".err", ".log", ".index", ".state"}) {
    if (extension == ending) return true;
  }
  const bool numbered =
      extension.size() == 7 && extension.find_first_not_of("0123456789", 1) == std::string::npos;
  return numbered || dialect.ties_to_origin(name);
}

// File by file, so that each gets the flags of our folder.
Result<> copy(const Ingest& ingest, const Directory& from, const Directory& to) {
  constexpr std::string_view what = "copying the data directory";
  const auto go_on = [&] { return ingest.go_on(what); };
  for (const auto& entry : TRY(from.list())) {
    if (entry.type == fs::file_type::directory) {
      TRY(from.copy_directory(entry.name, to, entry.name, CopyHow::share, go_on));
    } else if (entry.type == fs::file_type::regular && !is_leftover(ingest.dialect(), entry.name)) {
      TRY(from.copy_file(entry.name, to, entry.name, CopyHow::share));
    }
    if (!go_on()) return Error{.code = ErrorCode::canceled, .message = "canceled"};
  }
  return {};
}

Result<Timestamp> last_change(const Dialect& dialect, const Directory& from) {
  std::int64_t newest_ms = 0;
  for (const auto& log : TRY(dialect.redo_logs(from))) {
    const auto about = TRY(from.look(log));
    if (!about) continue;
    newest_ms = std::max(
        newest_ms, std::int64_t{about->st_mtim.tv_sec} * 1000 + about->st_mtim.tv_nsec / 1'000'000);
  }
  return Timestamp{newest_ms};
}

// The path may be a link of the administrator's; nothing below it is followed.
Result<Directory> open_origin(const fs::path& path) {
  auto opened = Directory::open(path / ".");
  if (opened) return opened;
  Error error = not_one(path, "is not a directory, or may not be read");
  error.detail = opened.error().describe();
  return error;
}

}  // namespace

Result<DataPosition> ingest_from(const Ingest& ingest, const DirectoryOrigin& origin) {
  const Dialect& dialect = ingest.dialect();
  const Directory from = TRY(open_origin(origin.path));
  TRY(check(dialect, from, origin.path));
  const ServerVersion version =
      TRY(choose_reader(ingest, TRY(dialect.noted_series(from)), origin.path.string()));
  TRY(check_not_encrypted(dialect, from, origin.path));
  const std::string options = TRY(options_from_files(dialect, from, origin.path));
  if (TRY(dialect.name_case(from)) == NameCase::not_said && !ingest.go_on(kNamesNotSaid)) {
    return Error{.code = ErrorCode::canceled, .message = "canceled"};
  }
  TRY(make_layout(ingest.layout, ingest.user));
  const Timestamp at = TRY(last_change(dialect, from));
  const auto copied = copy(ingest, from, TRY(ingest.top().open_directory(kData)));
  if (!copied && copied.error().code == ErrorCode::no_space) return no_space_for_source();
  if (!copied) return copied.error();
  if (ingest.user.ids) TRY(ingest.top().change_owner(kData, *ingest.user.ids));
  TRY(ingest.top().change_mode(kData, 0700));
  TRY(write_origin_options(ingest.layout, options, ingest.user));
  TRY(take_over(ingest, version, {.of_directory = true}));
  return DataPosition{.at = at, .position = ""};
}

}  // namespace slip::mariadb
