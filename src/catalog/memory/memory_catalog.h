// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <atomic>
#include <functional>
#include <memory>
#include <mutex>
#include <thread>
#include <vector>

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

  void on_events(std::function<void()> listener) override;

 protected:
  Result<> do_read(const UnitWork& work) override;
  Result<> do_write(const UnitWork& work) override;

 private:
  std::shared_ptr<const memory::State> current() const;
  void publish(memory::State next);
  void tell_listeners() const;

  std::mutex writing_;
  std::atomic<std::thread::id> writer_;
  mutable std::mutex guard_;  // of what follows; held for moments only
  std::shared_ptr<const memory::State> state_ = std::make_shared<const memory::State>();
  Hook before_commit_;
  Hook after_commit_;
  std::vector<std::function<void()>> listeners_;
};

}  // namespace slip
