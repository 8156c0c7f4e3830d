// SPDX-License-Identifier: Apache-2.0
#include <signal.h>
#include <sys/stat.h>

#include <cerrno>
#include <charconv>

#include "adapters/postgresql/ingest.h"
#include "adapters/postgresql/origin_settings.h"
#include "adapters/postgresql/tablespaces.h"

namespace slip::postgresql {

namespace fs = std::filesystem;

namespace {

// A server works in its data directory, whatever namespace it numbers its processes in. Where we
// may not look, the number in its file decides.
bool server_runs_on(const Directory& opened) {
  const fs::path data = path_of_open_file(opened.fd());
  std::error_code failed;
  for (const auto& entry : fs::directory_iterator("/proc", failed)) {
    const std::string name = entry.path().filename();
    if (name.find_first_not_of("0123456789") != std::string::npos) continue;
    std::error_code unknown;
    if (fs::equivalent(entry.path() / "cwd", data, unknown) && !unknown) return true;
  }
  const auto text = opened.read("postmaster.pid", 4096);
  pid_t process = 0;
  if (!text) return false;
  std::from_chars(text->data(), text->data() + text->size(), process);
  if (process <= 1 || (::kill(process, 0) != 0 && errno == ESRCH)) return false;
  std::error_code unknown;
  (void)fs::equivalent("/proc/" + std::to_string(process) + "/cwd", data, unknown);
  return unknown == std::errc::permission_denied;
}

Result<> check(const Directory& from) {
  const std::string path = from.path().string();
  if (server_runs_on(from)) {
    return Error{.code = ErrorCode::invalid_argument,
                 .message = "a PostgreSQL server runs on " + path,
                 .hint = "Stop it first, or link it by its url instead."};
  }
  return {};
}

// The administrator's directory may be reached by links.
Result<Directory> open_origin(const fs::path& path) {
  std::error_code failed;
  auto opened = Directory::open(fs::canonical(path, failed));
  if (opened && !failed) return opened;
  return Error{.code = ErrorCode::invalid_argument,
               .message = path.string() + " is not a directory, or may not be read"};
}

// By a program that makes every file anew, so that it gets the flag of our folder, and belongs to
// the run user.
Result<> copy(const Ingest& ingest, const fs::path& from, const fs::path& to) {
  TRY(run_step(ingest, {.command = {.argv = {"cp", "-a", "--reflink=auto", "--",
                                             (from / ".").string(), to.string()}},
                        .places = {.writable = {to},
                                   .readable = {from},
                                   .reads = ConfinedPlaces::Reads::every_place},
                        .what = "copying the data directory",
                        .message = from.string() + " cannot be copied"}));
  return {};
}

// The log may lie on another disk, behind a symbolic link that a copy must not share.
Result<> bring_log_in(const Ingest& ingest, const fs::path& from) {
  const Directory data = TRY(ingest.layout.open_data());
  const auto log = TRY(data.look("pg_wal"));
  if (!log || !S_ISLNK(log->st_mode)) return {};
  std::error_code failed;
  const fs::path there = fs::canonical(from / "pg_wal", failed);
  if (failed) {
    return Error{.code = ErrorCode::invalid_argument,
                 .message = (from / "pg_wal").string() + " leads nowhere"};
  }
  TRY(data.remove("pg_wal"));
  TRY(data.make_directory("pg_wal", {.mode = 0700, .owner = ingest.user.ids}));
  return copy(ingest, there, ingest.layout.data() / "pg_wal");
}

// Tablespaces lie behind links, on other disks as a rule. A backup made by copying has a map of
// them, which the server would make its links by.
Result<> bring_tablespaces_in(const Ingest& ingest, const fs::path& from) {
  TRY(TRY(ingest.layout.open_data()).remove("tablespace_map"));
  for (const auto& one : TRY(read_tablespaces(ingest.layout))) {
    const fs::path name = fs::path(kBrought) / one.oid;
    std::error_code failed;
    const fs::path there = fs::canonical(from / "pg_tblspc" / one.oid, failed);
    if (failed) {
      return Error{.code = ErrorCode::invalid_argument,
                   .message = "the tablespace " + one.oid + " of " + from.string() + " is not at " +
                              one.location.string(),
                   .hint = "Bring it there, or link the server by its url instead."};
    }
    const Directory::Access access{.mode = 0700, .owner = ingest.user.ids};
    TRY(ingest.layout.top->make_directory(kBrought, access));
    TRY(TRY(ingest.layout.top->make_directory(name, access)).set_no_copy_on_write());
    TRY(copy(ingest, there, ingest.directory() / name));
    if (ingest.user.ids) TRY(ingest.layout.top->change_owner(name, *ingest.user.ids));
    TRY(relink(ingest.layout, one.oid, name));
  }
  return {};
}

}  // namespace

Result<DataPosition> ingest_from(const Ingest& ingest, const DirectoryOrigin& origin) {
  const Directory from = TRY(open_origin(origin.path));
  TRY(check(from));
  const int major = TRY(read_major(from));
  if (ingest.settings.version && *ingest.settings.version != major) {
    return Error{.code = ErrorCode::invalid_argument,
                 .message = origin.path.string() + " is of PostgreSQL " + std::to_string(major) +
                            ", not " + std::to_string(*ingest.settings.version)};
  }
  const ServerVersion version = TRY(find_major(ingest.versions, major));
  ControlData control = TRY(read_control_data(from));
  TRY(make_layout(ingest.layout, ingest.user));
  TRY(copy(ingest, from.path(), ingest.layout.data()));
  TRY(bring_log_in(ingest, from.path()));
  TRY(bring_tablespaces_in(ingest, from.path()));
  if (ingest.user.ids) TRY(ingest.layout.top->change_owner(kData, *ingest.user.ids));
  TRY(ingest.layout.top->change_mode(kData, 0700));
  if (ingest.settings.follow) {
    TRY(neutralize_origin(ingest, version));
  } else {
    control.position.doubts = TRY(take_over(ingest, version));
  }
  return control.position;
}

}  // namespace slip::postgresql
