// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <set>

#include "operations/lookup.h"
#include "operations/reaper.h"
#include "tests/integration/real_world.h"

namespace slip {
namespace {

// The rows of qa's database, in words.
std::string rows(Installation& installation) {
  return query(installation, "qa",
               "select coalesce(string_agg(name, ',' order by name), '') from t");
}

bool make_containers(Installation& installation) {
  SourceConfig database{"postgresql", {}, {}};
  SourceConfig files{"files", {}, {}};
  return succeeds(installation, LinkSource{"db", database}) &&
         succeeds(installation, LinkSource{"notes", files}) &&
         succeeds(installation,
                  CreateTemplate{"shop", {{"db", "db", 1, 0, {}}, {"notes", "notes", 1, 0, {}}}}) &&
         succeeds(installation, CreateContainer{"qa", "shop", {}}) && settles(installation, "qa");
}

bool bookmark(Installation& installation, const std::string& name) {
  CreateBookmark request;
  request.container = "qa";
  request.name = name;
  return succeeds(installation, request);
}

// What is in the pool and nobody knows or uses, in words; empty if all is well.
std::string orphans(Installation& installation) {
  World& world = installation.engine().world();
  const auto doomed_gone = Reaper(world).destroy_doomed();
  std::string out;
  for (const auto& one : unknown_in_pool(world).value()) out += one + " is unknown; ";
  (void)world.catalog.read([&](CatalogUnit& catalog) -> Result<> {
    for (const auto& volume : TRY(catalog.volumes().all())) {
      if (volume.state != StorageState::live) out += volume.id.str() + " is not live; ";
    }
    for (const auto& snapshot : TRY(catalog.snapshots().all())) {
      if (snapshot.state != StorageState::live) out += snapshot.id.str() + " is not live; ";
    }
    return {};
  });
  return out;
}

// One operation that is killed after each of its catalog writes in turn, with a real SIGKILL, on
// real storage and databases.
struct Killed {
  std::function<bool(Installation&)> act;
  std::set<std::string> possible;  // rows that may be there afterwards
  std::function<bool(Installation&)> again = [](Installation&) {
    return true;
  };  // makes it repeatable
};

class KillTest : public testing::Test {
 protected:
  // "clean" has row a; the active branch has a and b.
  void SetUp() override {
    world_.as_daemon([](Installation& installation) {
      if (!make_containers(installation)) return false;
      query(installation, "qa", "create table t(name text)");
      query(installation, "qa", "insert into t values ('a')");
      if (!bookmark(installation, "clean")) return false;
      query(installation, "qa", "insert into t values ('b')");
      return rows(installation) == "a,b";
    });
  }

  void kill_after_every_write(const Killed& killed, int at_least) {
    int died = 0;
    for (int write = 1;; ++write) {
      SCOPED_TRACE("killed after write " + std::to_string(write));
      const bool dies = world_.as_dying_daemon(write, killed.act);
      died += dies ? 1 : 0;
      world_.as_daemon([&](Installation& installation) {
        if (!settles(installation, "qa")) return false;
        std::string now = rows(installation);
        if (now.starts_with("ERROR")) now = "ERROR";  // no such table: production's data
        const std::string left = orphans(installation);
        if (!killed.possible.contains(now)) std::cerr << "rows are " << now << "\n";
        if (!left.empty()) std::cerr << left << "\n";
        if (!killed.possible.contains(now) || !left.empty()) return false;
        if (!killed.again(installation)) return false;
        return true;
      });
      if (HasFatalFailure() || !dies) break;
    }
    EXPECT_GE(died, at_least) << "it was killed less often than it has steps";
  }

  RealWorld world_;
};

TEST_F(KillTest, RestoreIsDoneOrUndone) {
  kill_after_every_write(
      {.act =
           [](Installation& installation) {
             return succeeds(installation, RestoreContainer{"qa", FromBookmark{"clean"}});
           },
       .possible = {"a", "a,b"},
       .again =
           [](Installation& installation) {
             if (rows(installation) == "a") query(installation, "qa", "insert into t values ('b')");
             return rows(installation) == "a,b";
           }},
      7);
}

TEST_F(KillTest, BranchIsDoneOrUndone) {
  kill_after_every_write(
      {.act =
           [](Installation& installation) {
             return succeeds(installation, CreateBranch{"qa", "next", FromBookmark{"clean"}});
           },
       .possible = {"a", "a,b"},
       .again =
           [](Installation& installation) {
             if (rows(installation) == "a,b") return true;
             return succeeds(installation, ActivateBranch{"qa", "default"}) &&
                    succeeds(installation, DeleteBranch{"qa", "next"}) &&
                    rows(installation) == "a,b";
           }},
      5);
}

TEST_F(KillTest, RefreshIsDoneOrUndone) {
  kill_after_every_write({.act =
                              [](Installation& installation) {
                                return succeeds(installation, RefreshContainer{"qa"});
                              },
                          .possible = {"a,b", "ERROR"},
                          .again =
                              [](Installation& installation) {
                                query(installation, "qa",
                                      "create table if not exists t(name text)");
                                query(installation, "qa", "truncate t");
                                query(installation, "qa", "insert into t values ('a'), ('b')");
                                return rows(installation) == "a,b";
                              }},
                         7);
}

TEST_F(KillTest, DeletingABranchIsDoneOrUndone) {
  world_.as_daemon([](Installation& installation) {
    return succeeds(installation,
                    CreateBranch{"qa", "next", FromBookmark{"clean"}, Activation::beside});
  });
  kill_after_every_write(
      {.act =
           [](Installation& installation) {
             return succeeds(installation, DeleteBranch{"qa", "next"});
           },
       .possible = {"a,b"},
       .again =
           [](Installation& installation) {
             const auto there = installation.catalog().read(
                 [](CatalogUnit& catalog) { return catalog.branches().all(Trash::without); });
             for (const auto& branch : there.value()) {
               if (branch.name == "next") return true;
             }
             return succeeds(installation,
                             CreateBranch{"qa", "next", FromBookmark{"clean"}, Activation::beside});
           }},
      2);
}

}  // namespace
}  // namespace slip
