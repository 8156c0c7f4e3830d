// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <optional>
#include <string>

#include "database.h"

namespace employees {

// A portrait as SVG, drawn from the employee's id: the same id always gives the same face.
std::string draw_portrait(const Employee& employee);

// The employees' photos: one file each, photos/<id>.svg in the application's own directory, beside
// and not in the database. Thread-safe.
class Photos {
 public:
  explicit Photos(std::filesystem::path directory) : directory_(std::move(directory) / "photos") {}

  // Draws and writes the photo. After a failure or crash there is the whole photo, or none.
  Outcome<void> add(const Employee& employee) const;
  // Succeeds if there is none.
  Outcome<void> remove(const Employee& employee) const;
  // Nothing if there is none.
  std::optional<std::string> read(long id) const;

 private:
  std::filesystem::path path_of(long id) const;
  std::filesystem::path directory_;
};

}  // namespace employees
