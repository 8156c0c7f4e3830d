// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>
#include <string>

#include "operations/edits/edits.h"
#include "operations/lookup.h"
#include "tests/support/test_world.h"

namespace slip {
namespace {

using testing::IsEmpty;

// One operation, the state it begins from, and what the active branch of qa holds before it and
// after it has succeeded.
struct Scenario {
  std::string name;
  std::function<void(TestWorld&)> given = [](TestWorld&) {};
  std::function<Result<Operation>(TestWorld&)> when;
};

std::ostream& operator<<(std::ostream& out, const Scenario& scenario) {
  return out << scenario.name;
}

// qa has production's rows, a bookmark "clean", an edge case, and a row nobody has named.
std::unique_ptr<TestWorld> begin(const Scenario& scenario) {
  auto world = TestWorld::with_containers();
  world->write("qa", "edge");
  EXPECT_TRUE(world->bookmark("qa", "clean", Audience::everyone));
  world->write("qa", "unnamed");
  scenario.given(*world);
  EXPECT_THAT(world->complaints(), IsEmpty()) << "before the operation";
  return world;
}

// What people would miss: rows of every branch and bookmark by name.
std::map<std::string, std::string> everything(TestWorld& world) {
  std::map<std::string, std::string> out;
  EXPECT_TRUE(world.catalog.read([&](CatalogUnit& unit) -> Result<> {
    for (const auto& container : TRY(unit.containers().all(Trash::with))) {
      for (const auto& branch : TRY(unit.branches().of_container(container.id, Trash::with))) {
        out[container.name + "/" + branch.name] = world.rows(branch);
      }
    }
    for (const auto& bookmark : TRY(unit.bookmarks().all(Trash::with))) {
      out["bookmark " + bookmark.name] = world.rows(*TRY(unit.points().find(bookmark.point)));
    }
    for (const auto& source : TRY(unit.sources().all(Trash::with))) {
      out["source " + source.name] = world.storage.read(source.snapshot, "rows").value_or("(none)");
    }
    for (const auto& mould : TRY(unit.templates().all(Trash::with))) {
      const auto newest = TRY(unit.points().newest(mould.master));
      if (newest) out["template " + mould.name] = world.rows(*newest);
    }
    return {};
  }));
  return out;
}

class EveryStep : public testing::TestWithParam<Scenario> {};

// Lets the daemon die at the nth chance; false when there are fewer chances than that.
bool dies(TestWorld& world, const std::function<void()>& act, int n) {
  world.crash_at(n);
  try {
    act();
  } catch (const SimulatedCrash&) {
    return true;
  }
  world.crash_at(0);
  return false;
}

// Has the daemon die at each chance there is, and `recover` make it good: what is there then is
// what was before, or what a run without a death leads to; each happens.
void expect_whole_or_not_at_all(const Scenario& scenario,
                                const std::function<Result<>(TestWorld&)>& recover) {
  auto smooth = begin(scenario);
  const auto before = everything(*smooth);
  const auto went = scenario.when(*smooth);
  ASSERT_TRUE(went) << went.error().describe();
  ASSERT_EQ(went->state, OperationState::succeeded) << went->failure->message;
  EXPECT_THAT(smooth->complaints(), IsEmpty());
  const auto after = everything(*smooth);

  int finished = 0;
  int undone = 0;
  for (int n = 1;; ++n) {
    SCOPED_TRACE("dying at chance " + std::to_string(n));
    auto world = begin(scenario);
    if (!dies(
            *world, [&] { (void)scenario.when(*world); }, n))
      break;

    const auto recovered = recover(*world);

    ASSERT_TRUE(recovered) << recovered.error().describe();
    ASSERT_THAT(world->complaints(), IsEmpty());
    const auto now = everything(*world);
    if (now == after) {
      ++finished;
    } else {
      ASSERT_EQ(now, before);
      ++undone;
    }
  }
  EXPECT_GT(finished, 0);
  EXPECT_GT(undone, 0);
}

TEST_P(EveryStep, EndsWholeOrNotAtAllWhereverTheDaemonDies) {
  expect_whole_or_not_at_all(GetParam(), [](TestWorld& world) { return world.restart(); });
}

// A daemon that dies again while it makes good what the first death left.
TEST_P(EveryStep, SurvivesDyingAgainDuringRecovery) {
  const Scenario& scenario = GetParam();
  auto smooth = begin(scenario);
  const auto before = everything(*smooth);
  ASSERT_TRUE(scenario.when(*smooth));
  const auto after = everything(*smooth);

  for (int n = 1;; n += 3) {
    bool first_died = true;
    for (int again = 1;; again += 2) {
      SCOPED_TRACE("dying at chance " + std::to_string(n) + ", and in recovery at " +
                   std::to_string(again));
      auto world = begin(scenario);
      first_died = dies(
          *world, [&] { (void)scenario.when(*world); }, n);
      if (!first_died) break;
      if (!dies(
              *world, [&] { (void)world->restart(); }, again))
        break;

      ASSERT_TRUE(world->restart());

      ASSERT_THAT(world->complaints(), IsEmpty());
      const auto now = everything(*world);
      ASSERT_TRUE(now == before || now == after);
    }
    if (!first_died) break;
  }
}

// The daemon is not started again; another one carries on from the journal.
TEST_P(EveryStep, IsTakenOverByAnotherDaemonOnceTheLeaseHasExpired) {
  expect_whole_or_not_at_all(GetParam(), [](TestWorld& world) { return world.take_over(); });
}

Scenario restore{"Restore", [](TestWorld&) {},
                 [](TestWorld& world) {
                   return world.act(RestoreContainer{"qa", FromBookmark{"clean"}});
                 }};
Scenario refresh{"Refresh", [](TestWorld&) {},
                 [](TestWorld& world) { return world.act(RefreshContainer{"qa"}); }};
Scenario reset{"Reset", [](TestWorld&) {},
               [](TestWorld& world) { return world.act(ResetContainer{"qa"}); }};
Scenario undo{"Undo", [](TestWorld& world) { EXPECT_TRUE(world.restore("qa", "clean")); },
              [](TestWorld& world) { return world.act(UndoContainer{"qa"}); }};
Scenario without_safety{
    "RestoreWithoutSafetyPoint", [](TestWorld&) {},
    [](TestWorld& world) {
      return world.act(RestoreContainer{"qa", FromBookmark{"clean"}, Safety::none});
    }};
// Of a container that has used up its disk quota: that is what people go back from.
Scenario restore_when_full{"RestoreWithTheQuotaUsedUp",
                           [](TestWorld& world) {
                             constexpr std::int64_t gibibyte = 1 << 30;
                             EXPECT_TRUE(edit(world.world, world.actor_named("admin"),
                                              SetQuota{"qa", {.disk_bytes = gibibyte}}));
                             world.storage.set_charged(*world.container("qa").number, gibibyte + 1);
                           },
                           restore.when};
Scenario restore_stopped{"RestoreStopped",
                         [](TestWorld& world) {
                           EXPECT_TRUE(world.must(StopContainer{"qa", ""}));
                         },
                         [](TestWorld& world) {
                           return world.act(RestoreContainer{"qa", FromBookmark{"clean"}});
                         }};
Scenario renew_login{"RenewLogin", [](TestWorld&) {},
                     [](TestWorld& world) { return world.act(RenewLogin{"qa"}); }};
Scenario branch_from_now{"BranchFromNow", [](TestWorld&) {},
                         [](TestWorld& world) {
                           return world.act(CreateBranch{"qa", "next", FromNow{}});
                         }};
Scenario branch_shared{"BranchFromShared", [](TestWorld&) {},
                       [](TestWorld& world) {
                         return world.act(CreateBranch{"dev", "bug", FromBookmark{"qa/clean"}});
                       }};
Scenario branch_beside{
    "BranchBeside", [](TestWorld&) {},
    [](TestWorld& world) {
      return world.act(CreateBranch{"qa", "next", FromBookmark{"clean"}, Activation::beside});
    }};
// The moment between the bookmark and the row that nobody has named.
FromTime then(TestWorld& world) {
  return {world.points("qa").front().taken_by.value() + Duration(1), ""};
}
Scenario restore_to_a_time{"RestoreToATime", [](TestWorld&) {},
                           [](TestWorld& world) {
                             return world.act(RestoreContainer{"qa", then(world)});
                           }};
Scenario restore_to_a_time_stopped{"RestoreToATimeStopped",
                                   [](TestWorld& world) {
                                     EXPECT_TRUE(world.must(StopContainer{"qa", ""}));
                                   },
                                   [](TestWorld& world) {
                                     return world.act(RestoreContainer{"qa", then(world)});
                                   }};
Scenario branch_at_a_time{"BranchAtATime", [](TestWorld&) {},
                          [](TestWorld& world) {
                            return world.act(CreateBranch{"qa", "then", then(world)});
                          }};
Scenario bookmark_at_a_time{"BookmarkAtATime", [](TestWorld&) {},
                            [](TestWorld& world) {
                              CreateBookmark request;
                              request.container = "qa";
                              request.name = "then";
                              request.at = then(world);
                              return world.act(request);
                            }};
// A branch that runs beside, or does not run, with rows of its own.
void with_branch_beside(TestWorld& world) {
  EXPECT_TRUE(world.must(CreateBranch{"qa", "bug", FromNow{}, Activation::beside}));
  world.write(world.branch("qa", "bug"), "of the bug");
}
void with_branch_stopped(TestWorld& world) {
  with_branch_beside(world);
  EXPECT_TRUE(world.must(StopContainer{"qa", "bug"}));
}
void with_branch_restored(TestWorld& world) {
  with_branch_beside(world);
  EXPECT_TRUE(world.must(
      RestoreContainer{.container = "qa", .to = FromBookmark{"clean"}, .branch = "bug"}));
}
Result<Operation> restore_bug(TestWorld& world) {
  return world.act(
      RestoreContainer{.container = "qa", .to = FromBookmark{"clean"}, .branch = "bug"});
}
Scenario restore_beside{"RestoreBeside", with_branch_beside, restore_bug};
Scenario restore_beside_stopped{"RestoreBesideStopped", with_branch_stopped, restore_bug};
Scenario refresh_beside{"RefreshBeside", with_branch_beside, [](TestWorld& world) {
                          return world.act(RefreshContainer{.container = "qa", .branch = "bug"});
                        }};
Scenario reset_beside{"ResetBeside", with_branch_beside, [](TestWorld& world) {
                        return world.act(ResetContainer{.container = "qa", .branch = "bug"});
                      }};
Scenario undo_beside{"UndoBeside", with_branch_restored, [](TestWorld& world) {
                       return world.act(UndoContainer{.container = "qa", .branch = "bug"});
                     }};
Scenario branch_from_beside{"BranchFromBeside", with_branch_beside, [](TestWorld& world) {
                              return world.act(CreateBranch{"qa", "next", FromNow{"bug"}});
                            }};
Scenario branch_from_stopped{
    "BranchFromStopped", with_branch_stopped, [](TestWorld& world) {
      return world.act(CreateBranch{"qa", "next", FromNow{"bug"}, Activation::beside});
    }};
void with_second_branch(TestWorld& world) {
  EXPECT_TRUE(world.must(CreateBranch{"qa", "second", FromBookmark{"clean"}}));
}
Scenario delete_branch{"DeleteBranch", with_second_branch, [](TestWorld& world) {
                         return world.act(DeleteBranch{"qa", "default"});
                       }};
Scenario bookmark{"Bookmark", [](TestWorld&) {},
                  [](TestWorld& world) {
                    CreateBookmark request;
                    request.container = "qa";
                    request.name = "now";
                    return world.act(request);
                  }};
Scenario exact_bookmark{"ExactBookmark", [](TestWorld&) {},
                        [](TestWorld& world) {
                          CreateBookmark request;
                          request.container = "qa";
                          request.name = "now";
                          request.manner = BookmarkManner::exact;
                          return world.act(request);
                        }};
Scenario create_container{"CreateContainer", [](TestWorld&) {},
                          [](TestWorld& world) {
                            return world.act(CreateContainer{"third", "shop", {}});
                          }};
Scenario sync{"Sync", [](TestWorld& world) { world.database->set_production("newer;"); },
              [](TestWorld& world) { return world.act(SyncSource{"shop.db"}); }};
Scenario link{"Link", [](TestWorld&) {},
              [](TestWorld& world) {
                return world.act(LinkSource{"other.db", {"rows", {}, {}}});
              }};
void with_follower(TestWorld& world) {
  EXPECT_TRUE(world.must(LinkSource{"live.db", {"rows", {{"follow", "yes"}}, {}}}));
  EXPECT_TRUE(world.must(CreateTemplate{"live", {{"db", "live.db", 1, 0, {}}}}));
  world.database->set_production("newer;");
}
Scenario link_follower{"LinkFollower", [](TestWorld&) {},
                       [](TestWorld& world) {
                         return world.act(LinkSource{"live.db", {"rows", {{"follow", "yes"}}, {}}});
                       }};
Scenario sync_follower{"SyncFollower", with_follower,
                       [](TestWorld& world) { return world.act(SyncSource{"live.db"}); }};
Scenario reseed{"Reseed", with_follower,
                [](TestWorld& world) { return world.act(ReseedSource{"live.db"}); }};
Scenario reindex{"Reindex", [](TestWorld& world) { world.database->be_in_doubt({"its order"}); },
                 [](TestWorld& world) { return world.act(ReindexSource{"shop.db"}); }};
// A moment of production between two syncs, of which the container gets a branch.
void with_follower_of_a_container(TestWorld& world) {
  EXPECT_TRUE(world.must(LinkSource{"live.db", {"rows", {{"follow", "yes"}}, {}}}));
  EXPECT_TRUE(world.must(
      VersionTemplate{"shop", {{"db", "live.db", 1, 5433, {}}, {"app", "shop.app", 2, 1080, {}}}}));
  EXPECT_TRUE(world.must(RefreshContainer{"qa"}));
  world.database->write_in_production("first");
  EXPECT_TRUE(world.must(SyncSource{"live.db"}));
  world.database->write_in_production("second");
}
Timestamp second_of(TestWorld& world) {
  const auto source =
      world.catalog.read([](CatalogUnit& catalog) { return find_source(catalog, "live.db"); });
  return source->history.back().taken_by + Duration(1500);
}
Scenario restore_to_production_then{
    "RestoreToProductionAtATime", with_follower_of_a_container, [](TestWorld& world) {
      return world.act(RestoreContainer{
          "qa", FromTime{.at = second_of(world), .branch = "", .of_template = true}});
    }};
Scenario branch_of_production_then{
    "BranchOfProductionAtATime", with_follower_of_a_container, [](TestWorld& world) {
      return world.act(CreateBranch{
          "qa", "then", FromTime{.at = second_of(world), .branch = "", .of_template = true}});
    }};
Scenario bookmark_production_then{
    "BookmarkProductionAtATime", with_follower_of_a_container, [](TestWorld& world) {
      return world.act(CreateTemplateBookmark{"shop", "then", "", {}, second_of(world)});
    }};
Scenario create_template{"CreateTemplate", [](TestWorld&) {},
                         [](TestWorld& world) {
                           return world.act(CreateTemplate{"half", {{"db", "shop.db", 1, 0, {}}}});
                         }};

// Hooks of every kind around a refresh; what they do to the new data comes and goes with it.
void with_hooks(TestWorld& world) {
  const auto runs = [](HookMoment when, std::string sql, std::vector<std::string> command = {}) {
    return Hook{.when = when,
                .sql = std::move(sql),
                .command = command,
                .program = command.empty() ? "" : "#!/bin/sh"};
  };
  const std::vector<Hook> hooks{runs(HookMoment::mask, "mask"),
                                runs(HookMoment::pre_refresh, "", {"before"}),
                                runs(HookMoment::configure_clone, "add configured"),
                                runs(HookMoment::post_refresh, "add refreshed"),
                                runs(HookMoment::pre_snapshot, "", {"hold"}),
                                runs(HookMoment::post_snapshot, "", {"go on"})};
  EXPECT_TRUE(world.must(VersionTemplate{
      "shop", {{"db", "shop.db", 1, 5433, {}, hooks}, {"app", "shop.app", 2, 1080, {}}}}));
  EXPECT_TRUE(world.must(RefreshContainer{"qa"}));
  world.write("qa", "later");
}
Scenario refresh_with_hooks{"RefreshWithHooks", with_hooks,
                            [](TestWorld& world) { return world.act(RefreshContainer{"qa"}); }};
Scenario bookmark_with_hooks{"BookmarkWithHooks", with_hooks, bookmark.when};
Scenario sync_with_mask{"SyncWithMask",
                        [](TestWorld& world) {
                          with_hooks(world);
                          // A row more, so that it can be seen whether the new data is there.
                          world.database->set_production("newer;");
                        },
                        [](TestWorld& world) { return world.act(SyncSource{"shop.db"}); }};

INSTANTIATE_TEST_SUITE_P(
    Operations, EveryStep,
    testing::Values(restore, refresh, reset, undo, without_safety, restore_when_full,
                    restore_stopped, branch_from_now, branch_shared, branch_beside, bookmark,
                    exact_bookmark, create_container, sync, link, create_template,
                    restore_to_a_time, restore_to_a_time_stopped, branch_at_a_time,
                    bookmark_at_a_time, refresh_with_hooks, bookmark_with_hooks, sync_with_mask,
                    link_follower, sync_follower, reseed, reindex, restore_to_production_then,
                    branch_of_production_then, bookmark_production_then, restore_beside,
                    restore_beside_stopped, refresh_beside, reset_beside, undo_beside,
                    branch_from_beside, branch_from_stopped),
    [](const auto& each) { return each.param.name; });

// Acts that change no data: whatever happens, nothing is lost and the world is in order.
class EveryStepOfQuietOnes : public testing::TestWithParam<Scenario> {};

TEST_P(EveryStepOfQuietOnes, LosesNothingWhereverTheDaemonDies) {
  const Scenario& scenario = GetParam();
  const auto before = everything(*begin(scenario));
  int chances = 0;
  for (int n = 1;; ++n) {
    SCOPED_TRACE("dying at chance " + std::to_string(n));
    auto world = begin(scenario);
    if (!dies(
            *world, [&] { (void)scenario.when(*world); }, n))
      break;
    ++chances;

    ASSERT_TRUE(world->restart());

    ASSERT_THAT(world->complaints(), IsEmpty());
    ASSERT_EQ(everything(*world), before);
  }
  EXPECT_GT(chances, 3);
}

Scenario stop{"Stop", [](TestWorld&) {},
              [](TestWorld& world) {
                return world.act(StopContainer{"qa", ""});
              }};
Scenario start{"Start",
               [](TestWorld& world) {
                 EXPECT_TRUE(world.must(StopContainer{"qa", ""}));
               },
               [](TestWorld& world) {
                 return world.act(StartContainer{"qa", ""});
               }};
Scenario activate{"Activate", with_second_branch, [](TestWorld& world) {
                    return world.act(ActivateBranch{"qa", "default"});
                  }};
Scenario delete_container{"DeleteContainer", with_second_branch,
                          [](TestWorld& world) { return world.act(DeleteContainer{"qa"}); }};
Scenario bake{"Bake", [](TestWorld&) {},
              [](TestWorld& world) { return world.act(BakePoint{world.points("qa").front().id}); }};

Scenario automatic_point{
    "AutomaticPoint", [](TestWorld&) {},
    [](TestWorld& world) { return world.act(TakePoint{world.active("qa").id}); }};

INSTANTIATE_TEST_SUITE_P(Operations, EveryStepOfQuietOnes,
                         testing::Values(stop, start, activate, delete_branch, delete_container,
                                         bake, automatic_point, renew_login),
                         [](const auto& each) { return each.param.name; });

// What a database has in memory when people go back comes back by Undo, or is still there.
TEST(WhatIsLeftAtEveryStep, IsKeptWholeWhereverTheDaemonDies) {
  const auto row_in_memory = [](TestWorld& world) {
    world.database->write_unlogged(world.active("qa").volume, "in memory");
  };
  Scenario going_back{"Restore", row_in_memory, restore.when};
  int undone = 0;
  for (int n = 1;; ++n) {
    SCOPED_TRACE("dying at chance " + std::to_string(n));
    auto world = begin(going_back);
    const VolumeId before = world->active("qa").volume;
    if (!dies(
            *world, [&] { (void)going_back.when(*world); }, n))
      break;

    ASSERT_TRUE(world->restart());

    if (world->active("qa").volume != before) {
      ++undone;
      ASSERT_TRUE(world->must(UndoContainer{"qa"}));
    }
    ASSERT_EQ(world->database->unlogged(world->active("qa").volume), "in memory;");
  }
  EXPECT_GT(undone, 3);
}

}  // namespace
}  // namespace slip
