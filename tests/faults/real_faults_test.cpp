// SPDX-License-Identifier: Apache-2.0
// Whole installations, with real databases, whose catalog is lost or whose host's disk is full.

#include <fcntl.h>
#include <sys/mount.h>

#include <chrono>
#include <filesystem>
#include <iostream>
#include <thread>

#include "daemon/catalog_copies.h"
#include "daemon/stores.h"
#include "operations/lookup.h"
#include "tests/integration/real_world.h"
#include "tests/support/expect_result.h"
#include "tests/support/loop_mount.h"

namespace slip::test {
namespace {

using namespace std::chrono_literals;
namespace fs = std::filesystem;

// Until the condition holds, at most a minute and a half.
template <class Condition>
bool soon(const Condition& condition) {
  const auto deadline = std::chrono::steady_clock::now() + 90s;
  while (!condition()) {
    if (std::chrono::steady_clock::now() > deadline) return false;
    std::this_thread::sleep_for(20ms);
  }
  return true;
}

bool says_no(const std::string& what) {
  std::cerr << what << "\n";
  return false;
}

std::string rows(Installation& installation) {
  return query(installation, "qa",
               "select coalesce(string_agg(name, ',' order by name), '') from t");
}

bool bookmark(Installation& installation, const std::string& name) {
  CreateBookmark request;
  request.container = "qa";
  request.name = name;
  return succeeds(installation, request);
}

bool restores_everything(Installation& installation) {
  for (const auto& [name, content] : {std::pair("one", "a"), {"two", "a,b"}, {"three", "a,b,c"}}) {
    if (!succeeds(installation, RestoreContainer{"qa", FromBookmark{name}})) return false;
    if (!soon([&] { return rows(installation) == content; })) {
      return says_no(std::string(name) + " has " + rows(installation));
    }
  }
  return true;
}

class RealFaults : public ::testing::Test {
 protected:
  // Bookmarks "one", "two", "three" have the rows a; a, b; a, b, c.
  void SetUp() override {
    world_.as_daemon([](Installation& installation) {
      const bool made =
          succeeds(installation, LinkSource{"db", SourceConfig{"postgresql", {}, {}}}) &&
          succeeds(installation, CreateTemplate{"shop", {{"db", "db", 1, 0, {}}}}) &&
          succeeds(installation, CreateContainer{"qa", "shop", {}}) && settles(installation, "qa");
      if (!made) return false;
      query(installation, "qa", "create table t(name text)");
      for (const auto& [name, row] : {std::pair("one", "a"), {"two", "b"}, {"three", "c"}}) {
        query(installation, "qa", "insert into t values ('" + std::string(row) + "')");
        if (!bookmark(installation, name)) return false;
      }
      return rows(installation) == "a,b,c";
    });
  }

  const fs::path& data() const { return world_.options().data; }

  void lose_the_catalog() {
    for (const char* part : {"", "-wal", "-shm", ".commits"}) {
      fs::remove(catalog_file(data()).string() + part);
    }
  }

  // Refused, with the command that helps; which is then given.
  void rebuild(const std::string& words) {
    const auto opened = Installation::open(world_.options());
    ASSERT_ERROR(opened, unavailable);
    EXPECT_THAT(opened.error().hint, ::testing::HasSubstr("slip doctor --rebuild"));
    const auto done = Installation::rebuild(world_.options());
    ASSERT_OK(done);
    EXPECT_THAT(*done, ::testing::HasSubstr(words));
  }

  const LoopMount host_ = LoopMount::ext4(std::int64_t{4} << 30);
  RealWorld world_{host_.path() / "data"};
};

TEST_F(RealFaults, ALostCatalogComesBackFromItsCopyWithAllBookmarks) {
  lose_the_catalog();
  rebuild("from its newest good copy");
  world_.as_daemon([](Installation& installation) {
    return settles(installation, "qa") && rows(installation) == "a,b,c" &&
           restores_everything(installation);
  });
}

TEST_F(RealFaults, ALostCatalogWithoutACopyIsMadeAnewWithAllBookmarks) {
  lose_the_catalog();
  fs::remove_all(copies_in(data() / "pool"));
  rebuild("3 bookmarks");
  world_.as_daemon([](Installation& installation) {
    return settles(installation, "qa") && restores_everything(installation);
  });
}

TEST_F(RealFaults, AFullHostStopsDatabasesInGoodOrderAndTheyComeBackWithRoom) {
  const fs::path ballast = host_.path() / "ballast";
  world_.as_daemon([&](Installation& installation) {
    if (!settles(installation, "qa")) return false;
    Engine& engine = installation.engine();
    const auto container = installation.catalog().read([](CatalogUnit& catalog) {
      return find_container(catalog, administrator(), Right::look, "qa");
    });
    const auto branch = installation.catalog().read(
        [&](CatalogUnit& catalog) { return branch_of(catalog, container->active); });
    const auto database = instance_on(branch->volume, "db");
    const auto runs = [&] {
      const auto state = engine.world().host.status(database);
      return state && state->state == InstanceState::running;
    };

    // Somebody else fills the disk behind the pool.
    const auto free = fs::space(host_.path()).available;
    const UniqueFd file(::open(ballast.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600));
    const auto left = std::int64_t{100} << 20;
    if (::fallocate(file.get(), 0, 0, static_cast<std::int64_t>(free) - left) != 0) {
      return says_no("the disk cannot be filled");
    }
    if (!soon([&] { return engine.stands_still() && !runs(); })) return says_no("it goes on");
    const auto log = engine.world().host.log(database, 64 << 10);
    if (!log || log->find("database system is shut down") == std::string::npos) {
      return says_no("it was not stopped cleanly: " + log.value_or(""));
    }
    CreateBookmark request;
    request.container = "qa";
    request.name = "now";
    const auto refused = engine.submit(administrator(), request);
    if (refused || refused.error().code != ErrorCode::no_space) return says_no("not refused");

    fs::remove(ballast);
    if (::ftruncate(file.get(), 0) != 0) return says_no("the disk cannot be emptied");
    if (!soon([&] { return !engine.stands_still() && runs(); })) return says_no("it stays away");
    return soon([&] { return rows(installation) == "a,b,c"; }) && bookmark(installation, "now");
  });
}

// As where the daemon was not there to stop what writes in time.
TEST_F(RealFaults, APoolThatTheKernelHasMadeReadOnlyComesBackByItself) {
  const fs::path ballast = host_.path() / "ballast";
  {
    const auto free = fs::space(host_.path()).available;
    const UniqueFd file(::open(ballast.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600));
    const auto left = std::int64_t{4} << 20;
    ASSERT_EQ(::fallocate(file.get(), 0, 0, static_cast<std::int64_t>(free) - left), 0);
  }
  const fs::path victim = data() / "pool" / "victim";
  const std::string block(1 << 20, 'x');
  const auto is_read_only = [&] {
    const UniqueFd file(::open(victim.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600));
    if (!file) return errno == EROFS;
    (void)!::write(file.get(), block.data(), block.size());
    (void)::fsync(file.get());
    return false;
  };
  ASSERT_TRUE(soon(is_read_only)) << "a full disk did no harm";
  fs::remove(ballast);

  world_.as_daemon([&](Installation& installation) {
    if (!soon([&] { return rows(installation) == "a,b,c"; })) {
      return says_no("it stays away: " + rows(installation));
    }
    return bookmark(installation, "now") && restores_everything(installation);
  });
  EXPECT_TRUE(fs::remove(victim));
}

}  // namespace
}  // namespace slip::test
