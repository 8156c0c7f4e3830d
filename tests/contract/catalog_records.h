// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "ports/catalog.h"
#include "tests/support/expect_result.h"

// Records for tests of catalogs. The full ones have something in every field, the bare ones nothing
// but an id.

namespace slip::test {

Timestamp at(std::int64_t seconds);
User full_user(const std::string& name);
Access full_access(const std::string& id, const UserId& user);
Source full_source(const std::string& name);
Template full_template(const std::string& name);
Container full_container(const std::string& name, const TemplateId& owner);
Branch full_branch(const std::string& name, const ContainerId& owner);
Segment full_segment(const std::string& id, const BranchId& branch);
Point full_point(const std::string& id, const Segment& segment, Timestamp when);
Bookmark full_bookmark(const std::string& name, const Point& point, const Container& container);
Operation full_operation(const std::string& id);
Volume full_volume(const std::string& id);
Snapshot full_snapshot(const std::string& id);
Operation bare_operation(const std::string& id);
Volume bare_volume(const std::string& id);
Source bare_source(const std::string& id);
Event bare_event(const std::string& topic);

// A template, its container `qa` with the branch `default`, and that branch's first segment.
struct Household {
  Template mould = full_template("t");
  Container container = full_container("qa", mould.id);
  Branch branch = full_branch("default", container.id);
  Segment segment = full_segment("1", branch.id);

  Result<> put(CatalogUnit& unit) const {
    TRY(unit.points().put(full_point("first", segment, at(0))));
    TRY(unit.segments().put(segment));
    TRY(unit.branches().put(branch));
    TRY(unit.containers().put(container));
    return unit.templates().put(mould);
  }
};

// All fields at once, as text.
template <class Record>
std::string text_of(const Record& record);

template <class Record>
std::string text_of(const std::optional<Record>& record) {
  return record ? text_of(*record) : "nothing";
}

template <class Record>
std::vector<std::string> ids_of(const std::vector<Record>& records) {
  std::vector<std::string> ids;
  for (const Record& record : records) ids.push_back(record.id.str());
  return ids;
}

}  // namespace slip::test
