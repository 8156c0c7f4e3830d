// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <initializer_list>
#include <optional>
#include <string>
#include <vector>

namespace slip {

// What a database server has answered. Whoever owns a copy may listen in the server's place, or
// have its views show anything, so nobody relies on what a statement would have a server answer: a
// row that is not there is empty, and a column that is not there is nothing.
class ServerRow {
 public:
  using Value = std::optional<std::string>;
  using value_type = Value;
  using const_iterator = std::vector<Value>::const_iterator;
  using iterator = const_iterator;

  ServerRow() = default;
  ServerRow(std::initializer_list<Value> values) : values_(values) {}

  const Value& operator[](std::size_t column) const {
    return column < values_.size() ? values_[column] : nothing();
  }
  const Value& front() const { return (*this)[0]; }
  const Value& back() const { return values_.empty() ? nothing() : values_.back(); }
  void add(Value value) { values_.push_back(std::move(value)); }

  std::size_t size() const { return values_.size(); }
  bool empty() const { return values_.empty(); }
  const_iterator begin() const { return values_.begin(); }
  const_iterator end() const { return values_.end(); }
  bool operator==(const ServerRow&) const = default;

 private:
  static const Value& nothing() {
    static const Value none;
    return none;
  }

  std::vector<Value> values_;
};

class ServerRows {
 public:
  using value_type = ServerRow;
  using const_iterator = std::vector<ServerRow>::const_iterator;
  using iterator = const_iterator;

  ServerRows() = default;
  ServerRows(std::initializer_list<ServerRow> rows) : rows_(rows) {}

  const ServerRow& operator[](std::size_t row) const {
    return row < rows_.size() ? rows_[row] : nothing();
  }
  const ServerRow& front() const { return (*this)[0]; }
  const ServerRow& back() const { return rows_.empty() ? nothing() : rows_.back(); }
  void add(ServerRow row) { rows_.push_back(std::move(row)); }

  std::size_t size() const { return rows_.size(); }
  bool empty() const { return rows_.empty(); }
  const_iterator begin() const { return rows_.begin(); }
  const_iterator end() const { return rows_.end(); }
  bool operator==(const ServerRows&) const = default;

 private:
  static const ServerRow& nothing() {
    static const ServerRow none;
    return none;
  }

  std::vector<ServerRow> rows_;
};

}  // namespace slip
