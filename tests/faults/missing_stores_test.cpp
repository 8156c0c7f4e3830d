// SPDX-License-Identifier: Apache-2.0
// A pool or a catalog that is not there, while the other is: nothing new is put in its place.

#include <fstream>

#include "daemon/rebuild.h"
#include "daemon/stores.h"
#include "secrets/memory/memory_secrets.h"
#include "tests/faults/stored_pool.h"

namespace slip::test {
namespace {

namespace fs = std::filesystem;
using ::testing::HasSubstr;

class MissingStores : public StoredPool {
 protected:
  void SetUp() override {
    const Stores stores = open_stores(data(), options()).value();
    ASSERT_OK(stores.pool.driver->create_volume(volume_, {}));
    ASSERT_OK(stores.catalog->write([&](CatalogUnit& catalog) {
      Volume known;
      known.id = volume_;
      known.state = StorageState::live;
      return catalog.volumes().put(known);
    }));
  }

  // Everything that a catalog consists of.
  void move_catalog(const fs::path& from, const fs::path& to) {
    for (const char* part : {"", "-wal", "-shm", ".commits"}) {
      const fs::path name = from.string() + part;
      if (fs::exists(name)) fs::rename(name, to.string() + part);
    }
  }

  void damage_the_catalog() { fs::resize_file(catalog_file(data()), 5000); }

  // What one of the pool's copies had then is the catalog now, and what was it is kept as `kept_`.
  void put_back_an_older_catalog() {
    {
      const Stores stores = open_stores(data(), options()).value();
      ASSERT_OK(stores.catalog->copy_to(host_.path() / "older"));
      ASSERT_OK(stores.catalog->write([](CatalogUnit& catalog) {
        return catalog.facts().put("what the older one", "does not have");
      }));
    }
    move_catalog(catalog_file(data()), kept_);
    fs::copy_file(host_.path() / "older", catalog_file(data()));
  }

  const VolumeId volume_{"vol_a"};
  const fs::path kept_ = host_.path() / "kept.db";
};

TEST_F(MissingStores, ThePoolsFileIsNamedAndNoNewOneIsMade) {
  ASSERT_OK(close_pool(settings()));
  fs::rename(file(), host_.path() / "elsewhere");

  const auto opened = open_stores(data(), options());

  ASSERT_ERROR(opened, unavailable);
  EXPECT_THAT(opened.error().describe(), HasSubstr(file().string()));
  EXPECT_FALSE(fs::exists(fs::symlink_status(file())));
  fs::rename(host_.path() / "elsewhere", file());
  EXPECT_OK(open_stores(data(), options()).value().pool.driver->attach(volume_));
}

TEST_F(MissingStores, ALinkToADiskThatIsNotMountedIsKept) {
  ASSERT_OK(close_pool(settings()));
  const fs::path disk = host_.path() / "disk";
  fs::rename(file(), host_.path() / "elsewhere");
  fs::create_symlink(disk / "pool.btrfs", file());

  for (const PoolPresence presence : {PoolPresence::may_be_new, PoolPresence::expected}) {
    PoolOptions asked = options();
    asked.presence = presence;
    const auto opened = open_pool(asked);
    ASSERT_ERROR(opened, unavailable);
    EXPECT_THAT(opened.error().describe(), HasSubstr((disk / "pool.btrfs").string()));
  }

  EXPECT_TRUE(fs::is_symlink(fs::symlink_status(file())));
  fs::create_directory(disk);
  fs::rename(host_.path() / "elsewhere", disk / "pool.btrfs");
  EXPECT_OK(open_stores(data(), options()).value().pool.driver->attach(volume_));
}

TEST_F(MissingStores, AFolderThatIsNoPoolAnyMoreIsNotMadeOne) {
  ASSERT_OK(close_pool(settings()));
  fs::remove(file());
  ASSERT_OK(make_directories(data() / "pool"));

  EXPECT_ERROR(open_stores(data(), options()), unavailable);

  EXPECT_TRUE(fs::is_empty(data() / "pool"));
}

TEST_F(MissingStores, NoNewCatalogIsMadeOverAPoolWithData) {
  for (const bool empty : {false, true}) {
    for (const char* part : {"", "-wal", "-shm"}) fs::remove(catalog_file(data()).string() + part);
    if (empty) std::ofstream(catalog_file(data())).close();

    const auto opened = open_stores(data(), options());

    ASSERT_ERROR(opened, unavailable);
    EXPECT_THAT(opened.error().describe(), HasSubstr(catalog_file(data()).string()));
    EXPECT_EQ(fs::exists(catalog_file(data())), empty);
    if (empty) {
      EXPECT_EQ(fs::file_size(catalog_file(data())), 0U);
    }
  }
}

TEST_F(MissingStores, ACatalogThatCannotBeReachedIsNotTakenForNone) {
  fs::rename(catalog_file(data()), host_.path() / "kept");
  fs::create_symlink(host_.path() / "unmounted/catalog.db", catalog_file(data()));

  EXPECT_ERROR(open_stores(data(), options()), unavailable);

  EXPECT_TRUE(fs::is_symlink(fs::symlink_status(catalog_file(data()))));
}

TEST_F(MissingStores, ACatalogOfAnotherInstallationIsRefusedWithBothNamed) {
  const fs::path other = host_.path() / "other";
  PoolOptions other_pool = options();
  other_pool.settings = default_pool(other);
  ASSERT_OK(open_stores(other, other_pool));
  ASSERT_OK(close_pool(other_pool.settings));
  const auto exchange = [&] {
    const fs::path ours = catalog_file(data()).parent_path();
    const fs::path theirs = catalog_file(other).parent_path();
    for (const auto& entry : fs::directory_iterator(theirs)) {
      if (!entry.path().filename().string().starts_with("catalog.db")) continue;
      fs::rename(entry.path(), theirs / ("other " + entry.path().filename().string()));
    }
    for (const auto& entry : fs::directory_iterator(ours)) {
      const auto name = entry.path().filename().string();
      if (name.starts_with("catalog.db")) fs::rename(entry.path(), theirs / name);
    }
    for (const auto& entry : fs::directory_iterator(theirs)) {
      const auto name = entry.path().filename().string();
      if (name.starts_with("other ")) fs::rename(entry.path(), ours / name.substr(6));
    }
  };
  exchange();

  const auto opened = open_stores(data(), options());

  ASSERT_ERROR(opened, precondition_failed);
  EXPECT_THAT(opened.error().message, HasSubstr(catalog_file(data()).string()));
  EXPECT_THAT(opened.error().message, HasSubstr((data() / "pool").string()));
  exchange();
  EXPECT_OK(open_stores(data(), options()).value().pool.driver->attach(volume_));
}

TEST_F(MissingStores, ACatalogThatIsOlderThanThePoolsCopyIsRefused) {
  put_back_an_older_catalog();

  const auto opened = open_stores(data(), options());

  ASSERT_ERROR(opened, precondition_failed);
  EXPECT_THAT(opened.error().message, HasSubstr(catalog_file(data()).string()));
  EXPECT_THAT(opened.error().message, HasSubstr(copies_in(data() / "pool").string()));
  EXPECT_THAT(opened.error().hint, HasSubstr("slip doctor --rebuild"));
  for (const char* part : {"", "-wal", "-shm", ".commits"}) {
    fs::remove(catalog_file(data()).string() + part);
  }
  move_catalog(kept_, catalog_file(data()));
  EXPECT_OK(open_stores(data(), options()));
}

TEST_F(MissingStores, ACatalogThatIsOlderThanThePoolsCopyGivesWayToIt) {
  put_back_an_older_catalog();

  const auto done = rebuild_catalog_of(data(), options());

  ASSERT_OK(done);
  EXPECT_THAT(*done, HasSubstr("newest good copy"));
  const auto stores = open_stores(data(), options());
  ASSERT_OK(stores);
  EXPECT_EQ(
      stores->catalog
          ->read([](CatalogUnit& catalog) { return catalog.facts().find("what the older one"); })
          .value(),
      "does not have");
}

TEST_F(MissingStores, AnOlderCatalogIsOpenedOnPurposeWhereThePoolsCopiesAreMovedAway) {
  put_back_an_older_catalog();
  fs::rename(copies_in(data() / "pool"), data() / "pool" / "catalog.away");

  for (const char* start : {"first", "second"}) {
    EXPECT_OK(open_stores(data(), options())) << start;
  }
}

// Its copies are not newer, whenever it ends.
TEST_F(MissingStores, ACatalogOpensAgainAfterEveryWrite) {
  for (int times = 0; times < 5; ++times) {
    const auto stores = open_stores(data(), options());
    ASSERT_OK(stores);
    ASSERT_OK(stores->catalog->write(
        [&](CatalogUnit& catalog) { return catalog.facts().put("times", std::to_string(times)); }));
  }
}

TEST_F(MissingStores, APoolWithoutItsIdentityGetsItBackAndNothingElseIsTouched) {
  for (const char* identity : {"", "damaged\n"}) {
    const fs::path of_pool = data() / "pool" / "identity";
    const std::string before = read_file(of_pool).value();
    fs::remove(of_pool);
    if (*identity != '\0') std::ofstream(of_pool) << identity;
    ASSERT_ERROR(open_stores(data(), options()), precondition_failed);

    const auto done = rebuild_catalog_of(data(), options());

    ASSERT_OK(done);
    EXPECT_THAT(*done, HasSubstr("The pool's identity was lost, and has been written anew"));
    EXPECT_EQ(read_file(of_pool).value(), before);
    EXPECT_FALSE(fs::exists(catalog_file(data()).string() + ".damaged-1"));
    EXPECT_OK(open_stores(data(), options()));
  }
}

TEST_F(MissingStores, ACopyThatIsAnotherPoolsIsNotPutInPlace) {
  const fs::path other = host_.path() / "other";
  PoolOptions other_pool = options();
  other_pool.settings = default_pool(other);
  ASSERT_OK(open_stores(other, other_pool));
  ASSERT_OK(open_stores(data(), options()));
  const fs::path copies = copies_in(data() / "pool");
  fs::remove_all(copies);
  fs::copy(copies_in(other / "pool"), copies);
  ASSERT_OK(close_pool(other_pool.settings));
  damage_the_catalog();

  const auto done = rebuild_catalog_of(data(), options());

  ASSERT_ERROR(done, precondition_failed);
  EXPECT_THAT(done.error().hint, HasSubstr(copies.string()));
  EXPECT_FALSE(fs::exists(catalog_file(data()).string() + ".damaged-1"));
  fs::remove_all(copies);
  EXPECT_OK(rebuild_catalog_of(data(), options()));
  EXPECT_OK(open_stores(data(), options()));
}

TEST_F(MissingStores, DamagedCopiesDoNotOutlastTheCatalogThatIsMadeAnew) {
  ASSERT_OK(open_stores(data(), options()));
  damage_the_catalog();
  const fs::path copies = copies_in(data() / "pool");
  const auto all = find_copies(copies).value();
  for (const auto& copy : all) fs::resize_file(copy.path, 5000);
  ASSERT_ERROR(open_stores(data(), options()), unavailable);

  const auto done = rebuild_catalog_of(data(), options());

  ASSERT_OK(done);
  EXPECT_THAT(*done, HasSubstr("which branch is active, names, members and quotas"));
  ASSERT_OK(open_stores(data(), options()));
  EXPECT_TRUE(newest_good_copy(copies).value());
  EXPECT_OK(open_stores(data(), options()));
}

class SecretsWithoutStores : public StoredPool {
 protected:
  void SetUp() override {
    ASSERT_OK(make_directories(data() / "secrets"));
    ASSERT_OK(secrets_.put(SecretId("sec_a"), Secret("production's")));
  }

  MemorySecrets secrets_;
};

TEST_F(SecretsWithoutStores, AreNoNewInstallation) {
  const auto opened = open_stores(data(), options(), &secrets_);

  ASSERT_ERROR(opened, unavailable);
  EXPECT_THAT(opened.error().message, HasSubstr(catalog_file(data()).string()));
  EXPECT_THAT(opened.error().message, HasSubstr("it holds secrets, and secrets are kept (1)"));
  EXPECT_THAT(opened.error().hint, HasSubstr(file().string()));
  EXPECT_FALSE(fs::exists(file()));
  EXPECT_FALSE(fs::exists(catalog_file(data())));
}

TEST_F(SecretsWithoutStores, AreNoNewInstallationWhereThePoolIsAnEmptyOne) {
  ASSERT_OK(open_pool(options()));

  EXPECT_ERROR(open_stores(data(), options(), &secrets_), unavailable);

  EXPECT_FALSE(fs::exists(catalog_file(data())));
  ASSERT_OK(secrets_.forget(SecretId("sec_a")));
  EXPECT_OK(open_stores(data(), options(), &secrets_)) << "a first start that was interrupted";
}

TEST(NewStores, AreMadeWhereThereIsNeither) {
  const LoopMount host = LoopMount::ext4(std::int64_t{1} << 30);
  const fs::path data = host.path() / "data";
  const PoolOptions options{.settings = default_pool(data), .owner = *find_user("nobody")};
  EXPECT_OK(open_stores(data, options));
  EXPECT_OK(open_stores(data, options));
  EXPECT_OK(close_pool(options.settings));
}

}  // namespace
}  // namespace slip::test
