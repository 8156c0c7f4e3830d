// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

namespace slip::cli {

enum class Align { left, right };

struct Column {
  std::string head;
  Align align = Align::left;
};

// A table in text: aligned columns two spaces apart, by what characters are wide on a terminal.
// Columns that are empty in every row are left out. Cells are made printable.
class Table {
 public:
  explicit Table(std::vector<Column> columns);

  // One cell for each column.
  void add(std::vector<std::string> cells);
  bool empty() const { return rows_.empty(); }

  // Each line ends with a line break and has no space before it.
  std::string to_string(std::size_t indent = 0) const;

 private:
  std::vector<Column> columns_;
  std::vector<std::vector<std::string>> rows_;
};

// "name   value" lines; pairs without a value are left out.
std::string fields(const std::vector<std::pair<std::string, std::string>>& pairs);

}  // namespace slip::cli
