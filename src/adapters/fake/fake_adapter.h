// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <map>
#include <mutex>
#include <string>

#include "ports/adapter.h"

namespace slip {

// A source of kind "fake", for tests of what uses adapters: no data, no processes of its own, every
// call counted and any of them made to fail. Its settings: "key" (any value); "refuse" is
// malformed. Thread-safe; callbacks are called without a lock held.
class FakeAdapter : public Adapter, private Masking {
 public:
  struct Callbacks {
    // Puts the source's data into the directory; may fail in its place.
    std::function<Result<>(const IngestRequest&)> on_ingest = {};
    std::function<Result<>(const InstanceContext&)> on_prepare = {};
    std::function<Result<>(const InstanceContext&)> on_flush = {};
    std::function<Timestamp()> now = {};
  };

  FakeAdapter() = default;
  explicit FakeAdapter(Callbacks callbacks) : callbacks_(std::move(callbacks)) {}

  // The next call of `method` ("ingest", "ready", ...) fails so; once.
  void fail_next(const std::string& method, Error error);
  // Every instance answers at its `tries`-th call of `ready`; before, `unavailable`.
  void set_ready_after(int tries);
  // False: plain data without a process.
  void set_has_process(bool has);
  // Of a kind that cannot be masked.
  void set_can_be_masked(bool can) { can_be_masked_ = can; }
  int calls(const std::string& method) const;

  AdapterInfo info() const override;
  Result<> validate(const SourceConfig& config) const override;
  bool incremental(const SourceConfig& config) const override;
  Result<DataPosition> ingest(const IngestRequest& request) const override;
  Result<> prepare(const InstanceContext& instance) const override;
  Result<std::optional<LaunchSpec>> launch(const InstanceContext& instance) const override;
  Result<> ready(const InstanceContext& instance) const override;
  Result<> flush(const InstanceContext& instance) const override;
  Result<> write_out(const InstanceContext& instance, WriteOutHow how) const override;
  Result<Lacks> lacks(const InstanceContext& instance) const override;
  Result<Ending> ending(const InstanceContext& instance) const override;
  Result<DataPosition> position(const InstanceContext& instance) const override;
  // What a tree's links lead to is not part of it.
  Result<std::vector<std::string>> left_out(const InstanceContext&) const override {
    return std::vector<std::string>();
  }
  // Whoever reaches its port, if it has one, is in.
  Result<> admits(const InstanceContext&) const override { return {}; }
  const LogReplay* log_replay() const override { return nullptr; }
  const Following* following() const override { return nullptr; }
  const SqlScripts* sql_scripts() const override { return nullptr; }
  const Masking* masking() const override { return can_be_masked_ ? this : nullptr; }
  const TextOrder* text_order() const override { return nullptr; }
  const DumpCheck* dump_check() const override { return nullptr; }
  Duration stop_patience() const override;
  Sibling as_sibling(const InstanceContext& instance) const override;
  std::optional<Connection> connection(const InstanceContext& instance, std::string_view host,
                                       std::uint16_t port) const override;

 private:
  // It keeps nothing of the past.
  Result<> forget_the_past(const InstanceContext& instance, Timestamp since,
                           const std::function<bool()>& keep_going) const override;
  // Counts the call; its error if one was ordered.
  Result<> called(const std::string& method) const;
  DataPosition next_position() const;

  Callbacks callbacks_;
  mutable std::mutex lock_;
  mutable std::map<std::string, int> calls_;
  mutable std::map<std::string, Error> failures_;
  mutable std::map<std::string, int> tries_;  // of `ready`, by instance
  mutable std::int64_t positions_ = 0;
  int ready_after_ = 1;
  bool has_process_ = true;
  bool can_be_masked_ = true;
};

}  // namespace slip
