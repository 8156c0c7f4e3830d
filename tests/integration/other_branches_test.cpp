// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <iostream>

#include "operations/lookup.h"
#include "tests/integration/real_world.h"

namespace slip {
namespace {

Container qa(Installation& installation) {
  return *installation.catalog().read([](CatalogUnit& catalog) {
    return find_container(catalog, administrator(), Right::look, "qa");
  });
}

Branch bug(Installation& installation) {
  return *installation.catalog().read([&](CatalogUnit& catalog) -> Result<Branch> {
    const auto container = TRY(find_container(catalog, administrator(), Right::look, "qa"));
    return find_branch(catalog, container, "bug");
  });
}

bool bookmark_bug(Installation& installation, const std::string& name,
                  BookmarkManner manner = BookmarkManner::running) {
  CreateBookmark request;
  request.container = "qa";
  request.name = name;
  request.branch = "bug";
  request.manner = manner;
  return succeeds(installation, request);
}

bool restore_bug(Installation& installation) {
  return succeeds(
      installation,
      RestoreContainer{.container = "qa", .to = FromBookmark{"clean"}, .branch = "bug"});
}

// Asked at the address that the branch had at first: it keeps it.
class Bug {
 public:
  explicit Bug(Installation& installation)
      : installation_(installation), port_(bug(installation).ports.at("db")) {}

  std::string ask(const std::string& sql) const {
    return query_at(port_, password_of(installation_, qa(installation_)), sql);
  }
  std::string rows() const {
    return ask("SELECT coalesce(string_agg(name, ',' ORDER BY name), '') FROM t");
  }
  bool has(const std::string& expected) const {
    const auto found = rows();
    if (found == expected) return true;
    std::cerr << "branch bug has " << found << ", expected " << expected << "\n";
    return false;
  }

 private:
  Installation& installation_;
  std::uint16_t port_;
};

// The active branch has one row; branch bug, beside it, a bookmark "clean" with a second and since
// then a third.
bool make_branches(Installation& installation) {
  const bool made = succeeds(installation, LinkSource{"db", {"postgresql", {}, {}}}) &&
                    succeeds(installation, CreateTemplate{"shop", {{"db", "db", 1, 0, {}}}}) &&
                    succeeds(installation, CreateContainer{"qa", "shop", {}}) &&
                    settles(installation, "qa");
  if (!made) return false;
  query(installation, "qa", "CREATE TABLE t (name text)");
  query(installation, "qa", "INSERT INTO t VALUES ('of all')");
  if (!succeeds(installation, CreateBranch{"qa", "bug", FromNow{}, Activation::beside})) {
    return false;
  }
  const Bug branch(installation);
  branch.ask("INSERT INTO t VALUES ('second')");
  if (!bookmark_bug(installation, "clean")) return false;
  branch.ask("INSERT INTO t VALUES ('third')");
  return branch.has("of all,second,third");
}

bool active_is_as_it_was(Installation& installation) {
  return query(installation, "qa", "SELECT string_agg(name, ',') FROM t") == "of all";
}

TEST(PostgresqlOnABranchBeside, GoesBackAndForthAtItsOwnAddress) {
  RealWorld world;
  world.as_daemon([](Installation& installation) {
    if (!make_branches(installation)) return false;
    const Bug branch(installation);
    if (!restore_bug(installation) || !branch.has("of all,second")) return false;
    if (!succeeds(installation, UndoContainer{.container = "qa", .branch = "bug"}) ||
        !branch.has("of all,second,third")) {
      return false;
    }
    if (!bookmark_bug(installation, "exactly", BookmarkManner::exact)) return false;
    branch.ask("DELETE FROM t");
    if (!succeeds(installation, ResetContainer{.container = "qa", .branch = "bug"}) ||
        !branch.has("of all,second,third")) {
      return false;
    }
    return succeeds(installation, RefreshContainer{.container = "qa", .branch = "bug"}) &&
           branch.rows().starts_with("ERROR") && active_is_as_it_was(installation);
  });
}

TEST(PostgresqlOnAStoppedBranch, IsRestoredWhereItLiesAndBranchedFrom) {
  RealWorld world;
  world.as_daemon([](Installation& installation) {
    if (!make_branches(installation)) return false;
    const Bug branch(installation);
    if (!succeeds(installation, StopContainer{"qa", "bug"})) return false;
    const CreateBranch copy{"qa", "copy", FromNow{"bug"}, Activation::beside};
    if (!succeeds(installation, copy) || !restore_bug(installation)) return false;
    if (bug(installation).wanted != RunState::stopped || !branch.rows().starts_with("ERROR")) {
      std::cerr << "what was stopped runs\n";
      return false;
    }
    return succeeds(installation, StartContainer{"qa", "bug"}) && branch.has("of all,second") &&
           active_is_as_it_was(installation);
  });
}

TEST(PostgresqlOnABranchBeside, IsWholeWhereverTheDaemonIsKilledInARestore) {
  RealWorld world;
  world.as_daemon(make_branches);
  int died = 0;
  for (int write = 1;; write += 2) {
    SCOPED_TRACE("killed after write " + std::to_string(write));
    const bool dies = world.as_dying_daemon(write, restore_bug);
    died += dies ? 1 : 0;
    world.as_daemon([](Installation& installation) {
      if (!settles(installation, "qa")) return false;
      const Bug branch(installation);
      // It is started in the background.
      std::string rows;
      for (int tries = 0; tries < 400 && (rows.empty() || rows.starts_with("ERROR")); ++tries) {
        rows = branch.rows();
      }
      if (rows == "of all,second") branch.ask("INSERT INTO t VALUES ('third')");
      return branch.has("of all,second,third") && active_is_as_it_was(installation);
    });
    if (!dies || testing::Test::HasFailure()) break;
  }
  EXPECT_GT(died, 3);
}

}  // namespace
}  // namespace slip
