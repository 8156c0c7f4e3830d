// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "catalog/memory/memory_catalog.h"
#include "host/local_host.h"
#include "operations/keeper.h"
#include "operations/reaper.h"
#include "operations/runner.h"
#include "operations/submit.h"
#include "runtime/fake/fake_endpoints.h"
#include "runtime/fake/fake_runtime.h"
#include "secrets/memory/memory_secrets.h"
#include "storage/fake/fake_storage.h"
#include "tests/support/fake_clock.h"
#include "tests/support/row_adapter.h"
#include "tests/support/twice_catalog.h"

namespace slip {

// Thrown out of a fake where the daemon is to die.
struct SimulatedCrash {};

// The whole product over fakes, without threads: a request is planned, journaled and run to its end
// within the call. What the product does with the catalog is done twice. The fakes outlive a
// simulated crash, as disks and processes outlive a daemon.
class TestWorld {
 public:
  // With template "shop" (sources "db" and "app"), and a user "qa" and "dev" who each own a
  // container of that name.
  static std::unique_ptr<TestWorld> with_containers();
  TestWorld();

  // Runs a request to its end. An operation that failed is a success here: look at its state.
  template <class Request>
  Result<Operation> act(const Request& request, std::string_view actor = "admin") {
    const auto operation = TRY(journal_request(world, actor_named(actor), request, {},
                                               [](OperationKind) { return Begin::at_once; }));
    return finish(operation.id);
  }
  // Fails if the operation did not succeed.
  template <class Request>
  Result<Operation> must(const Request& request, std::string_view actor = "admin") {
    auto operation = TRY(act(request, actor));
    if (operation.state != OperationState::succeeded) {
      return Error{.message = operation.failure ? operation.failure->message : "not succeeded"};
    }
    return operation;
  }
  Result<Operation> finish(const OperationId& operation);

  // The daemon is dead and has been started again: what was interrupted is taken up, what should
  // run is started, and what is doomed destroyed.
  Result<> restart();
  // The daemon is dead, and another one takes over what it has left. Fails if that one does so
  // before the lease has expired.
  Result<> take_over();
  // A dead daemon, not started again yet.
  void crash();
  // After every `count` catalog writes and storage calls (each counts before and after) and hooks
  // (in their midst) the daemon dies; 0: it does not. Returns from `hits` how many there were
  // since.
  void crash_at(int count) { crash_at_ = count, hits_ = 0; }
  int hits() const { return hits_; }

  Actor actor_named(std::string_view name) const;
  Container container(std::string_view name);
  Branch branch(std::string_view container, std::string_view name);
  Branch active(std::string_view container);
  std::vector<Segment> segments(std::string_view container);
  std::vector<Point> points(std::string_view container);
  // The rows of the database of a container's active branch, or of a point.
  std::string rows(std::string_view container);
  std::string rows(const Branch& branch);
  std::string rows(const Point& point);
  // As an application would: fails the test if the database is not running.
  void write(std::string_view container, const std::string& row);
  void write(const Branch& branch, const std::string& row);
  Result<Operation> bookmark(std::string_view container, const std::string& name,
                             Audience audience = Audience::only_container);
  Result<Operation> restore(std::string_view container, const std::string& bookmark);

  // Everything that must be true between operations; a sentence for each thing that is not.
  std::vector<std::string> complaints();

  FakeStorage storage;
  FakeRuntime runtime;
  FakeEndpoints endpoints;
  MemoryCatalog catalog;
  TwiceCatalog twice{catalog};
  FakeClock clock;
  CountedIds ids;
  MemorySecrets secrets;
  std::shared_ptr<RowAdapter> database;
  std::shared_ptr<RowAdapter> application;
  Machine machine;
  LocalHost host;  // outlives a simulated crash, as one on another machine would
  World world;

 private:
  void hit();
  // What a daemon does at its start, with that work left.
  Result<> go_on(World& daemon, const std::vector<Operation>& left);

  int crash_at_ = 0;
  int hits_ = 0;
  std::unique_ptr<Runner> runner_;
};

}  // namespace slip
