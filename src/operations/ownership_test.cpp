// SPDX-License-Identifier: Apache-2.0
#include "operations/ownership.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <future>
#include <mutex>

#include "operations/engine.h"
#include "operations/lanes.h"
#include "operations/runner.h"
#include "tests/support/expect_result.h"
#include "tests/support/test_world.h"

namespace slip::test {
namespace {

using namespace std::chrono_literals;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

// A catalog on another machine, which cannot be reached at times.
class DistantCatalog final : public Catalog {
 public:
  explicit DistantCatalog(Catalog& catalog) : catalog_(catalog) {}
  bool is_reached = true;

 protected:
  Result<> do_read(const UnitWork& work) override {
    return is_reached ? catalog_.read(work) : out_of_reach();
  }
  Result<> do_write(const UnitWork& work) override {
    return is_reached ? catalog_.write(work) : out_of_reach();
  }

 private:
  static Result<> out_of_reach() {
    return Error{.code = ErrorCode::unavailable, .message = "no connection to the catalog"};
  }
  Catalog& catalog_;
};

// An operation that a daemon has journaled and not carried out, and another daemon beside it.
class OwnedOperations : public ::testing::Test {
 protected:
  OperationId journal(const std::string& container) {
    const auto journaled = journal_request(fakes_->world, fakes_->actor_named(container),
                                           StopContainer{container, ""});
    EXPECT_OK(journaled);
    return journaled->id;
  }
  Operation find(const OperationId& id) {
    return *fakes_->catalog.read([&](CatalogUnit& unit) { return unit.operations().find(id); })
                .value();
  }
  // What the daemon claims when it looks around at that time.
  std::vector<std::string> claims_of(Ownership& daemon, Duration at) {
    const auto seen = daemon.look(begin_ + at);
    EXPECT_OK(seen);
    std::vector<std::string> claimed;
    for (const auto& one : seen->claimed) claimed.push_back(one.id.str());
    return claimed;
  }

  const std::unique_ptr<TestWorld> fakes_ = TestWorld::with_containers();
  World other_world_ = [this] {
    World other = fakes_->world;
    other.settings.daemon = "other";
    return other;
  }();
  const Duration lease_ = other_world_.settings.lease;
  const Ownership::Steady begin_ = std::chrono::steady_clock::now();
  Ownership owner_{fakes_->world};
  Ownership other_{other_world_};
};

TEST_F(OwnedOperations, AreOfWhoeverHasJournaledThem) {
  const auto id = journal("qa");
  EXPECT_EQ(find(id).owner, fakes_->world.settings.daemon);
  EXPECT_EQ(find(id).generation, 1U);
}

TEST_F(OwnedOperations, AreNeverClaimedWhileTheirOwnerRenewsItsLease) {
  const auto id = journal("qa");
  for (Duration at{}; at < 10 * lease_; at += lease_ / 4) {
    EXPECT_THAT(claims_of(other_, at), IsEmpty());
    EXPECT_THAT(claims_of(owner_, at), IsEmpty());
  }
  EXPECT_EQ(find(id).owner, fakes_->world.settings.daemon);
}

TEST_F(OwnedOperations, AreClaimedOnceTheLeaseHasExpired) {
  const auto id = journal("qa");
  EXPECT_THAT(claims_of(owner_, 0s), IsEmpty());
  EXPECT_THAT(claims_of(other_, 0s), IsEmpty());
  EXPECT_THAT(claims_of(other_, lease_ - Duration(1)), IsEmpty());

  EXPECT_THAT(claims_of(other_, lease_), ElementsAre(id.str()));

  EXPECT_EQ(find(id).owner, "other");
  EXPECT_EQ(find(id).generation, 2U);
  EXPECT_THAT(claims_of(other_, 2 * lease_), IsEmpty()) << "it is ours";
}

TEST_F(OwnedOperations, AreWatchedEachFromWhenItIsFirstSeen) {
  const auto first = journal("qa");
  EXPECT_THAT(claims_of(other_, 0s), IsEmpty());
  const auto second = journal("dev");
  EXPECT_THAT(claims_of(other_, lease_ / 2), IsEmpty());

  EXPECT_THAT(claims_of(other_, lease_), ElementsAre(first.str()));
  EXPECT_THAT(claims_of(other_, lease_ + lease_ / 2), ElementsAre(second.str()));
}

// Their owner could not reach the catalog either.
TEST_F(OwnedOperations, AreNotClaimedForAnOutageOfTheCatalog) {
  const auto id = journal("qa");
  DistantCatalog catalog(fakes_->catalog);
  const World& near = other_world_;
  World world{.host = near.host,
              .storage = near.storage,
              .adapters = near.adapters,
              .clock = near.clock,
              .secrets = near.secrets,
              .catalog = catalog,
              .ids = near.ids,
              .settings = near.settings};
  Ownership distant(world);
  EXPECT_THAT(claims_of(distant, 0s), IsEmpty());
  catalog.is_reached = false;
  EXPECT_ERROR(distant.look(begin_ + lease_ / 2), unavailable);
  catalog.is_reached = true;

  EXPECT_THAT(claims_of(distant, lease_), IsEmpty());
  EXPECT_THAT(claims_of(owner_, lease_), IsEmpty()) << "it renews";
  EXPECT_THAT(claims_of(distant, lease_ + lease_ / 2), IsEmpty());
  EXPECT_THAT(claims_of(distant, 2 * lease_ + lease_ / 2), ElementsAre(id.str()));
}

TEST_F(OwnedOperations, AreClaimedByOneDaemonOnly) {
  const auto id = journal("qa");
  World third_world = fakes_->world;
  third_world.settings.daemon = "third";
  Ownership third(third_world);
  EXPECT_THAT(claims_of(other_, 0s), IsEmpty());
  EXPECT_THAT(claims_of(third, 0s), IsEmpty());

  EXPECT_THAT(claims_of(other_, lease_), ElementsAre(id.str()));
  EXPECT_THAT(claims_of(third, lease_), IsEmpty());
}

TEST_F(OwnedOperations, AreRenewedInOneWriteAndOnlyWhereThereAreAny) {
  int writes = 0;
  const auto first = journal("qa");
  const auto second = journal("dev");
  fakes_->catalog.set_hooks({}, [&] { ++writes; });
  EXPECT_THAT(claims_of(owner_, 0s), IsEmpty());
  EXPECT_EQ(writes, 1);

  fakes_->catalog.set_hooks({}, {});
  ASSERT_OK(fakes_->finish(first));
  ASSERT_OK(fakes_->finish(second));
  writes = 0;
  fakes_->catalog.set_hooks({}, [&] { ++writes; });
  EXPECT_THAT(claims_of(owner_, lease_), IsEmpty());
  EXPECT_EQ(writes, 0);
  fakes_->catalog.set_hooks({}, {});
}

TEST_F(OwnedOperations, AreCanceledByWhoeverOwnsThemWhereverThatWasAskedFor) {
  const auto id = journal("qa");
  Engine elsewhere(other_world_);
  ASSERT_OK(elsewhere.cancel(fakes_->actor_named("qa"), id));

  EXPECT_THAT(owner_.look(begin_)->to_cancel, ElementsAre(id));
  const auto ended = fakes_->finish(id);
  ASSERT_OK(ended);
  EXPECT_EQ(ended->state, OperationState::canceled);
}

TEST_F(OwnedOperations, AreTakenOverByAnEngineThatRuns) {
  const auto id = journal("qa");
  other_world_.settings.lease = 100ms;
  Engine engine(other_world_);
  ASSERT_OK(engine.start());

  const auto ended = engine.wait(id, 30s);

  ASSERT_OK(ended);
  EXPECT_EQ(ended->state, OperationState::succeeded);
  EXPECT_EQ(ended->owner, "other");
  EXPECT_EQ(fakes_->active("qa").wanted, RunState::stopped);
}

// Their owner was held up in the middle of a step, taken for dead, and has them back before the
// step has ended.
TEST_F(OwnedOperations, AreTakenUpWhereTheyComeBackWhileTheirOldStepIsAtWork) {
  const auto id = journal("qa");
  const auto claim_for = [&](const std::string& daemon) {
    return *fakes_->catalog.write([&](CatalogUnit& unit) -> Result<Operation> {
      return claim(unit, *TRY(unit.operations().find(id)), daemon);
    });
  };
  Runner runner(fakes_->world);
  Lanes lanes(fakes_->world, runner, [](const OperationId&) {});
  std::once_flag once;
  fakes_->runtime.on_ask_to_end([&](const InstanceId&) {
    std::call_once(once, [&] {
      claim_for("other");
      lanes.add(claim_for(fakes_->world.settings.daemon), Lanes::Task::take_up);
    });
  });
  lanes.start();
  lanes.add(find(id), Lanes::Task::run);

  const auto ended = Engine(other_world_).wait(id, 30s);

  lanes.stop();
  fakes_->runtime.on_ask_to_end({});
  ASSERT_OK(ended);
  EXPECT_EQ(ended->generation, 3U);
  EXPECT_EQ(ended->owner, fakes_->world.settings.daemon);
}

TEST_F(OwnedOperations, AreWaitedForByTheCatalogAlsoWhereAnotherDaemonTakesThem) {
  const auto point =
      journal_request(fakes_->world, slipstream_itself, TakePoint{fakes_->active("qa").id});
  ASSERT_OK(point);
  Engine elsewhere(other_world_);
  CreateBookmark request;
  request.container = "qa";
  request.name = "meanwhile";
  auto submitted = std::async(std::launch::async,
                              [&] { return elsewhere.submit(fakes_->actor_named("qa"), request); });
  EXPECT_EQ(submitted.wait_for(50ms), std::future_status::timeout);

  ASSERT_OK(fakes_->finish(point->id));

  EXPECT_OK(submitted.get());
}

// It was started again under its name, so that nobody else can run under it.
TEST_F(OwnedOperations, AreTakenUpAtOnceByTheirOwnDaemon) {
  const auto id = journal("qa");
  Engine engine(fakes_->world);
  ASSERT_OK(engine.start());
  EXPECT_EQ(engine.wait(id, 30s)->state, OperationState::succeeded);
}

}  // namespace
}  // namespace slip::test
