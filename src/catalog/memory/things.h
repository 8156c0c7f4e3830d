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
  Result<> remove(const VolumeId& volume) override {
    return remove_where([&](const Volume& record) { return record.id == volume; });
  }
};

class MemorySnapshots final
    : public MemoryRecords<Snapshots, Table<Snapshot, SnapshotId>, &State::snapshots> {
 public:
  using MemoryRecords::MemoryRecords;
  Result<std::vector<Snapshot>> all() override { return table().select(everything<Snapshot>); }
  Result<> remove(const SnapshotId& snapshot) override {
    return remove_where([&](const Snapshot& record) { return record.id == snapshot; });
  }
};

}  // namespace slip::memory
