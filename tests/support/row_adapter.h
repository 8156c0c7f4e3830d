#pragma once

#include <atomic>
#include <string>

#include "ports/adapter.h"
#include "storage/fake/fake_storage.h"

namespace slip {

// A kind of source whose data is one file of rows in a FakeStorage, and whose instances are
// FakeRuntime's. For tests of operations: everything but the operations is in memory.
class RowAdapter : public Adapter {
 public:
  enum class Role { database, application };

  RowAdapter(FakeStorage& storage, Role role) : storage_(storage), role_(role) {}

  // What the next ingest finds in production.
  void set_production(std::string rows) { production_ = std::move(rows); }
  // Every instance started from now on never answers.
  void never_ready(bool never) { never_ready_ = never; }

  AdapterInfo info() const override {
    return {role_ == Role::database ? "rows" : "app", role_ == Role::database, {}};
  }
  Result<> validate(const SourceConfig&) const override { return {}; }
  bool incremental(const SourceConfig&) const override { return false; }

  Result<DataPosition> ingest(const IngestRequest& request) const override {
    const auto place = FakeStorage::place_of(request.directory);
    if (!place) return Error{.message = "no place " + request.directory.string()};
    TRY(storage_.write(place->volume, "rows", production_));
    return DataPosition{Timestamp{1}, "production"};
  }

  Result<> prepare(const InstanceContext&) const override { return {}; }

  Result<std::optional<LaunchSpec>> launch(const InstanceContext& instance) const override {
    LaunchSpec spec;
    spec.argv = {"/bin/rows"};
    spec.writable = {instance.directory};
    return std::optional(spec);
  }
  Result<> ready(const InstanceContext&) const override {
    if (never_ready_) {
      return Error{.code = ErrorCode::unavailable, .message = "it does not answer"};
    }
    return {};
  }
  Result<> flush(const InstanceContext&) const override { return {}; }
  Result<DataPosition> position(const InstanceContext&) const override {
    return DataPosition{Timestamp{2}, "running"};
  }
  Duration stop_patience() const override { return Duration(100); }
  Sibling as_sibling(const InstanceContext& instance) const override {
    return {instance.source_name, {{"PORT", std::to_string(instance.port)}}};
  }
  std::optional<Connection> connection(const InstanceContext&, std::string_view,
                                       std::uint16_t) const override {
    return std::nullopt;
  }

 private:
  FakeStorage& storage_;
  Role role_;
  std::string production_ = "production;";
  std::atomic<bool> never_ready_ = false;
};

}  // namespace slip
