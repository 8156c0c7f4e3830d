// SPDX-License-Identifier: Apache-2.0
#include "catalog/memory/memory_catalog.h"

#include "catalog/memory/journal.h"
#include "catalog/memory/people.h"
#include "catalog/memory/things.h"
#include "catalog/memory/timelines.h"

namespace slip {
namespace memory {
namespace {

class MemoryUnit final : public CatalogUnit {
 public:
  explicit MemoryUnit(Transaction& transaction)
      : users_(transaction),
        accesses_(transaction),
        sources_(transaction),
        templates_(transaction),
        containers_(transaction),
        branches_(transaction),
        segments_(transaction),
        points_(transaction),
        bookmarks_(transaction),
        operations_(transaction),
        volumes_(transaction),
        snapshots_(transaction),
        events_(transaction),
        facts_(transaction) {}

  Users& users() override { return users_; }
  Accesses& accesses() override { return accesses_; }
  Sources& sources() override { return sources_; }
  Templates& templates() override { return templates_; }
  Containers& containers() override { return containers_; }
  Branches& branches() override { return branches_; }
  Segments& segments() override { return segments_; }
  Points& points() override { return points_; }
  Bookmarks& bookmarks() override { return bookmarks_; }
  Operations& operations() override { return operations_; }
  Volumes& volumes() override { return volumes_; }
  Snapshots& snapshots() override { return snapshots_; }
  Events& events() override { return events_; }
  Facts& facts() override { return facts_; }

 private:
  MemoryUsers users_;
  MemoryAccesses accesses_;
  MemorySources sources_;
  MemoryTemplates templates_;
  MemoryContainers containers_;
  MemoryBranches branches_;
  MemorySegments segments_;
  MemoryPoints points_;
  MemoryBookmarks bookmarks_;
  MemoryOperations operations_;
  MemoryVolumes volumes_;
  MemorySnapshots snapshots_;
  MemoryEvents events_;
  MemoryFacts facts_;
};

// Marks this thread as the writer while it lives.
class WriterMark {
 public:
  explicit WriterMark(std::atomic<std::thread::id>& writer) : writer_(writer) {
    writer_ = std::this_thread::get_id();
  }
  ~WriterMark() { writer_ = std::thread::id(); }
  WriterMark(const WriterMark&) = delete;
  WriterMark& operator=(const WriterMark&) = delete;

 private:
  std::atomic<std::thread::id>& writer_;
};

}  // namespace
}  // namespace memory

void MemoryCatalog::set_hooks(Hook before, Hook after) {
  const std::lock_guard lock(guard_);
  before_commit_ = std::move(before);
  after_commit_ = std::move(after);
}

Result<> MemoryCatalog::do_read(const UnitWork& work) {
  memory::Transaction transaction{.state = *current(), .last_event = last_event_, .checks = {}};
  memory::MemoryUnit unit(transaction);
  return work(unit);
}

Result<> MemoryCatalog::do_write(const UnitWork& work) {
  if (writer_.load() == std::this_thread::get_id()) {
    return Error{.code = ErrorCode::internal,
                 .message = "a write of the catalog was begun inside another"};
  }
  Hook before;
  Hook after;
  bool has_events = false;
  {
    const std::lock_guard lock(writing_);
    const memory::WriterMark mark(writer_);
    memory::Transaction transaction{.state = *current(),
                                    .last_event = last_event_,
                                    .mode = memory::UnitMode::write,
                                    .checks = {}};
    memory::MemoryUnit unit(transaction);
    TRY(work(unit));
    for (const auto& check : transaction.checks) TRY(check());
    if (!transaction.changed) return {};
    {
      const std::lock_guard hooks(guard_);
      before = before_commit_;
      after = after_commit_;
    }
    if (before) before();
    has_events = transaction.has_events;
    publish(std::move(transaction.state));
  }
  if (after) after();
  if (has_events) tell_of_events();
  return {};
}

std::shared_ptr<const memory::State> MemoryCatalog::current() const {
  const std::lock_guard lock(guard_);
  return state_;
}

void MemoryCatalog::publish(memory::State next) {
  auto state = std::make_shared<const memory::State>(std::move(next));
  const std::lock_guard lock(guard_);
  state_.swap(state);
}

}  // namespace slip
