// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <thread>

#include "catalog/memory/state.h"
#include "ports/catalog.h"

namespace slip {

// The catalog for tests: everything in memory, gone with the object. Keeps the same promises as the
// durable one, references between records included; "durable" means: seen by the next read.
// A write inside a write fails with `internal`. Exceptions of `work` and of the hooks pass through.
class MemoryCatalog final : public Catalog {
 public:
  using Hook = std::function<void()>;

  MemoryCatalog() = default;
  MemoryCatalog(const MemoryCatalog&) = delete;
  MemoryCatalog& operator=(const MemoryCatalog&) = delete;

  // Called by every later write that changes something and succeeds: `before` its changes are
  // durable, `after` they are. If `before` throws nothing has happened; if `after` throws
  // everything has, but on_events' listeners have not been called. Either may be empty.
  void set_hooks(Hook before, Hook after);

 protected:
  Result<> do_read(const UnitWork& work) override;
  Result<> do_write(const UnitWork& work) override;

 private:
  std::shared_ptr<const memory::State> current() const;
  void publish(memory::State next);

  std::mutex writing_;
  std::atomic<std::thread::id> writer_;
  std::int64_t last_event_ = 0;  // only the writer's
  mutable std::mutex guard_;     // of what follows; held for moments only
  std::shared_ptr<const memory::State> state_ = std::make_shared<const memory::State>();
  Hook before_commit_;
  Hook after_commit_;
};

}  // namespace slip
