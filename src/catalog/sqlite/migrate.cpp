// SPDX-License-Identifier: Apache-2.0
#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <string>

#include "base/fd.h"
#include "base/file.h"
#include "base/log.h"
#include "catalog/sqlite/migrations.h"
#include "catalog/sqlite/move_secrets.h"
#include "catalog/sqlite/row_checksums.h"

namespace slip::sqlite {
namespace {

Result<> check_schema(Connection& connection, std::int64_t schema, std::int64_t newest) {
  if (schema > newest) {
    return Error{.code = ErrorCode::unsupported,
                 .message = "this catalog was written by a newer version (schema " +
                            std::to_string(schema) + "; this one knows up to " +
                            std::to_string(newest) + ")",
                 .hint =
                     "Start the newer version, or put back the copy that was made beside the "
                     "catalog before it was changed."};
  }
  if (schema == 0 && TRY(connection.number("SELECT count(*) FROM sqlite_schema")) > 0) {
    return Error{.code = ErrorCode::unsupported,
                 .message = "this database belongs to another program",
                 .hint = "Choose another path for the catalog."};
  }
  return {};
}

// An empty file that only its owner can read, for the library to write into.
Result<> make_private_file(const std::filesystem::path& path) {
  const UniqueFd file(
      ::open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0600));
  if (!file) return error_from_errno(errno, "create " + path.string());
  return {};
}

Result<> sync_file(const std::filesystem::path& path) {
  const UniqueFd file(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (!file || ::fsync(file.get()) != 0) return error_from_errno(errno, "sync " + path.string());
  return {};
}

// Becomes visible under its name only when complete.
Result<> copy_beside(Connection& connection, const std::filesystem::path& path, int number) {
  const std::filesystem::path copy = path.string() + ".before-" + std::to_string(number);
  const std::filesystem::path partial = copy.string() + ".partial";
  TRY(make_private_file(partial));
  TRY(connection.run("VACUUM INTO ?", {partial.string()}));
  TRY(sync_file(partial));
  if (::rename(partial.c_str(), copy.c_str()) != 0) {
    return error_from_errno(errno, "rename " + partial.string());
  }
  return fsync_directory(path.parent_path());
}

Result<> set_schema(Connection& connection, const Migration& migration) {
  return connection.run_script("PRAGMA user_version = " + std::to_string(migration.number));
}

Result<> empty_the_log(Connection& connection) {
  const auto rows = TRY(connection.query("PRAGMA wal_checkpoint(TRUNCATE)"));
  if (!rows.empty() && rows.front().at(0) == Value(std::int64_t{0})) return {};
  return Error{.code = ErrorCode::unavailable,
               .message = "somebody else reads the catalog",
               .hint = "End what has it open."};
}

// The copies that earlier migrations made hold what this one is to make go.
Result<> remove_copies(const std::filesystem::path& path, int number) {
  for (int before = 1; before <= number; ++before) {
    const std::string copy = path.string() + ".before-" + std::to_string(before);
    if (::unlink(copy.c_str()) == 0) {
      spdlog::info("removed {}, a copy of the catalog with passwords in it", copy);
    } else if (errno != ENOENT) {
      return error_from_errno(errno, "remove " + copy);
    }
  }
  return fsync_directory(path.parent_path());
}

// Nothing of what was deleted is left in the file or its log. Done again after a crash.
Result<> vacuum(Connection& connection, const std::filesystem::path& path,
                const Migration& migration) {
  TRY(connection.run_script(std::string(migration.sql)));
  TRY(empty_the_log(connection));
  TRY(remove_copies(path, migration.number));
  return set_schema(connection, migration);
}

Result<> apply(Connection& connection, const Migration& migration, Secrets* secrets) {
  TRY(connection.run_script("BEGIN IMMEDIATE"));
  TRY(connection.run_script(std::string(migration.sql)));
  if (migration.name.ends_with("_secrets")) TRY(move_secrets(connection, secrets));
  TRY(fill_checksums(connection));
  if (!TRY(connection.query("PRAGMA foreign_key_check")).empty()) {
    return Error{.code = ErrorCode::internal, .message = "it leaves references to nothing"};
  }
  TRY(set_schema(connection, migration));
  return connection.run_script("COMMIT");
}

}  // namespace

Result<> migrate(Connection& connection, const std::filesystem::path& path,
                 std::span<const Migration> known, Secrets* secrets) {
  const std::int64_t schema = TRY(connection.number("PRAGMA user_version"));
  TRY(check_schema(connection, schema, known.empty() ? 0 : known.back().number));
  bool copied = schema == 0;
  // Tables that others reference are changed by making them anew, which references must not see.
  TRY(connection.run_script("PRAGMA foreign_keys = OFF; PRAGMA secure_delete = ON"));
  for (const Migration& migration : known) {
    if (migration.number <= schema) continue;
    const std::string where = "migrate the catalog to " + std::string(migration.name);
    if (!copied) TRY(in_context(where, copy_beside(connection, path, migration.number)));
    copied = true;
    Result<> applied = migration.name.ends_with("_vacuum") ? vacuum(connection, path, migration)
                                                           : apply(connection, migration, secrets);
    if (!applied) {
      connection.roll_back();
      return in_context(where, std::move(applied));
    }
  }
  return connection.run_script("PRAGMA foreign_keys = ON");
}

}  // namespace slip::sqlite
