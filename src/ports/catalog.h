// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <functional>
#include <mutex>
#include <optional>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "domain/bookmark.h"
#include "domain/branch.h"
#include "domain/container.h"
#include "domain/operation.h"
#include "domain/source.h"
#include "domain/template.h"
#include "domain/user.h"
#include "domain/volume.h"

// The catalog: everything the product knows, but for the data itself. One small interface an
// aggregate, reached through a CatalogUnit, which is one transaction.
//
// Errors of every call: `unavailable` (the database cannot be read or written), `no_space`,
// `internal`. `put` inserts or replaces by id; it fails with `already_exists`, naming what has the
// name, where a name must be unique.

namespace slip {

template <class Record, class RecordId>
class Records {
 public:
  virtual ~Records() = default;
  virtual Result<std::optional<Record>> find(const RecordId& id) = 0;
  virtual Result<> put(const Record& record) = 0;
};

// Deleted (trashed) sources, templates, containers, branches and bookmarks are found by id, and not
// by name.
enum class Trash { without, with };

class Users : public Records<User, UserId> {
 public:
  virtual Result<std::optional<User>> find_named(std::string_view name) = 0;
  virtual Result<std::vector<User>> all() = 0;  // by name
  // With everything that gave him a way in.
  virtual Result<> remove(const UserId& user) = 0;
};

class Accesses : public Records<Access, AccessId> {
 public:
  virtual Result<std::optional<Access>> find_by_hash(std::string_view secret_hash) = 0;
  virtual Result<std::vector<Access>> of_user(const UserId& user) = 0;
  virtual Result<> remove(const AccessId& access) = 0;
  virtual Result<> remove_expired(Timestamp now) = 0;
};

class Sources : public Records<Source, SourceId> {
 public:
  virtual Result<std::optional<Source>> find_named(std::string_view name) = 0;
  virtual Result<std::vector<Source>> all(Trash trash) = 0;  // by name
};

class Templates : public Records<Template, TemplateId> {
 public:
  virtual Result<std::optional<Template>> find_named(std::string_view name) = 0;
  virtual Result<std::vector<Template>> all(Trash trash) = 0;  // by name
};

class Containers : public Records<Container, ContainerId> {
 public:
  virtual Result<std::optional<Container>> find_named(std::string_view name) = 0;
  // In the trash, too.
  virtual Result<std::optional<Container>> find_numbered(std::uint32_t number) = 0;
  virtual Result<std::vector<Container>> all(Trash trash) = 0;  // by name
  virtual Result<> remove(const ContainerId& container) = 0;    // purged from the trash
};

class Branches : public Records<Branch, BranchId> {
 public:
  virtual Result<std::vector<Branch>> of_container(const ContainerId& owner, Trash trash) = 0;
  virtual Result<std::vector<Branch>> all(Trash trash) = 0;  // by creation; masters too
};

class Segments : public Records<Segment, SegmentId> {
 public:
  virtual Result<std::vector<Segment>> of_branch(const BranchId& branch) = 0;  // oldest first
};

struct PointRange {
  std::optional<Timestamp> first;
  std::optional<Timestamp> last;
};

// Which points of a branch: the newest `before` of those before `around`, and the oldest `after` of
// those at or after it.
struct PointWindow {
  Timestamp around;
  std::size_t before = 100;
  std::size_t after = 100;
};

class Points : public Records<Point, PointId> {
 public:
  // The newest reachable point at or before `at`; among equal times the one put last.
  virtual Result<std::optional<Point>> at_or_before(const BranchId& branch, Timestamp at) = 0;
  // The one put last that is reachable and not made afterwards by a replay: those are of the past,
  // however late. Times decide nothing: a clock may have been set back.
  virtual Result<std::optional<Point>> newest(const BranchId& branch) = 0;
  // Reachable points only.
  virtual Result<PointRange> range(const BranchId& branch) = 0;
  // Oldest first, with reaped ones; but automatic ones are gone with their data.
  virtual Result<std::vector<Point>> window(const BranchId& branch, const PointWindow& window) = 0;
  // Reachable points of every branch that are older than `before`, oldest first.
  virtual Result<std::vector<Point>> older_than(Timestamp before) = 0;
  virtual Result<std::vector<Point>> of_branch(const BranchId& branch) = 0;  // oldest first
  // Reachable points only, oldest first.
  virtual Result<std::vector<Point>> of_segment(const SegmentId& segment) = 0;
  // Those of them that there are, in no particular order.
  virtual Result<std::vector<Point>> find_all(const std::vector<PointId>& ids) = 0;
};

class Bookmarks : public Records<Bookmark, BookmarkId> {
 public:
  // Oldest point first.
  virtual Result<std::vector<Bookmark>> of_container(const ContainerId& container, Trash trash) = 0;
  // Of the template itself and of all its containers.
  virtual Result<std::vector<Bookmark>> of_template(const TemplateId& owner, Trash trash) = 0;
  virtual Result<std::vector<Bookmark>> all(Trash trash) = 0;
  // The newest bookmarked (not deleted) reachable point of the segment: the one put last, where
  // what a replay made counts as put right after the point that it went on from.
  virtual Result<std::optional<Point>> newest_point_of(const SegmentId& segment) = 0;
};

// Which operations, newest first. Nothing set: all.
struct OperationQuery {
  std::optional<ContainerId> container;
  std::optional<SourceId> source;
  std::optional<OperationId> before;  // page on from this one
  std::size_t limit = 50;
  bool background = false;  // with the product's own (bake)
};

// What unfinished operations have locked (Operation::held) is kept with them: `put` locks and frees
// accordingly, and fails with `busy` where another operation is in the way.
class Operations : public Records<Operation, OperationId> {
 public:
  virtual Result<std::vector<Operation>> query(const OperationQuery& query) = 0;
  virtual Result<std::vector<Operation>> unfinished() = 0;  // oldest first
  // The oldest unfinished operation, other than `except`, beside which nothing with these locks may
  // run (Operation::excludes).
  virtual Result<std::optional<Operation>> in_the_way(const std::vector<std::string>& locks,
                                                      const std::vector<std::string>& shared,
                                                      const OperationId& except) = 0;
  virtual Result<std::optional<Operation>> find_idempotent(const UserId& actor,
                                                           std::string_view key) = 0;
};

class Volumes : public Records<Volume, VolumeId> {
 public:
  virtual Result<std::vector<Volume>> all() = 0;
  virtual Result<std::vector<Volume>> building(const OperationId& operation) = 0;
  virtual Result<> remove(const VolumeId& volume) = 0;
};

class Snapshots : public Records<Snapshot, SnapshotId> {
 public:
  virtual Result<std::vector<Snapshot>> all() = 0;
  virtual Result<std::vector<Snapshot>> building(const OperationId& operation) = 0;
  virtual Result<> remove(const SnapshotId& snapshot) = 0;
};

// Their sequence increases, and may have gaps. Whoever has seen an event has missed none before it:
// events become visible in the order of their numbers.
class Events {
 public:
  virtual ~Events() = default;
  virtual Result<> append(Event event) = 0;  // gives it a later sequence number than all before
  // At most `limit`, oldest first.
  virtual Result<std::vector<Event>> after(std::int64_t sequence, std::size_t limit) = 0;
  virtual Result<std::int64_t> last() = 0;  // 0 if there is none
};

// Single values about the installation itself, by name.
class Facts {
 public:
  virtual ~Facts() = default;
  virtual Result<std::optional<std::string>> find(std::string_view name) = 0;
  virtual Result<> put(std::string_view name, std::string_view value) = 0;
  virtual Result<> remove(std::string_view name) = 0;
};

// One transaction. Its references are valid as long as it is.
class CatalogUnit {
 public:
  virtual ~CatalogUnit() = default;
  virtual Users& users() = 0;
  virtual Accesses& accesses() = 0;
  virtual Sources& sources() = 0;
  virtual Templates& templates() = 0;
  virtual Containers& containers() = 0;
  virtual Branches& branches() = 0;
  virtual Segments& segments() = 0;
  virtual Points& points() = 0;
  virtual Bookmarks& bookmarks() = 0;
  virtual Operations& operations() = 0;
  virtual Volumes& volumes() = 0;
  virtual Snapshots& snapshots() = 0;
  virtual Events& events() = 0;
  virtual Facts& facts() = 0;
};

// Thread-safe. Readers see one consistent state and never wait for the writer; one writer at a
// time.
//
// `work` may be run more than once, on another state each time, and only the last run counts. So it
// does nothing that lasts but by its unit: no I/O, and what it leaves in variables outside is the
// same however often it has run.
class Catalog {
 public:
  virtual ~Catalog() = default;

  // What `work` returns, read in one consistent state. `put`s in it fail.
  template <class Work>
  auto read(Work work) -> decltype(work(std::declval<CatalogUnit&>())) {
    return in_unit(work, &Catalog::do_read);
  }

  // What `work` returns; its changes are durable when this returns a success, and none of them
  // happened when it returns an error.
  template <class Work>
  auto write(Work work) -> decltype(work(std::declval<CatalogUnit&>())) {
    return in_unit(work, &Catalog::do_write);
  }

  // Called, on any thread, after a write that appended events, whoever wrote; must return quickly.
  // Kept as long as the catalog.
  void on_events(std::function<void()> listener) {
    const std::lock_guard lock(events_mutex_);
    listeners_.push_back(std::move(listener));
  }

  // Waits for events after that one, at most `patience`, and no longer once `stop` is requested.
  // Returns the number of the last event there is, which may be that one still.
  Result<std::int64_t> wait_events(std::int64_t after, Duration patience,
                                   const std::stop_token& stop = {}) {
    const auto deadline = std::chrono::steady_clock::now() + patience;
    for (;;) {
      const std::uint64_t told = times_told();
      auto last = read([](CatalogUnit& unit) { return unit.events().last(); });
      if (!last || *last > after) return last;
      std::unique_lock lock(events_mutex_);
      const bool has_news =
          told_.wait_until(lock, stop, deadline, [&] { return times_told_ != told; });
      if (!has_news) return last;
    }
  }

 protected:
  using UnitWork = std::function<Result<>(CatalogUnit&)>;
  virtual Result<> do_read(const UnitWork& work) = 0;
  virtual Result<> do_write(const UnitWork& work) = 0;

  // To be called when events have become visible, those that others wrote included. It calls the
  // listeners, so no lock that a read needs may be held.
  void tell_of_events() {
    std::vector<std::function<void()>> listeners;
    {
      const std::lock_guard lock(events_mutex_);
      ++times_told_;
      listeners = listeners_;
    }
    told_.notify_all();
    for (const auto& listener : listeners) listener();
  }

 private:
  std::uint64_t times_told() {
    const std::lock_guard lock(events_mutex_);
    return times_told_;
  }

  template <class Work>
  auto in_unit(Work& work, Result<> (Catalog::*run)(const UnitWork&))
      -> decltype(work(std::declval<CatalogUnit&>())) {
    using Outcome = decltype(work(std::declval<CatalogUnit&>()));
    std::optional<Outcome> outcome;
    const Result<> ran = (this->*run)([&](CatalogUnit& unit) -> Result<> {
      outcome.emplace(work(unit));
      if (!*outcome) return outcome->error();
      return {};
    });
    if (!ran) return ran.error();
    return *std::move(outcome);
  }

  std::mutex events_mutex_;  // of what follows; held for moments only
  std::condition_variable_any told_;
  std::uint64_t times_told_ = 0;
  std::vector<std::function<void()>> listeners_;
};

}  // namespace slip
