// SPDX-License-Identifier: Apache-2.0
#include "client/cli/table.h"

#include <algorithm>
#include <cassert>
#include <utility>

#include "client/cli/text_width.h"

namespace slip::cli {
namespace {

void write_line(const std::vector<Column>& columns, const std::vector<std::size_t>& widths,
                const std::vector<std::string>& cells, std::size_t indent, std::string& out) {
  std::string line(indent, ' ');
  bool is_first = true;
  for (std::size_t i = 0; i < columns.size(); ++i) {
    if (widths[i] == 0) continue;
    if (!std::exchange(is_first, false)) line += "  ";
    const std::string space(widths[i] - display_width(cells[i]), ' ');
    line += columns[i].align == Align::right ? space + cells[i] : cells[i] + space;
  }
  line.erase(line.find_last_not_of(' ') + 1);
  out += line + "\n";
}

}  // namespace

Table::Table(std::vector<Column> columns) : columns_(std::move(columns)) {}

void Table::add(std::vector<std::string> cells) {
  assert(cells.size() == columns_.size());
  for (auto& cell : cells) cell = printable(cell);
  rows_.push_back(std::move(cells));
}

std::string Table::to_string(std::size_t indent) const {
  std::vector<std::size_t> widths(columns_.size(), 0);
  std::vector<std::string> heads;
  for (std::size_t i = 0; i < columns_.size(); ++i) {
    for (const auto& row : rows_) widths[i] = std::max(widths[i], display_width(row[i]));
    if (widths[i] != 0) widths[i] = std::max(widths[i], display_width(columns_[i].head));
    heads.push_back(columns_[i].head);
  }
  std::string out;
  const bool has_heads =
      std::any_of(heads.begin(), heads.end(), [](const auto& head) { return !head.empty(); });
  if (has_heads) write_line(columns_, widths, heads, indent, out);
  for (const auto& row : rows_) write_line(columns_, widths, row, indent, out);
  return out;
}

std::string fields(const std::vector<std::pair<std::string, std::string>>& pairs) {
  Table table({{""}, {""}});
  for (const auto& [name, value] : pairs) {
    if (!value.empty()) table.add({name, value});
  }
  return table.to_string();
}

}  // namespace slip::cli
