// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <atomic>
#include <filesystem>
#include <memory>
#include <mutex>
#include <thread>
#include <vector>

#include "base/fd.h"
#include "base/result.h"
#include "ports/catalog.h"
#include "ports/secrets.h"

namespace slip {

namespace sqlite {
class Connection;
}

// The durable catalog: one SQLite file in write-ahead mode, synced at every commit. One connection
// writes; readers have their own and never wait for it. Only its owner may read the file. One
// process at a time is meant to have it open: it tells of the events of its own writes only. A
// write inside a write fails with `internal`. Exceptions of `work` pass through, after everything
// it did has been taken back.
class SqliteCatalog final : public Catalog {
 public:
  // Opens the catalog at `path`, makes it if there is none (its directory must exist) and brings it
  // to the newest schema (sqlite/migrations.h). What it holds is checked first: its structure, the
  // checksum of each row, and that its log has lost nothing that was committed.
  // `secrets` takes over the passwords that catalogs of old hold themselves.
  // Errors: `unsupported` (a newer schema, another program's database); `unavailable` (damaged or
  // unreadable), `no_space`, `not_found` (the directory), `permission_denied`.
  static Result<std::unique_ptr<SqliteCatalog>> open(const std::filesystem::path& path,
                                                     Secrets* secrets = nullptr);
  ~SqliteCatalog() override;
  SqliteCatalog(const SqliteCatalog&) = delete;
  SqliteCatalog& operator=(const SqliteCatalog&) = delete;

  // How many writes have changed it, ever.
  std::int64_t commits() const { return commits_; }

  // Makes `path`, which must not be there, a durable copy of one consistent state, while others
  // read and write. Returns the number of writes that it has.
  Result<std::int64_t> copy_to(const std::filesystem::path& path);

  // Checks a copy, or a catalog that nobody has open, as `open` does, and changes nothing. Returns
  // the number of writes that it has. Errors: `unavailable` (damaged).
  static Result<std::int64_t> check(const std::filesystem::path& path);

  // How many writes such a file says that it has; nothing is checked. Errors: `unavailable`.
  static Result<std::int64_t> count(const std::filesystem::path& path);

 protected:
  Result<> do_read(const UnitWork& work) override;
  Result<> do_write(const UnitWork& work) override;

 private:
  SqliteCatalog(std::filesystem::path path, std::unique_ptr<sqlite::Connection> connection,
                UniqueFd note, std::int64_t commits);

  Result<std::unique_ptr<sqlite::Connection>> take_reader();
  void give_back(std::unique_ptr<sqlite::Connection> reader);

  const std::filesystem::path path_;
  UniqueFd note_;  // of the number of writes, beside the catalog
  std::atomic<std::int64_t> commits_ = 0;
  std::mutex writing_;
  std::atomic<std::thread::id> writer_;
  // Before the readers, so that it is closed after them: the last to close tidies the file.
  std::unique_ptr<sqlite::Connection> connection_;
  std::mutex guard_;  // of what follows; held for moments only
  std::vector<std::unique_ptr<sqlite::Connection>> idle_readers_;
};

}  // namespace slip
