// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "catalog/memory/records.h"

namespace slip::memory {

class MemorySources final
    : public MemoryRecords<Sources, Table<Source, SourceId>, &State::sources> {
 public:
  using MemoryRecords::MemoryRecords;
  Result<std::optional<Source>> find_named(std::string_view name) override { return named(name); }
  Result<std::vector<Source>> all(Trash trash) override { return all_by_name(trash); }
};

class MemoryTemplates final
    : public MemoryRecords<Templates, Table<Template, TemplateId>, &State::templates> {
 public:
  using MemoryRecords::MemoryRecords;
  Result<std::optional<Template>> find_named(std::string_view name) override { return named(name); }
  Result<std::vector<Template>> all(Trash trash) override { return all_by_name(trash); }
};

class MemoryContainers final
    : public MemoryRecords<Containers, Table<Container, ContainerId>, &State::containers> {
 public:
  using MemoryRecords::MemoryRecords;
  Result<std::optional<Container>> find_named(std::string_view name) override {
    return named(name);
  }
  Result<std::optional<Container>> find_numbered(std::uint32_t number) override {
    const auto* found =
        table().first([&](const Container& record) { return record.number == number; });
    return found == nullptr ? std::nullopt : std::optional(*found);
  }
  Result<std::vector<Container>> all(Trash trash) override { return all_by_name(trash); }
  Result<> remove(const ContainerId& container) override {
    return remove_where([&](const Container& record) { return record.id == container; });
  }
};

class MemoryVolumes final
    : public MemoryRecords<Volumes, Table<Volume, VolumeId>, &State::volumes> {
 public:
  using MemoryRecords::MemoryRecords;
  Result<std::vector<Volume>> all() override { return table().select(everything<Volume>); }
  Result<std::vector<Volume>> building(const OperationId& operation) override {
    return table().select([&](const Volume& record) {
      return record.state == StorageState::building && record.operation == operation;
    });
  }
  Result<> remove(const VolumeId& volume) override {
    return remove_where([&](const Volume& record) { return record.id == volume; });
  }
};

class MemorySnapshots final
    : public MemoryRecords<Snapshots, Table<Snapshot, SnapshotId>, &State::snapshots> {
 public:
  using MemoryRecords::MemoryRecords;
  Result<std::vector<Snapshot>> all() override { return table().select(everything<Snapshot>); }
  Result<std::vector<Snapshot>> building(const OperationId& operation) override {
    return table().select([&](const Snapshot& record) {
      return record.state == StorageState::building && record.operation == operation;
    });
  }
  Result<> remove(const SnapshotId& snapshot) override {
    return remove_where([&](const Snapshot& record) { return record.id == snapshot; });
  }
};

class MemoryFacts final : public Facts {
 public:
  explicit MemoryFacts(Transaction& transaction) : transaction_(transaction) {}
  Result<std::optional<std::string>> find(std::string_view name) override {
    const auto& facts = *transaction_.state.facts;
    const auto found = facts.find(std::string(name));
    return found == facts.end() ? std::nullopt : std::optional(found->second);
  }
  Result<> put(std::string_view name, std::string_view value) override {
    TRY(transaction_.begin_change());
    transaction_.state.facts.to_change()[std::string(name)] = value;
    return {};
  }
  Result<> remove(std::string_view name) override {
    TRY(transaction_.begin_change());
    transaction_.state.facts.to_change().erase(std::string(name));
    return {};
  }

 private:
  Transaction& transaction_;
};

}  // namespace slip::memory
