#include <sys/stat.h>

#include "adapters/mariadb/ingest.h"

namespace slip::mariadb {

namespace fs = std::filesystem;

namespace {

Error not_one(const fs::path& path, const std::string& why) {
  return Error{.code = ErrorCode::invalid_argument, .message = path.string() + " " + why};
}

// Files of a table or of the log that lie elsewhere, behind a link or a note.
Result<> check_nothing_elsewhere(const fs::path& path) {
  std::error_code failed;
  for (auto at = fs::recursive_directory_iterator(path, failed);
       at != fs::recursive_directory_iterator(); at.increment(failed)) {
    if (failed) break;
    if (at.depth() > 0) at.disable_recursion_pending();
    const bool elsewhere = at->is_symlink(failed) || at->path().extension() == ".isl";
    if (!elsewhere) continue;
    return Error{.code = ErrorCode::unsupported,
                 .message = path.string() + " has a part elsewhere (" +
                            at->path().lexically_relative(path).string() + ")",
                 .hint = "Move it into the data directory, or link a backup or a dump instead."};
  }
  return {};
}

Result<> check(const Dialect& dialect, const fs::path& path) {
  std::error_code failed;
  if (!fs::is_directory(path, failed)) {
    return not_one(path, "is not a directory, or may not be read");
  }
  const std::string why = dialect.why_not(path);
  if (!why.empty()) return not_one(path, why);
  if (server_runs_on(path)) {
    Error error = not_one(path, "has a server running on it");
    error.hint = "Stop it first, or link it by its url or a backup_command instead.";
    return error;
  }
  return check_nothing_elsewhere(path);
}

// What ties a copy to its origin, or is of no use without it: replication, logs, leftovers.
Result<> neutralize(const Dialect& dialect, const fs::path& data) {
  std::error_code failed;
  for (const auto& entry : fs::directory_iterator(data, failed)) {
    if (entry.is_directory(failed)) continue;
    const std::string name = entry.path().filename();
    const std::string extension = entry.path().extension();
    bool leftover = name == "ib_buffer_pool" || name == "slipstream.cnf";
    for (const char* ending : {".pid", ".sock", ".err", ".log", ".index", ".state"}) {
      leftover = leftover || extension == ending;
    }
    leftover = leftover || dialect.ties_to_origin(name);
    const bool numbered =
        extension.size() == 7 && extension.find_first_not_of("0123456789", 1) == std::string::npos;
    if (leftover || numbered) TRY(remove_tree(entry.path()));
  }
  return {};
}

}  // namespace

Result<DataPosition> ingest_from(const Ingest& ingest, const DirectoryOrigin& origin) {
  const Dialect& dialect = ingest.dialect();
  TRY(check(dialect, origin.path));
  const ServerVersion version =
      TRY(choose_reader(ingest, dialect.noted_series(origin.path), origin.path.string()));
  const fs::path& data = ingest.layout.data;
  TRY(make_layout(ingest.layout, ingest.user));
  std::error_code failed;
  auto changed = fs::file_time_type::min();
  for (const auto& log : dialect.redo_logs(origin.path)) {
    changed = std::max(changed, fs::last_write_time(log, failed));
  }
  // By a program that makes every file anew, so that it gets the flag of our folder.
  TRY(run_step(ingest,
               Command{.argv = {"cp", "-a", "--reflink=auto", "--", (origin.path / ".").string(),
                                data.string()}},
               "copying the data directory", ErrorCode::failed,
               origin.path.string() + " cannot be copied"));
  TRY(neutralize(dialect, data));
  if (ingest.user.ids) TRY(change_owner(data, *ingest.user.ids));
  if (::chmod(data.c_str(), 0700) != 0) {
    return error_from_errno(errno, "change the mode of " + data.string());
  }
  TRY(take_over(ingest, version, {.of_directory = true}));
  const auto at = std::chrono::file_clock::to_sys(changed).time_since_epoch();
  return DataPosition{.at = {std::chrono::duration_cast<std::chrono::milliseconds>(at).count()},
                      .position = ""};
}

}  // namespace slip::mariadb
