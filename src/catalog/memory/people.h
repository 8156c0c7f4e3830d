// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "catalog/memory/records.h"

namespace slip::memory {

class MemoryUsers final : public MemoryRecords<Users, Table<User, UserId>, &State::users> {
 public:
  using MemoryRecords::MemoryRecords;
  Result<std::optional<User>> find_named(std::string_view name) override {
    return copy(table().first([&](const User& user) { return user.name == name; }));
  }
  Result<std::vector<User>> all() override {
    auto found = table().select(everything<User>);
    std::sort(found.begin(), found.end(),
              [](const User& a, const User& b) { return a.name < b.name; });
    return found;
  }
  Result<> remove(const UserId& user) override {
    const bool known = table().find(user) != nullptr;
    TRY(remove_where([&](const User& record) { return record.id == user; }));
    if (!known) return {};
    transaction().state.accesses.to_change().remove_if(
        [&](const Access& access) { return access.user == user; });
    return {};
  }
};

class MemoryAccesses final
    : public MemoryRecords<Accesses, Table<Access, AccessId>, &State::accesses> {
 public:
  using MemoryRecords::MemoryRecords;
  Result<std::optional<Access>> find_by_hash(std::string_view secret_hash) override {
    return copy(
        table().first([&](const Access& access) { return access.secret_hash == secret_hash; }));
  }
  Result<std::vector<Access>> of_user(const UserId& user) override {
    return table().select([&](const Access& access) { return access.user == user; });
  }
  Result<> remove(const AccessId& access) override {
    return remove_where([&](const Access& record) { return record.id == access; });
  }
  Result<> remove_expired(Timestamp now) override {
    return remove_where(
        [&](const Access& access) { return access.expires_at && *access.expires_at <= now; });
  }
};

}  // namespace slip::memory
