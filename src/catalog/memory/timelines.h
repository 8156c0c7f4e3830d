// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <tuple>

#include "catalog/memory/records.h"

namespace slip::memory {

// Oldest first; among equal times in the order in which they were put.
template <class Record>
std::vector<Record> by_time(std::vector<Record> records) {
  std::stable_sort(records.begin(), records.end(),
                   [](const Record& a, const Record& b) { return a.at < b.at; });
  return records;
}

class MemoryBranches final
    : public MemoryRecords<Branches, Table<Branch, BranchId>, &State::branches> {
 public:
  using MemoryRecords::MemoryRecords;
  Result<std::vector<Branch>> of_container(const ContainerId& owner, Trash trash) override {
    return select(trash, [&](const Branch& branch) { return branch.container == owner; });
  }
  Result<std::vector<Branch>> all(Trash trash) override {
    return select(trash, everything<Branch>);
  }
};

class MemorySegments final
    : public MemoryRecords<Segments, Table<Segment, SegmentId>, &State::segments> {
 public:
  using MemoryRecords::MemoryRecords;
  Result<std::vector<Segment>> of_branch(const BranchId& branch) override {
    return table().select([&](const Segment& segment) { return segment.branch == branch; });
  }
};

class MemoryPoints final : public MemoryRecords<Points, Table<Point, PointId>, &State::points> {
 public:
  using MemoryRecords::MemoryRecords;

  Result<std::optional<Point>> at_or_before(const BranchId& branch, Timestamp at) override {
    return newest_of([&](const Point& point) { return point.branch == branch && point.at <= at; });
  }

  Result<std::optional<Point>> newest(const BranchId& branch) override {
    const Point* newest = nullptr;
    table().for_each([&](const Point& point) {
      if (!point.reachable() || point.branch != branch || point.replayed_from) return;
      newest = &point;
    });
    return copy(newest);
  }

  Result<PointRange> range(const BranchId& branch) override {
    PointRange range;
    table().for_each([&](const Point& point) {
      if (point.branch != branch || !point.reachable()) return;
      range.first = range.first ? std::min(*range.first, point.at) : point.at;
      range.last = range.last ? std::max(*range.last, point.at) : point.at;
    });
    return range;
  }

  Result<std::vector<Point>> window(const BranchId& branch, const PointWindow& window) override {
    const auto shown = [&](const Point& point) {
      return point.branch == branch && (point.reachable() || point.kind != PointKind::automatic);
    };
    auto before = by_time(table().select(
        [&](const Point& point) { return shown(point) && point.at < window.around; }));
    auto after = by_time(table().select(
        [&](const Point& point) { return shown(point) && point.at >= window.around; }));
    if (before.size() > window.before) {
      before.erase(before.begin(), before.end() - static_cast<std::ptrdiff_t>(window.before));
    }
    if (after.size() > window.after) after.resize(window.after);
    before.insert(before.end(), after.begin(), after.end());
    return before;
  }

  Result<std::vector<Point>> older_than(Timestamp before) override {
    return by_time(
        table().select([&](const Point& point) { return point.reachable() && point.at < before; }));
  }

  Result<std::vector<Point>> of_branch(const BranchId& branch) override {
    return by_time(table().select([&](const Point& point) { return point.branch == branch; }));
  }

  Result<std::vector<Point>> of_segment(const SegmentId& segment) override {
    return by_time(table().select(
        [&](const Point& point) { return point.reachable() && point.segment == segment; }));
  }

  Result<std::vector<Point>> find_all(const std::vector<PointId>& ids) override {
    return table().select([&](const Point& point) {
      return std::find(ids.begin(), ids.end(), point.id) != ids.end();
    });
  }

 private:
  template <class Predicate>
  std::optional<Point> newest_of(Predicate matches) const {
    const Point* newest = nullptr;
    table().for_each([&](const Point& point) {
      if (!point.reachable() || !matches(point)) return;
      if (newest == nullptr || point.at >= newest->at) newest = &point;
    });
    return copy(newest);
  }
};

class MemoryBookmarks final
    : public MemoryRecords<Bookmarks, Table<Bookmark, BookmarkId>, &State::bookmarks> {
 public:
  using MemoryRecords::MemoryRecords;

  Result<std::vector<Bookmark>> of_container(const ContainerId& container, Trash trash) override {
    return by_time(
        select(trash, [&](const Bookmark& bookmark) { return bookmark.container == container; }));
  }

  Result<std::vector<Bookmark>> of_template(const TemplateId& owner, Trash trash) override {
    return by_time(
        select(trash, [&](const Bookmark& bookmark) { return bookmark.template_id == owner; }));
  }

  Result<std::vector<Bookmark>> all(Trash trash) override {
    return by_time(select(trash, everything<Bookmark>));
  }

  Result<std::optional<Point>> newest_point_of(const SegmentId& segment) override {
    const auto& points = *state().points;
    const auto order_of = [&](const Point& point) {
      const bool is_known = point.replayed_from && points.find(*point.replayed_from) != nullptr;
      const auto place = points.place_of(is_known ? *point.replayed_from : point.id);
      return std::tuple(place, point.at, points.place_of(point.id));
    };
    const Point* newest = nullptr;
    table().for_each([&](const Bookmark& bookmark) {
      if (bookmark.deleted_at) return;
      const Point* point = points.find(bookmark.point);
      if (point == nullptr || point->segment != segment || !point->reachable()) return;
      if (newest == nullptr || order_of(*point) > order_of(*newest)) newest = point;
    });
    return newest == nullptr ? std::nullopt : std::optional<Point>(*newest);
  }
};

}  // namespace slip::memory
