// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "operations/lookup.h"
#include "tests/support/expect_result.h"
#include "tests/support/test_world.h"

namespace slip {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

Hook sql(HookMoment when, std::string text, OnHookError on_error = OnHookError::fail) {
  return {.when = when, .sql = std::move(text), .on_error = on_error};
}

Hook program(HookMoment when, std::string name) {
  return {.when = when, .command = {std::move(name)}, .program = "#!/bin/sh\n"};
}

class Hooks : public ::testing::Test {
 protected:
  void SetUp() override { world_->runtime.on_run(record()); }

  FakeRuntime::HowARunEnds record() {
    return [this](const InstanceId&, const OneRun& what) -> std::optional<RunOutcome> {
      ran_.push_back(what);
      return how_it_ends_;
    };
  }
  // The template gets these hooks of its database, and qa the template's new version.
  void give(std::vector<Hook> hooks, std::vector<Hook> of_app = {}) {
    version(std::move(hooks), std::move(of_app));
    ASSERT_OK(world_->must(RefreshContainer{"qa"}));
    ran_.clear();
  }
  void version(std::vector<Hook> hooks, std::vector<Hook> of_app = {},
               std::map<std::string, std::string> subset = {}) {
    ASSERT_OK(world_->must(
        VersionTemplate{"shop",
                        {{"db", "shop.db", 1, 5433, {}, std::move(hooks), std::move(subset)},
                         {"app", "shop.app", 2, 1080, {}, std::move(of_app)}}}));
  }
  // The operation's steps: "clone_snapshot", "run_hooks pre_refresh", ...
  static std::vector<std::string> steps(const Operation& operation) {
    std::vector<std::string> out;
    for (const auto& record : operation.steps) {
      out.emplace_back(kind_of(record.step));
      const auto* hooks = std::get_if<RunHooks>(&record.step);
      if (hooks != nullptr) out.back() += " " + std::string(name_of(hooks->when));
    }
    return out;
  }
  // Of every hook that ran: "db post_refresh SQL".
  static std::vector<std::string> ran_in(const Operation& operation) {
    std::vector<std::string> out;
    for (const auto& record : operation.steps) {
      for (const auto& run : record.findings.hooks) {
        out.push_back(run.source + " " + std::string(name_of(run.when)) + " " + run.hook);
      }
    }
    return out;
  }
  template <class Request>
  Operation act(const Request& request) {
    const auto operation = world_->act(request);
    EXPECT_OK(operation);
    return operation.value_or(Operation());
  }
  Operation bookmark(const std::string& name) {
    CreateBookmark request;
    request.container = "qa";
    request.name = name;
    return act(request);
  }
  std::string template_rows() {
    return world_->catalog
        .read([&](CatalogUnit& unit) -> Result<std::string> {
          const auto mould = TRY(find_template(unit, "shop"));
          return world_->rows(*TRY(unit.points().newest(mould.master)));
        })
        .value();
  }
  static std::vector<Hook> of_every_moment() {
    std::vector<Hook> hooks;
    for (const auto when :
         {HookMoment::configure_clone, HookMoment::pre_refresh, HookMoment::post_refresh,
          HookMoment::pre_restore, HookMoment::post_restore, HookMoment::pre_snapshot,
          HookMoment::post_snapshot, HookMoment::pre_start, HookMoment::post_start,
          HookMoment::pre_stop, HookMoment::post_stop}) {
      hooks.push_back(program(when, std::string(name_of(when))));
    }
    return hooks;
  }

  std::unique_ptr<TestWorld> world_ = TestWorld::with_containers();
  std::vector<OneRun> ran_;
  std::optional<RunOutcome> how_it_ends_ = RunOutcome{0, "fine\n"};
};

TEST_F(Hooks, AreStepsOnlyWhereATemplateHasSome) {
  EXPECT_THAT(steps(bookmark("plain")), ElementsAre("take_snapshot", "commit"));
  EXPECT_THAT(steps(act(RefreshContainer{"qa"})),
              ElementsAre("clone_snapshot", "start_instances", "hold_endpoints", "take_snapshot",
                          "commit", "release_endpoints"));
}

TEST_F(Hooks, RunAroundARefreshBeforeAnybodySeesTheNewData) {
  give(of_every_moment());

  const auto refresh = act(RefreshContainer{"qa"});

  EXPECT_EQ(refresh.state, OperationState::succeeded);
  EXPECT_THAT(steps(refresh),
              ElementsAre("run_hooks pre_refresh", "clone_snapshot", "start_instances",
                          "run_hooks configure_clone", "run_hooks post_refresh",
                          "run_hooks pre_snapshot", "hold_endpoints", "take_snapshot", "commit",
                          "release_endpoints", "run_hooks post_snapshot"));
  EXPECT_THAT(ran_in(refresh),
              ElementsAre("db pre_refresh pre_refresh", "db configure_clone configure_clone",
                          "db post_refresh post_refresh", "db pre_snapshot pre_snapshot",
                          "db post_snapshot post_snapshot"));
}

TEST_F(Hooks, RunAroundARestoreAndConfigureOnlyWhatComesFromTheTemplate) {
  give(of_every_moment());
  ASSERT_OK(world_->bookmark("qa", "base"));
  ASSERT_OK(world_->must(CreateTemplateBookmark{"shop", "golden", "", {}}));

  const auto own = act(RestoreContainer{"qa", FromBookmark{"base"}, Safety::none});
  const auto golden = act(RestoreContainer{"qa", FromBookmark{"golden"}, Safety::none});
  const auto reset = act(ResetContainer{"qa", Safety::none});

  EXPECT_THAT(ran_in(own),
              ElementsAre("db pre_restore pre_restore", "db post_restore post_restore"));
  EXPECT_THAT(ran_in(golden),
              ElementsAre("db pre_restore pre_restore", "db configure_clone configure_clone",
                          "db post_restore post_restore"));
  EXPECT_THAT(ran_in(reset), ::testing::Contains("db pre_restore pre_restore"));
}

TEST_F(Hooks, ConfigureANewContainerAndABranchOfTheTemplate) {
  give({sql(HookMoment::configure_clone, "add configured")});

  ASSERT_OK(world_->must(CreateContainer{"third", "shop", {}}));
  ASSERT_OK(world_->must(CreateBranch{"qa", "fresh", FromTemplate{}}));

  EXPECT_EQ(world_->rows("third"), "production;configured;");
  EXPECT_EQ(world_->rows("qa"), "production;configured;");
  world_->write("qa", "mine");
  ASSERT_OK(world_->must(CreateBranch{"qa", "next", FromNow{}}));
  EXPECT_EQ(world_->rows("qa"), "production;configured;mine;");
}

TEST_F(Hooks, RunOnWhatIsStoppedByStartingItForThem) {
  give({sql(HookMoment::post_refresh, "add after"), sql(HookMoment::pre_refresh, "add before")});
  ASSERT_OK(world_->must(StopContainer{"qa", ""}));

  const auto refresh = act(RefreshContainer{"qa"});

  EXPECT_EQ(refresh.state, OperationState::succeeded);
  EXPECT_THAT(ran_in(refresh), ElementsAre("db post_refresh SQL"));
  EXPECT_EQ(world_->rows("qa"), "production;after;");
  EXPECT_THAT(world_->complaints(), IsEmpty());
}

TEST_F(Hooks, RunAroundStartAndStopAndTheChangeOfBranches) {
  give(of_every_moment());
  ASSERT_OK(world_->must(CreateBranch{"qa", "second", FromNow{}}));

  EXPECT_THAT(ran_in(act(StopContainer{"qa", ""})),
              ElementsAre("db pre_stop pre_stop", "db post_stop post_stop"));
  EXPECT_THAT(ran_in(act(StartContainer{"qa", ""})),
              ElementsAre("db pre_start pre_start", "db post_start post_start"));
  EXPECT_THAT(ran_in(act(StartContainer{"qa", ""})), IsEmpty());
  EXPECT_THAT(ran_in(act(ActivateBranch{"qa", "default"})),
              ElementsAre("db pre_start pre_start", "db post_start post_start",
                          "db pre_stop pre_stop", "db post_stop post_stop"));
}

TEST_F(Hooks, RunInTheOrderOfTheSourcesAndBackwardsAtAStop) {
  give({program(HookMoment::post_start, "1"), program(HookMoment::post_start, "2"),
        program(HookMoment::pre_stop, "last")},
       {program(HookMoment::post_start, "3"), program(HookMoment::pre_stop, "first")});

  EXPECT_THAT(ran_in(act(StopContainer{"qa", ""})),
              ElementsAre("app pre_stop first", "db pre_stop last"));
  EXPECT_THAT(ran_in(act(StartContainer{"qa", ""})),
              ElementsAre("db post_start 1", "db post_start 2", "app post_start 3"));
}

TEST_F(Hooks, GetTheAddressesOfAllSources) {
  give({}, {program(HookMoment::pre_snapshot, "look")});
  ASSERT_EQ(bookmark("base").state, OperationState::succeeded);

  ASSERT_EQ(ran_.size(), 1U);
  const auto& env = ran_.front().spec.env;
  const auto ports =
      world_->catalog
          .read([&](CatalogUnit& unit) { return volume_of(unit, world_->active("qa").volume); })
          .value()
          .ports;
  EXPECT_EQ(env.at("DB_PORT"), std::to_string(ports.at("db")));
  EXPECT_EQ(env.at("APP_PORT"), std::to_string(ports.at("app")));
  EXPECT_EQ(env.at("SELF_PORT"), env.at("APP_PORT"));
  EXPECT_EQ(env.at("SLIP_SOURCE"), "app");
  EXPECT_EQ(env.at("SLIP_HOOK"), "pre_snapshot");
}

TEST_F(Hooks, FailTheirOperationWithTheirWholeOutput) {
  give({program(HookMoment::post_refresh, "check.sh")});
  world_->write("qa", "mine");
  const std::string before = world_->rows("qa");
  how_it_ends_ = RunOutcome{3, "row 17\nis wrong\n"};

  const auto refresh = act(RefreshContainer{"qa"});

  EXPECT_EQ(refresh.state, OperationState::failed);
  ASSERT_TRUE(refresh.failure);
  EXPECT_THAT(
      refresh.failure->message,
      HasSubstr("the post_refresh hook of db (check.sh) failed: it ended with exit status 3"));
  EXPECT_EQ(refresh.failure->detail, "row 17\nis wrong\n");
  EXPECT_EQ(refresh.failure->step, "Running the template's hooks");
  EXPECT_EQ(world_->rows("qa"), before);
  EXPECT_THAT(world_->complaints(), IsEmpty());
}

TEST_F(Hooks, MayFailWhereTheySaySo) {
  world_->database->refuse_sql("bad");
  give({sql(HookMoment::post_refresh, "bad", OnHookError::continue_),
        sql(HookMoment::post_refresh, "add good")});

  const auto refresh = act(RefreshContainer{"qa"});

  EXPECT_EQ(refresh.state, OperationState::succeeded);
  EXPECT_EQ(world_->rows("qa"), "production;good;");
  std::vector<HookRun> runs;
  for (const auto& record : refresh.steps) {
    for (const auto& run : record.findings.hooks) runs.push_back(run);
  }
  ASSERT_EQ(runs.size(), 2U);
  EXPECT_TRUE(runs[0].error);
  EXPECT_EQ(runs[0].output, "what it said\n");
  EXPECT_FALSE(runs[1].error);
}

TEST_F(Hooks, MaySayWhatIsNoText) {
  give({program(HookMoment::pre_snapshot, "binary")});
  how_it_ends_ = RunOutcome{1, "\xBC grün \xFF\xC3"};

  const auto failed = bookmark("base");

  EXPECT_EQ(failed.failure->detail, "\uFFFD grün \uFFFD\uFFFD");
}

TEST_F(Hooks, EndAtTheirTimeLimitWithTheirOperation) {
  give({program(HookMoment::post_refresh, "endless")});
  how_it_ends_.reset();

  const auto refresh = act(RefreshContainer{"qa"});

  EXPECT_EQ(refresh.state, OperationState::failed);
  EXPECT_THAT(world_->complaints(), IsEmpty());
}

TEST_F(Hooks, AfterASnapshotRunWhateverHappenedToItAndOnce) {
  give({sql(HookMoment::pre_snapshot, "add held"), program(HookMoment::post_snapshot, "go on")});
  const auto count = [&] { return std::exchange(ran_, {}).size(); };

  EXPECT_EQ(bookmark("whole").state, OperationState::succeeded);
  EXPECT_EQ(count(), 1U);

  world_->storage.fail_next("snapshot", {.code = ErrorCode::no_space, .message = "full"});
  EXPECT_EQ(bookmark("no snapshot").state, OperationState::failed);
  EXPECT_EQ(count(), 1U);

  world_->database->refuse_sql("held");
  const auto refused = bookmark("not held");
  EXPECT_EQ(refused.state, OperationState::failed);
  EXPECT_THAT(ran_in(refused), ElementsAre("db pre_snapshot SQL", "db post_snapshot go on"));
  EXPECT_EQ(count(), 1U);

  world_->database->refuse_sql("");
  how_it_ends_ = RunOutcome{1, "no"};
  EXPECT_EQ(bookmark("fails itself").state, OperationState::failed);
  EXPECT_EQ(count(), 1U);
  EXPECT_THAT(world_->complaints(), IsEmpty());
}

// The old data is frozen at the switch; what a hook holds back there must not hang on that.
TEST_F(Hooks, AfterASafetyPointRunOnWhatGoesOnAgain) {
  give({sql(HookMoment::post_snapshot, "look")});
  const VolumeId old = world_->active("qa").volume;
  InstanceState state = InstanceState::absent;
  world_->database->on_sql([&](const InstanceContext& context) {
    EXPECT_EQ(context.id, instance_on(old, "db"));
    state = world_->runtime.status(context.id)->state;
  });

  EXPECT_EQ(act(RefreshContainer{"qa"}).state, OperationState::succeeded);

  EXPECT_EQ(state, InstanceState::running);
  EXPECT_FALSE(world_->runtime.running(instance_on(old, "db")));
}

TEST_F(Hooks, AfterTheSwitchCannotTakeItBack) {
  give({program(HookMoment::post_stop, "tidy")});
  how_it_ends_ = RunOutcome{1, "cannot tidy\n"};

  const auto stop = act(StopContainer{"qa", ""});

  EXPECT_EQ(stop.state, OperationState::succeeded);
  EXPECT_EQ(world_->active("qa").wanted, RunState::stopped);
  EXPECT_THAT(ran_in(stop), ElementsAre("db post_stop tidy"));
}

TEST_F(Hooks, MaskATemplatesDataBeforeItBecomesAPoint) {
  version({sql(HookMoment::mask, "mask")});
  EXPECT_EQ(template_rows(), "masked;");
  world_->database->set_production("newer;");
  const std::string before = template_rows();
  std::vector<std::string> seen;
  world_->database->on_sql([&](const InstanceContext& context) {
    EXPECT_EQ(context.reach, Reach::hooks_only);
    EXPECT_NE(context.login.password, "");
    EXPECT_TRUE(world_->runtime.running(context.id));
    seen.push_back(template_rows());
  });

  const auto sync = act(SyncSource{"shop.db"});

  EXPECT_EQ(sync.state, OperationState::succeeded);
  EXPECT_THAT(seen, ElementsAre(before));
  EXPECT_EQ(template_rows(), "masked;");
  EXPECT_THAT(steps(sync),
              ElementsAre("create_volume", "ingest_source", "take_snapshot", "compose_volume",
                          "start_instances", "run_hooks mask", "stop_instances", "take_snapshot",
                          "commit", "drop_volume", "drop_volume"));
  ASSERT_OK(world_->must(RefreshContainer{"qa"}));
  EXPECT_EQ(world_->rows("qa"), "masked;");
  EXPECT_THAT(world_->complaints(), IsEmpty());
}

TEST_F(Hooks, KeepATemplateAsItIsWhenItsMaskFails) {
  version({sql(HookMoment::mask, "mask")});
  world_->database->set_production("newer;");
  world_->database->refuse_sql("mask");

  const auto sync = act(SyncSource{"shop.db"});

  EXPECT_EQ(sync.state, OperationState::failed);
  EXPECT_THAT(sync.failure->message, HasSubstr("the mask hook of db (SQL) failed"));
  EXPECT_EQ(template_rows(), "masked;");
  EXPECT_THAT(world_->complaints(), IsEmpty());
  world_->database->refuse_sql("");
  EXPECT_EQ(act(SyncSource{"shop.db"}).state, OperationState::succeeded);
}

TEST_F(Hooks, TakeASubsetBeforeTheMask) {
  version({sql(HookMoment::mask, "mask")}, {}, {{"orders", "id < 10"}});

  const auto sync = act(SyncSource{"shop.db"});

  EXPECT_THAT(ran_in(sync), ElementsAre("db mask subset", "db mask SQL"));
}

TEST_F(Hooks, AreRefusedWhereTheyCannotWork) {
  const auto refusal = [&](Hook db, std::optional<Hook> app = {}) {
    std::vector<Hook> of_app;
    if (app) of_app.push_back(*app);
    const auto made = world_->act(VersionTemplate{"shop",
                                                  {{"db", "shop.db", 1, 5433, {}, {std::move(db)}},
                                                   {"app", "shop.app", 2, 1080, {}, of_app}}});
    return made ? std::string("accepted") : made.error().describe();
  };
  const Hook fine = program(HookMoment::post_start, "fine");
  EXPECT_EQ(refusal(fine, fine), "accepted");
  EXPECT_THAT(refusal({}),
              HasSubstr("the configure_clone hook of source \"db\" has to have either"));
  Hook both = fine;
  both.sql = "SELECT 1";
  EXPECT_THAT(refusal(both), HasSubstr("either sql or a command"));
  EXPECT_THAT(refusal({.command = {"mask.sh"}}),
              HasSubstr("\"mask.sh\", which is no absolute path"));
  EXPECT_THAT(refusal(sql(HookMoment::pre_start, "x")), HasSubstr("does not run at that moment"));
  EXPECT_THAT(refusal(sql(HookMoment::mask, "x", OnHookError::continue_)),
              HasSubstr("would not be masked"));
  Hook slow = fine;
  slow.time_limit_s = 0;
  EXPECT_THAT(refusal(slow), HasSubstr("not from 1 to 86400"));
  EXPECT_THAT(refusal(sql(HookMoment::mask, std::string(70'000, 'x'))), HasSubstr("64 KB"));
  EXPECT_THAT(refusal(fine, sql(HookMoment::post_start, "x")),
              HasSubstr("a source of kind app runs no SQL, as its post_start hook wants"));
}

TEST_F(Hooks, DoNotMaskWhatIsOfAKindThatCannotForget) {
  world_->database->be_unmaskable();

  const auto masked = world_->act(
      VersionTemplate{"shop", {{"db", "shop.db", 1, 5433, {}, {sql(HookMoment::mask, "mask")}}}});
  const auto subset = world_->act(
      VersionTemplate{"shop", {{"db", "shop.db", 1, 5433, {}, {}, {{"orders", "id < 10"}}}}});

  for (const auto& refused : {masked, subset}) {
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code, ErrorCode::unsupported);
    EXPECT_THAT(refused.error().describe(), HasSubstr("a source of kind rows cannot be masked"));
  }
}

}  // namespace
}  // namespace slip
