// SPDX-License-Identifier: Apache-2.0
#include "catalog/memory/rules.h"

#include <string_view>

namespace slip::memory {
namespace {

// The sentence if a record other than `record` is taken by `same`.
template <class Table, class Same>
std::optional<std::string> taken(const Table& table, const typename Table::Record& record,
                                 std::string_view noun, Same same) {
  const auto* other = table.first(
      [&](const auto& candidate) { return candidate.id != record.id && same(candidate); });
  if (other == nullptr) return std::nullopt;
  return "a " + std::string(noun) + " called \"" + record.name + "\" exists already";
}

template <class Table>
std::optional<std::string> name_taken(const Table& table, const typename Table::Record& record,
                                      std::string_view noun) {
  if (record.deleted_at) return std::nullopt;
  return taken(table, record, noun,
               [&](const auto& other) { return !other.deleted_at && other.name == record.name; });
}

template <class Table>
Result<> exists(const Table& table, const typename Table::RecordId& id, const std::string& whose) {
  if (id.empty() || table.find(id) != nullptr) return {};
  return Error{.code = ErrorCode::internal,
               .message = whose + " mentions " + id.str() + ", which does not exist"};
}

template <class Table>
Result<> must_exist(const Table& table, const typename Table::RecordId& id,
                    const std::string& whose) {
  if (!id.empty()) return exists(table, id, whose);
  return Error{.code = ErrorCode::internal,
               .message = whose + " lacks a " + std::string(Table::RecordId::prefix) + " id"};
}

}  // namespace

std::optional<std::string> rival(const State& state, const User& record) {
  return taken(*state.users, record, "user",
               [&](const User& other) { return other.name == record.name; });
}

std::optional<std::string> rival(const State& state, const Access& record) {
  const Access* other = state.accesses->first([&](const Access& candidate) {
    return candidate.id != record.id && candidate.secret_hash == record.secret_hash;
  });
  if (other == nullptr) return std::nullopt;
  return "a way in with this secret exists already";
}

std::optional<std::string> rival(const State& state, const Source& record) {
  return name_taken(*state.sources, record, "source");
}

std::optional<std::string> rival(const State& state, const Template& record) {
  return name_taken(*state.templates, record, "template");
}

std::optional<std::string> rival(const State& state, const Container& record) {
  return name_taken(*state.containers, record, "container");
}

std::optional<std::string> rival(const State& state, const Branch& record) {
  if (record.deleted_at) return std::nullopt;
  return taken(*state.branches, record, "branch", [&](const Branch& other) {
    return !other.deleted_at && other.container == record.container &&
           other.template_id == record.template_id && other.name == record.name;
  });
}

std::optional<std::string> rival(const State& state, const Bookmark& record) {
  if (record.deleted_at) return std::nullopt;
  return taken(*state.bookmarks, record, "bookmark", [&](const Bookmark& other) {
    if (other.deleted_at || other.name != record.name) return false;
    if (other.container != record.container) return false;
    return !record.container.empty() || other.template_id == record.template_id;
  });
}

std::optional<std::string> rival(const State& state, const Operation& record) {
  if (record.idempotency_key.empty()) return std::nullopt;
  const Operation* other = state.operations->first([&](const Operation& candidate) {
    return candidate.id != record.id && candidate.actor.user == record.actor.user &&
           candidate.idempotency_key == record.idempotency_key;
  });
  if (other == nullptr) return std::nullopt;
  return "an operation with this idempotency key exists already";
}

Result<> check_references(const State& state, const Access& record) {
  return must_exist(*state.users, record.user, record.id.str());
}

Result<> check_references(const State& state, const Container& record) {
  TRY(must_exist(*state.templates, record.template_id, record.id.str()));
  return exists(*state.branches, record.active, record.id.str());
}

Result<> check_references(const State& state, const Template& record) {
  return exists(*state.branches, record.master, record.id.str());
}

Result<> check_references(const State& state, const Branch& record) {
  if (record.container.empty() == record.template_id.empty()) {
    return Error{.code = ErrorCode::internal,
                 .message = record.id.str() + " must belong to a container or to a template"};
  }
  TRY(exists(*state.templates, record.template_id, record.id.str()));
  return exists(*state.segments, record.segment, record.id.str());
}

Result<> check_references(const State& state, const Segment& record) {
  TRY(must_exist(*state.branches, record.branch, record.id.str()));
  return exists(*state.segments, record.previous, record.id.str());
}

Result<> check_references(const State& state, const Point& record) {
  TRY(must_exist(*state.segments, record.segment, record.id.str()));
  return must_exist(*state.branches, record.branch, record.id.str());
}

Result<> check_references(const State& state, const Bookmark& record) {
  TRY(must_exist(*state.points, record.point, record.id.str()));
  return must_exist(*state.templates, record.template_id, record.id.str());
}

}  // namespace slip::memory
