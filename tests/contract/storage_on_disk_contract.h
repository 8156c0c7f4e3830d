// SPDX-License-Identifier: Apache-2.0
#pragma once

// What holds beyond the StorageDriver's contract for drivers that keep each entry as a directory
// with a self-description: crash left-overs, torn and foreign entries, owners.

#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <fstream>

#include "tests/contract/storage_driver_contract.h"
#include "tests/support/every_entry.h"

namespace slip::test {

class StorageOnDiskContract : public StorageDriverContract {
 protected:
  std::filesystem::path root() { return world_->root(); }
};

TEST_P(StorageOnDiskContract, WhatACrashLeftIncompleteIsRemovedAtTheNextStart) {
  ASSERT_OK(driver().create_volume(volume_, about_));
  const auto left = root() / "incomplete" / "vol_left.1";
  ASSERT_OK(make_directories(left / "tree" / "deep"));
  std::ofstream(left / "tree" / "deep" / "file") << "half";
  std::ofstream(left / "description.json") << "{\"id\":";

  world_->reopen();

  EXPECT_FALSE(std::filesystem::exists(left));
  EXPECT_EQ(volumes(), std::vector{volume_});
  EXPECT_THAT(driver().list()->unknown, ::testing::IsEmpty());
}

TEST_P(StorageOnDiskContract, WhatIsTrustedIsOfOneVolumeAloneAndNobodyElseMayListOrWriteIt) {
  ASSERT_OK(driver().create_volume(volume_, about_));
  const auto trusted = driver().trusted(volume_, "db");
  ASSERT_OK(trusted);
  ASSERT_OK(write_file_durably(*trusted / "until", "then"));
  ASSERT_OK(driver().snapshot(volume_, snapshot_, about_));
  ASSERT_OK(driver().clone(snapshot_, other_, about_));

  world_->reopen();

  EXPECT_EQ(driver().trusted(volume_, "db").value(), *trusted);
  EXPECT_EQ(read_file(*trusted / "until").value(), "then");
  struct stat about {};
  ASSERT_EQ(::stat(trusted->c_str(), &about), 0);
  EXPECT_EQ(about.st_mode & 0777, 0711U);
  EXPECT_EQ(about.st_uid, ::geteuid());
  EXPECT_TRUE(std::filesystem::is_empty(driver().trusted(other_, "db").value()));
  EXPECT_TRUE(std::filesystem::is_empty(driver().trusted(volume_, "app").value()));
  EXPECT_TRUE(std::filesystem::is_empty(driver().attach(volume_).value().path()));
  ASSERT_OK(driver().destroy(volume_));
  EXPECT_FALSE(std::filesystem::exists(*trusted));
  EXPECT_ERROR(driver().trusted(volume_, "db"), not_found);
}

TEST_P(StorageOnDiskContract, ATornDescriptionIsReportedAndItsDataKept) {
  ASSERT_OK(driver().create_volume(volume_, about_));
  ASSERT_OK(world_->write(volume_, "file", "content"));
  std::ofstream(root() / "volumes" / volume_.str() / "description.json") << "{\"id\":\"vol_f";

  world_->reopen();

  EXPECT_TRUE(volumes().empty());
  EXPECT_EQ(driver().list()->unknown, std::vector{"volumes/" + volume_.str()});
  EXPECT_EQ(world_->read(volume_, "file").value(), "content");
}

TEST_P(StorageOnDiskContract, ForeignEntriesAreReportedAndNotTouched) {
  ASSERT_OK(make_directories(root() / "volumes" / "holiday pictures"));
  std::ofstream(root() / "volumes" / "holiday pictures" / "beach.jpg") << "sand";
  std::ofstream(root() / "snapshots" / "snp_file") << "not a directory";
  ASSERT_OK(make_directories(root() / "snapshots" / "snp_bare"));
  ASSERT_OK(driver().create_volume(volume_, about_));

  world_->reopen();

  EXPECT_THAT(driver().list()->unknown,
              ::testing::UnorderedElementsAre("volumes/holiday pictures", "snapshots/snp_file",
                                              "snapshots/snp_bare"));
  EXPECT_EQ(read_file(root() / "volumes" / "holiday pictures" / "beach.jpg").value(), "sand");
  EXPECT_EQ(read_file(root() / "snapshots" / "snp_file").value(), "not a directory");
  EXPECT_EQ(volumes(), std::vector{volume_});
}

TEST_P(StorageOnDiskContract, ACopiedEntryIsNotTakenForOneOfItsOwn) {
  ASSERT_OK(driver().create_volume(volume_, about_));
  std::filesystem::copy(root() / "volumes" / volume_.str(), root() / "volumes" / "vol_copy",
                        std::filesystem::copy_options::recursive);

  EXPECT_EQ(volumes(), std::vector{volume_});
  EXPECT_EQ(driver().list()->unknown, std::vector<std::string>{"volumes/vol_copy"});
}

TEST_P(StorageOnDiskContract, ANewVolumeBelongsToTheUserWhoRunsInstances) {
  ASSERT_OK(driver().create_volume(volume_, {}));
  struct stat about {};
  ASSERT_EQ(::stat(driver().attach(volume_)->path().c_str(), &about), 0);
  EXPECT_EQ(about.st_uid, find_user("nobody")->uid);
  EXPECT_EQ(about.st_mode & 0777, 0700U);

  ASSERT_OK(driver().snapshot(volume_, snapshot_, {}));
  ASSERT_OK(driver().clone(snapshot_, other_, {}));
  ASSERT_EQ(::stat(driver().attach(other_)->path().c_str(), &about), 0);
  EXPECT_EQ(about.st_uid, find_user("nobody")->uid);

  ASSERT_OK(driver().compose(composed_, {{"part", snapshot_}}, {}));
  ASSERT_EQ(::stat(driver().attach(composed_)->path().c_str(), &about), 0);
  EXPECT_EQ(about.st_uid, find_user("nobody")->uid);
  EXPECT_EQ(about.st_mode & 0777, 0700U);
}

TEST_P(StorageOnDiskContract, NothingIsLeftInTheWorkshopAfterSuccessOrFailure) {
  ASSERT_OK(driver().create_volume(volume_, {}));
  ASSERT_OK(driver().snapshot(volume_, snapshot_, {}));
  ASSERT_OK(driver().clone(snapshot_, other_, {}));
  ASSERT_OK(driver().destroy(volume_));
  EXPECT_FALSE(driver().clone(SnapshotId("snp_none"), VolumeId("vol_none"), {}));
  EXPECT_FALSE(driver().compose(composed_, {{"one", SnapshotId("snp_none")}}, {}));
  const ComposeTalk canceled{.keep_going = [] { return false; }};
  EXPECT_ERROR(driver().compose(composed_, {{"one", snapshot_}}, {}, canceled), canceled);
  EXPECT_TRUE(std::filesystem::is_empty(root() / "incomplete"));
  EXPECT_FALSE(std::filesystem::exists(root() / "volumes" / "vol_none"));
  EXPECT_FALSE(std::filesystem::exists(root() / "volumes" / composed_.str()));
}

TEST_P(StorageOnDiskContract, TheNoCopyOnWriteFlagSurvivesSnapshotAndClone) {
  ASSERT_OK(driver().create_volume(volume_, {}));
  const auto database = driver().attach(volume_).value().path() / "database";
  ASSERT_OK(make_directories(database));
  ASSERT_OK(set_no_copy_on_write(database));
  ASSERT_OK(world_->write(volume_, "database/file", std::string(1 << 20, 'd')));

  ASSERT_OK(driver().snapshot(volume_, snapshot_, {}));
  ASSERT_OK(driver().clone(snapshot_, other_, {}));
  ASSERT_OK(world_->write(other_, "database/file", std::string(1 << 20, 'e')));

  EXPECT_EQ(world_->read(snapshot_, "database/file").value(), std::string(1 << 20, 'd'));
  ASSERT_OK(copy_tree(driver().open(snapshot_).value().path() / "database",
                      driver().attach(other_).value().path() / "copied", CopyHow::share));
  EXPECT_EQ(world_->read(other_, "copied/file").value(), std::string(1 << 20, 'd'));
  if (driver().info().capabilities.cheap_share) {
    EXPECT_EQ(driver().usage(other_)->unique, 1 << 20);
  }
}

TEST_P(StorageOnDiskContract, SnapshotsClonesAndComposedVolumesKeepEveryKindOfEntry) {
  ASSERT_OK(driver().create_volume(volume_, {}));
  const auto tree = driver().attach(volume_).value().path();
  test::make_every_kind_of_entry(tree);
  const auto wanted = test::describe_tree(tree, test::Owners::shown);

  ASSERT_OK(driver().snapshot(volume_, snapshot_, {}));
  ASSERT_OK(driver().clone(snapshot_, other_, {}));
  ASSERT_OK(driver().compose(composed_, {{"part", snapshot_}}, {}));

  EXPECT_EQ(test::describe_tree(driver().open(snapshot_).value().path(), test::Owners::shown),
            wanted);
  const auto clone = driver().attach(other_).value();
  EXPECT_EQ(test::describe_tree(clone.path(), test::Owners::shown), wanted);
  const auto composed = driver().attach(composed_).value();
  EXPECT_EQ(test::describe_tree(composed.path() / "part", test::Owners::shown), wanted);
}

TEST_P(StorageOnDiskContract, APoolThatWentAwayIsUnavailable) {
  ASSERT_OK(driver().create_volume(volume_, {}));
  std::filesystem::rename(root() / "volumes", root() / "gone");
  EXPECT_ERROR(driver().probe(), unavailable);
  EXPECT_ERROR(driver().attach(volume_), unavailable);
  EXPECT_ERROR(driver().list(), unavailable);
  std::filesystem::rename(root() / "gone", root() / "volumes");
}

TEST_P(StorageOnDiskContract, APowerCutLosesNothingThatACallHadReturned) {
  const auto small = GetParam()(192 << 20);
  ASSERT_OK(small->driver().create_volume(volume_, about_));
  ASSERT_OK(small->write(volume_, "file", "content"));
  // Not synced by the writer: the snapshot has to.
  std::ofstream(small->driver().attach(volume_).value().path() / "careless") << "also there";
  ASSERT_OK(small->driver().snapshot(volume_, snapshot_, about_));
  small->cut_power();

  const StorageListing after_snapshot = small->driver().list().value();
  ASSERT_EQ(after_snapshot.snapshots.size(), 1U);
  EXPECT_EQ(after_snapshot.snapshots[0].description, about_);
  EXPECT_EQ(small->read(snapshot_, "file").value(), "content");
  EXPECT_EQ(small->read(snapshot_, "careless").value(), "also there");

  ASSERT_OK(small->driver().clone(snapshot_, other_, about_));
  ASSERT_OK(small->driver().destroy(volume_));
  small->cut_power();

  const StorageListing after_destroy = small->driver().list().value();
  ASSERT_EQ(after_destroy.volumes.size(), 1U);
  EXPECT_EQ(after_destroy.volumes[0].id, other_);
  EXPECT_EQ(after_destroy.volumes[0].description, about_);
  EXPECT_EQ(small->read(other_, "careless").value(), "also there");
  EXPECT_THAT(after_destroy.unknown, ::testing::IsEmpty());

  ASSERT_OK(small->driver().compose(composed_, {{"db", snapshot_}}, about_));
  small->cut_power();

  EXPECT_EQ(small->driver().list()->volumes.size(), 2U);
  EXPECT_EQ(small->read(composed_, "db/file").value(), "content");
  EXPECT_EQ(small->read(composed_, "db/careless").value(), "also there");
}

// By a process of its own that ends where the second part begins, with nobody to clear up after it.
TEST_P(StorageOnDiskContract, AComposedVolumeIsNeverSeenHalfMadeWhereTheDaemonDies) {
  make_two_snapshots();
  const pid_t daemon = ::fork();
  if (daemon == 0) {
    const ComposeTalk dying{.begins = [](const std::string& part) {
      if (part == "app") ::_exit(7);
    }};
    (void)driver().compose(composed_, parts_, about_, dying);
    ::_exit(0);
  }
  int status = 0;
  ASSERT_EQ(::waitpid(daemon, &status, 0), daemon);
  ASSERT_TRUE(WIFEXITED(status));
  ASSERT_EQ(WEXITSTATUS(status), 7);
  EXPECT_FALSE(std::filesystem::is_empty(root() / "incomplete"));
  EXPECT_EQ(volumes(), (std::vector{volume_, other_}));

  world_->reopen();

  EXPECT_TRUE(std::filesystem::is_empty(root() / "incomplete"));
  EXPECT_EQ(volumes(), (std::vector{volume_, other_}));
  ASSERT_OK(driver().compose(composed_, parts_, about_));
  EXPECT_EQ(world_->read(composed_, "app/file").value(), "of the application");
}

}  // namespace slip::test
