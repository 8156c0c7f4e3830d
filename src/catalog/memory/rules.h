// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>

#include "base/result.h"
#include "catalog/memory/state.h"

// What the records of a catalog must keep among themselves.

namespace slip::memory {

// The sentence for a record whose unique name (or the like) another record has, or nothing.
std::optional<std::string> rival(const State& state, const User& record);
std::optional<std::string> rival(const State& state, const Access& record);
std::optional<std::string> rival(const State& state, const Source& record);
std::optional<std::string> rival(const State& state, const Template& record);
std::optional<std::string> rival(const State& state, const Container& record);
std::optional<std::string> rival(const State& state, const Branch& record);
std::optional<std::string> rival(const State& state, const Bookmark& record);
std::optional<std::string> rival(const State& state, const Operation& record);
template <class Record>
std::optional<std::string> rival(const State&, const Record&) {
  return std::nullopt;
}

// Fails with `internal` if the record mentions another that must exist and does not. Asked when
// everything of the transaction has been put.
Result<> check_references(const State& state, const Access& record);
Result<> check_references(const State& state, const Container& record);
Result<> check_references(const State& state, const Template& record);
Result<> check_references(const State& state, const Branch& record);
Result<> check_references(const State& state, const Segment& record);
Result<> check_references(const State& state, const Point& record);
Result<> check_references(const State& state, const Bookmark& record);
template <class Record>
Result<> check_references(const State&, const Record&) {
  return {};
}

}  // namespace slip::memory
