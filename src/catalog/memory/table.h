// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <cstddef>
#include <memory>
#include <numeric>
#include <utility>
#include <vector>

namespace slip::memory {

// The records of one kind in the order in which they were first put; replacing one keeps its place.
// Copying a table copies no record.
template <class RecordType, class RecordIdType>
class Table {
 public:
  using Record = RecordType;
  using RecordId = RecordIdType;

  // Valid until the table changes; nullptr if there is none.
  const Record* find(const RecordId& id) const {
    const auto place = lower_bound(id);
    return is_at(place, id) ? rows_[*place].get() : nullptr;
  }

  // Where the record stands among the others; the number of records if it is not there.
  std::size_t place_of(const RecordId& id) const {
    const auto place = lower_bound(id);
    return is_at(place, id) ? *place : rows_.size();
  }

  void put(const Record& record) {
    const auto place = lower_bound(record.id);
    auto row = std::make_shared<const Record>(record);
    if (is_at(place, record.id)) {
      rows_[*place] = std::move(row);
      return;
    }
    by_id_.insert(by_id_.begin() + (place - by_id_.begin()), rows_.size());
    rows_.push_back(std::move(row));
  }

  template <class Predicate>
  void remove_if(Predicate matches) {
    std::erase_if(rows_, [&](const Row& row) { return matches(*row); });
    by_id_.resize(rows_.size());
    std::iota(by_id_.begin(), by_id_.end(), std::size_t{0});
    std::sort(by_id_.begin(), by_id_.end(),
              [&](std::size_t a, std::size_t b) { return rows_[a]->id < rows_[b]->id; });
  }

  // Oldest first. `visit` gets a const Record&.
  template <class Visit>
  void for_each(Visit visit) const {
    for (const Row& row : rows_) visit(*row);
  }

  template <class Predicate>
  std::vector<Record> select(Predicate matches) const {
    std::vector<Record> found;
    for (const Row& row : rows_) {
      if (matches(*row)) found.push_back(*row);
    }
    return found;
  }

  template <class Predicate>
  const Record* first(Predicate matches) const {
    for (const Row& row : rows_) {
      if (matches(*row)) return row.get();
    }
    return nullptr;
  }

  std::size_t size() const { return rows_.size(); }
  const Record& at(std::size_t place) const { return *rows_[place]; }

 private:
  using Row = std::shared_ptr<const Record>;
  using Places = std::vector<std::size_t>;

  Places::const_iterator lower_bound(const RecordId& id) const {
    return std::lower_bound(
        by_id_.begin(), by_id_.end(), id,
        [&](std::size_t place, const RecordId& wanted) { return rows_[place]->id < wanted; });
  }
  bool is_at(Places::const_iterator place, const RecordId& id) const {
    return place != by_id_.end() && rows_[*place]->id == id;
  }

  std::vector<Row> rows_;
  Places by_id_;  // indexes of rows_, in the order of the ids
};

// A value that copies share until one of them changes it. A copy that changes must not be reachable
// by another thread meanwhile.
template <class T>
class Shared {
 public:
  const T& operator*() const { return *value_; }
  const T* operator->() const { return value_.get(); }

  T& to_change() {
    if (value_.use_count() > 1) value_ = std::make_shared<T>(*value_);
    return *value_;
  }

 private:
  std::shared_ptr<T> value_ = std::make_shared<T>();
};

}  // namespace slip::memory
