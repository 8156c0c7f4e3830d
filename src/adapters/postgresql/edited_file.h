// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <atomic>
#include <filesystem>
#include <memory>
#include <thread>
#include <vector>

#include "adapters/postgresql/dump_scan.h"
#include "base/fd.h"
#include "base/result.h"

namespace slip::postgresql {

// A file as it reads with edits, for a program's standard input: nothing of it is written anywhere.
// To be read once.
class EditedFile {
 public:
  // Edits need no order, and may overlap: what one leaves out stays out.
  static Result<std::unique_ptr<EditedFile>> open(const std::filesystem::path& path,
                                                  std::vector<Edit> edits);
  ~EditedFile();
  EditedFile(const EditedFile&) = delete;
  EditedFile& operator=(const EditedFile&) = delete;

  // What the program opens, while this object lives.
  std::filesystem::path path() const;
  // Of the file: the reader has seen its end too early then.
  Result<> check_read() const;

 private:
  EditedFile() = default;
  void feed();

  UniqueFd file_;
  UniqueFd read_end_;
  UniqueFd write_end_;
  std::vector<Edit> edits_;
  std::atomic<bool> ends_ = false;
  std::atomic<int> failure_ = 0;  // errno
  std::thread feeder_;
};

}  // namespace slip::postgresql
