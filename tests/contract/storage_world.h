// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>

#include "base/file.h"
#include "ports/storage_driver.h"

namespace slip::test {

// One storage driver under test, and the way to reach into its trees: files for most, maps for the
// fake.
class StorageWorld {
 public:
  virtual ~StorageWorld() = default;

  virtual StorageDriver& driver() = 0;
  // As after the daemon was killed: a new driver over the same pool.
  virtual void reopen() = 0;
  // As after a power cut: what had not reached the disk is lost. Nothing to lose for the fake.
  virtual void cut_power() { reopen(); }
  // The pool's directory; empty for one that has none.
  virtual std::filesystem::path root() const = 0;

  virtual Result<> write(const VolumeId& volume, const std::string& path, std::string content) = 0;
  virtual Result<std::string> read(const VolumeId& volume, const std::string& path) = 0;
  virtual Result<std::string> read(const SnapshotId& snapshot, const std::string& path) = 0;
};

using MakeStorageWorld = std::unique_ptr<StorageWorld> (*)(std::int64_t pool_size);

// For drivers whose trees are directories.
class TreeWorld : public StorageWorld {
 public:
  StorageDriver& driver() override { return *driver_; }

  Result<> write(const VolumeId& volume, const std::string& path, std::string content) override {
    return write_file_durably(TRY(driver_->attach(volume)).path() / path, content);
  }
  Result<std::string> read(const VolumeId& volume, const std::string& path) override {
    return read_file(TRY(driver_->attach(volume)).path() / path, std::size_t{1} << 30);
  }
  Result<std::string> read(const SnapshotId& snapshot, const std::string& path) override {
    return read_file(TRY(driver_->open(snapshot)).path() / path, std::size_t{1} << 30);
  }

 protected:
  std::unique_ptr<StorageDriver> driver_;
};

}  // namespace slip::test
