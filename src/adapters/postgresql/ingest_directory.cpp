#include <signal.h>
#include <sys/stat.h>

#include <cerrno>
#include <charconv>

#include "adapters/postgresql/ingest.h"
#include "adapters/postgresql/origin_settings.h"

namespace slip::postgresql {

namespace fs = std::filesystem;

namespace {

// A server works in its data directory, whatever namespace it numbers its processes in. Where we
// may not look, the number in its file decides.
bool server_runs_on(const fs::path& data) {
  std::error_code failed;
  for (const auto& entry : fs::directory_iterator("/proc", failed)) {
    const std::string name = entry.path().filename();
    if (name.find_first_not_of("0123456789") != std::string::npos) continue;
    std::error_code unknown;
    if (fs::equivalent(entry.path() / "cwd", data, unknown) && !unknown) return true;
  }
  const auto text = read_file(data / "postmaster.pid", 4096);
  pid_t process = 0;
  if (!text) return false;
  std::from_chars(text->data(), text->data() + text->size(), process);
  if (process <= 1 || (::kill(process, 0) != 0 && errno == ESRCH)) return false;
  std::error_code unknown;
  (void)fs::equivalent("/proc/" + std::to_string(process) + "/cwd", data, unknown);
  return unknown == std::errc::permission_denied;
}

Result<> check(const fs::path& path) {
  std::error_code failed;
  if (!fs::is_directory(path, failed)) {
    return Error{.code = ErrorCode::invalid_argument,
                 .message = path.string() + " is not a directory, or may not be read"};
  }
  if (server_runs_on(path)) {
    return Error{.code = ErrorCode::invalid_argument,
                 .message = "a PostgreSQL server runs on " + path.string(),
                 .hint = "Stop it first, or link it by its url instead."};
  }
  for (const auto& entry : fs::directory_iterator(path / "pg_tblspc", failed)) {
    return Error{.code = ErrorCode::unsupported,
                 .message = path.string() + " has a tablespace elsewhere (" +
                            entry.path().filename().string() + ")",
                 .hint = "Move its tables into the default tablespace, or link a dump instead."};
  }
  return {};
}

// By a program that makes every file anew, so that it gets the flag of our folder.
Result<> copy(const Ingest& ingest, const fs::path& from, const fs::path& to) {
  TRY(run_step(
      ingest,
      Command{.argv = {"cp", "-a", "--reflink=auto", "--", (from / ".").string(), to.string()}},
      "copying the data directory", ErrorCode::failed, from.string() + " cannot be copied"));
  return {};
}

// The log may lie on another disk, behind a symbolic link that a copy must not share.
Result<> bring_log_in(const Ingest& ingest, const fs::path& from) {
  std::error_code failed;
  const fs::path link = ingest.layout.data / "pg_wal";
  if (!fs::is_symlink(link, failed)) return {};
  const fs::path log = fs::canonical(from / "pg_wal", failed);
  if (failed) {
    return Error{.code = ErrorCode::invalid_argument,
                 .message = (from / "pg_wal").string() + " leads nowhere"};
  }
  fs::remove(link, failed);
  TRY(make_directories(link, 0700));
  return copy(ingest, log, link);
}

}  // namespace

Result<DataPosition> ingest_from(const Ingest& ingest, const DirectoryOrigin& origin) {
  TRY(check(origin.path));
  const int major = TRY(read_major(origin.path));
  if (ingest.settings.version && *ingest.settings.version != major) {
    return Error{.code = ErrorCode::invalid_argument,
                 .message = origin.path.string() + " is of PostgreSQL " + std::to_string(major) +
                            ", not " + std::to_string(*ingest.settings.version)};
  }
  const ServerVersion version = TRY(find_major(ingest.versions, major));
  const ControlData control = TRY(read_control_data(origin.path));
  TRY(make_layout(ingest.layout, ingest.user));
  TRY(copy(ingest, origin.path, ingest.layout.data));
  TRY(bring_log_in(ingest, origin.path));
  if (ingest.user.ids) TRY(change_owner(ingest.layout.data, *ingest.user.ids));
  if (::chmod(ingest.layout.data.c_str(), 0700) != 0) {
    return error_from_errno(errno, "change the mode of " + ingest.layout.data.string());
  }
  TRY(ingest.settings.follow ? neutralize_origin(ingest.layout.data, version, ingest.user)
                             : take_over(ingest, version));
  return control.position;
}

}  // namespace slip::postgresql
