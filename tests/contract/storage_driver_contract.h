// SPDX-License-Identifier: Apache-2.0
#pragma once

// The contract of ports/storage_driver.h. A driver's test includes this and instantiates it:
//   INSTANTIATE_TEST_SUITE_P(Btrfs, StorageDriverContract, ::testing::Values(&make_world));

#include <algorithm>
#include <atomic>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "tests/contract/storage_world.h"
#include "tests/support/expect_result.h"

namespace slip::test {

class StorageDriverContract : public ::testing::TestWithParam<MakeStorageWorld> {
 protected:
  static constexpr std::int64_t kPoolSize = 512 << 20;

  StorageDriver& driver() { return world_->driver(); }

  std::vector<VolumeId> volumes() {
    std::vector<VolumeId> ids;
    const StorageListing listing = driver().list().value();
    for (const auto& entry : listing.volumes) ids.push_back(entry.id);
    std::sort(ids.begin(), ids.end());
    return ids;
  }
  std::vector<SnapshotId> snapshots() {
    std::vector<SnapshotId> ids;
    const StorageListing listing = driver().list().value();
    for (const auto& entry : listing.snapshots) ids.push_back(entry.id);
    std::sort(ids.begin(), ids.end());
    return ids;
  }

  // Of a database and of an application, for `parts_`.
  void make_two_snapshots() {
    ASSERT_OK(driver().create_volume(volume_, {}));
    ASSERT_OK(driver().create_volume(other_, {}));
    ASSERT_OK(world_->write(volume_, "file", "of the database"));
    ASSERT_OK(world_->write(other_, "file", "of the application"));
    ASSERT_OK(driver().snapshot(volume_, snapshot_, {}));
    ASSERT_OK(driver().snapshot(other_, second_, {}));
  }

  const std::unique_ptr<StorageWorld> world_ = GetParam()(kPoolSize);
  const VolumeId volume_{"vol_first"};
  const VolumeId other_{"vol_other"};
  const SnapshotId snapshot_{"snp_first"};
  const SnapshotId second_{"snp_second"};
  const VolumeId composed_{"vol_composed"};
  const std::vector<TreePart> parts_{{"db", snapshot_}, {"app", second_}};
  const SelfDescription about_{{"name", "orders \"\n\xC3\xA4"}, {"branch", "brn_1"}};
};

TEST_P(StorageDriverContract, SaysWhatItIsAndHowMuchFits) {
  EXPECT_FALSE(driver().info().driver.empty());
  EXPECT_FALSE(driver().info().version.empty());
  const auto space = driver().probe();
  ASSERT_OK(space);
  EXPECT_GT(space->free, 0);
  EXPECT_LE(space->free, space->total);
}

TEST_P(StorageDriverContract, ANewVolumeIsEmptyAndKeepsWhatIsWritten) {
  ASSERT_OK(driver().create_volume(volume_, about_));
  EXPECT_ERROR(world_->read(volume_, "file"), not_found);

  ASSERT_OK(world_->write(volume_, "file", "content"));

  EXPECT_EQ(world_->read(volume_, "file").value(), "content");
}

TEST_P(StorageDriverContract, CreatingAgainLeavesTheContentAlone) {
  ASSERT_OK(driver().create_volume(volume_, about_));
  ASSERT_OK(world_->write(volume_, "file", "content"));

  ASSERT_OK(driver().create_volume(volume_, {}));

  EXPECT_EQ(world_->read(volume_, "file").value(), "content");
  EXPECT_EQ(driver().list()->volumes.at(0).description, about_);
}

TEST_P(StorageDriverContract, ASnapshotKeepsWhatWasThereThen) {
  ASSERT_OK(driver().create_volume(volume_, {}));
  ASSERT_OK(world_->write(volume_, "file", "before"));
  ASSERT_OK(driver().snapshot(volume_, snapshot_, about_));

  ASSERT_OK(world_->write(volume_, "file", "after"));
  ASSERT_OK(world_->write(volume_, "new", "after"));

  EXPECT_EQ(world_->read(snapshot_, "file").value(), "before");
  EXPECT_ERROR(world_->read(snapshot_, "new"), not_found);
  EXPECT_EQ(world_->read(volume_, "file").value(), "after");
}

TEST_P(StorageDriverContract, TakingASnapshotAgainLeavesItAsItIs) {
  ASSERT_OK(driver().create_volume(volume_, {}));
  ASSERT_OK(world_->write(volume_, "file", "before"));
  ASSERT_OK(driver().snapshot(volume_, snapshot_, about_));
  ASSERT_OK(world_->write(volume_, "file", "after"));

  ASSERT_OK(driver().snapshot(volume_, snapshot_, {}));

  EXPECT_EQ(world_->read(snapshot_, "file").value(), "before");
  EXPECT_EQ(driver().list()->snapshots.at(0).description, about_);
}

TEST_P(StorageDriverContract, ClonesAreIndependentOfEachOtherAndOfTheirOrigin) {
  ASSERT_OK(driver().create_volume(volume_, {}));
  ASSERT_OK(world_->write(volume_, "file", "before"));
  ASSERT_OK(driver().snapshot(volume_, snapshot_, {}));
  ASSERT_OK(driver().clone(snapshot_, other_, about_));
  ASSERT_OK(driver().clone(snapshot_, VolumeId("vol_third"), about_));

  ASSERT_OK(world_->write(other_, "file", "other"));

  EXPECT_EQ(world_->read(other_, "file").value(), "other");
  EXPECT_EQ(world_->read(volume_, "file").value(), "before");
  EXPECT_EQ(world_->read(snapshot_, "file").value(), "before");
  EXPECT_EQ(world_->read(VolumeId("vol_third"), "file").value(), "before");
}

TEST_P(StorageDriverContract, CloningAgainLeavesTheContentAlone) {
  ASSERT_OK(driver().create_volume(volume_, {}));
  ASSERT_OK(world_->write(volume_, "file", "before"));
  ASSERT_OK(driver().snapshot(volume_, snapshot_, {}));
  ASSERT_OK(driver().clone(snapshot_, other_, {}));
  ASSERT_OK(world_->write(other_, "file", "work"));

  ASSERT_OK(driver().clone(snapshot_, other_, {}));
  EXPECT_EQ(world_->read(other_, "file").value(), "work");

  ASSERT_OK(driver().destroy(snapshot_));
  ASSERT_OK(driver().clone(snapshot_, other_, {}));
  EXPECT_EQ(world_->read(other_, "file").value(), "work");
}

TEST_P(StorageDriverContract, WhatIsNotThereIsNotFound) {
  EXPECT_ERROR(driver().snapshot(volume_, snapshot_, {}), not_found);
  EXPECT_ERROR(driver().clone(snapshot_, volume_, {}), not_found);
  EXPECT_ERROR(driver().attach(volume_), not_found);
  EXPECT_ERROR(driver().open(snapshot_), not_found);
  EXPECT_ERROR(driver().usage(volume_), not_found);
  EXPECT_ERROR(driver().usage(snapshot_), not_found);
  EXPECT_TRUE(volumes().empty());
  EXPECT_TRUE(snapshots().empty());
}

TEST_P(StorageDriverContract, DestroyingWhatIsNotThereSucceeds) {
  EXPECT_OK(driver().destroy(volume_));
  EXPECT_OK(driver().destroy(snapshot_));
}

TEST_P(StorageDriverContract, AnythingMayBeDestroyedWhateverCameFromIt) {
  ASSERT_OK(driver().create_volume(volume_, {}));
  ASSERT_OK(world_->write(volume_, "file", "content"));
  ASSERT_OK(driver().snapshot(volume_, snapshot_, {}));
  ASSERT_OK(driver().clone(snapshot_, other_, {}));
  ASSERT_OK(driver().snapshot(other_, second_, {}));

  ASSERT_OK(driver().destroy(volume_));
  ASSERT_OK(driver().destroy(snapshot_));
  EXPECT_EQ(world_->read(other_, "file").value(), "content");
  ASSERT_OK(driver().destroy(other_));

  EXPECT_EQ(world_->read(second_, "file").value(), "content");
  EXPECT_TRUE(volumes().empty());
  EXPECT_EQ(snapshots(), std::vector{second_});
  EXPECT_ERROR(driver().attach(volume_), not_found);
}

TEST_P(StorageDriverContract, AnIdMayBeUsedAgainAfterDestroying) {
  ASSERT_OK(driver().create_volume(volume_, {}));
  ASSERT_OK(world_->write(volume_, "file", "old"));
  ASSERT_OK(driver().destroy(volume_));

  ASSERT_OK(driver().create_volume(volume_, {}));

  EXPECT_ERROR(world_->read(volume_, "file"), not_found);
}

TEST_P(StorageDriverContract, APathStaysTheSameWhileTheVolumeLives) {
  ASSERT_OK(driver().create_volume(volume_, {}));
  const auto path = driver().attach(volume_).value().path();
  ASSERT_OK(driver().snapshot(volume_, snapshot_, {}));
  EXPECT_EQ(driver().attach(volume_).value().path(), path);
  world_->reopen();
  EXPECT_EQ(driver().attach(volume_).value().path(), path);
}

TEST_P(StorageDriverContract, ATreeIsThereAsLongAsSomebodyHoldsIt) {
  ASSERT_OK(driver().create_volume(volume_, about_));
  ASSERT_OK(world_->write(volume_, "file", "content"));
  ASSERT_OK(driver().snapshot(volume_, snapshot_, {}));
  std::optional<HeldTree> first = driver().attach(volume_).value();
  std::optional<HeldTree> second = driver().attach(volume_).value();
  std::optional<HeldTree> frozen = driver().open(snapshot_).value();
  EXPECT_EQ(first->path(), second->path());

  first.reset();
  EXPECT_ERROR(driver().destroy(volume_), busy);
  EXPECT_ERROR(driver().destroy(snapshot_), busy);
  EXPECT_EQ(world_->read(volume_, "file").value(), "content");
  EXPECT_EQ(volumes(), std::vector{volume_});
  EXPECT_EQ(snapshots(), std::vector{snapshot_});
  EXPECT_EQ(driver().list()->volumes.at(0).description, about_);

  second.reset();
  frozen.reset();
  EXPECT_OK(driver().destroy(volume_));
  EXPECT_OK(driver().destroy(snapshot_));
}

TEST_P(StorageDriverContract, AHoldThatIsMovedIsStillOne) {
  ASSERT_OK(driver().create_volume(volume_, {}));
  HeldTree first = driver().attach(volume_).value();
  HeldTree second = std::move(first);
  EXPECT_ERROR(driver().destroy(volume_), busy);

  second = HeldTree();

  EXPECT_OK(driver().destroy(volume_));
}

TEST_P(StorageDriverContract, WhatIsLeftAttachedIsHeldByWhoeverAttachesItNext) {
  ASSERT_OK(driver().create_volume(volume_, {}));
  ASSERT_OK(driver().create_volume(other_, {}));
  ASSERT_OK(world_->write(volume_, "file", "content"));
  auto held = driver().attach(volume_).value();
  driver().attach(other_)->leave();
  const auto path = held.path();
  held.leave();

  world_->reopen();

  held = driver().attach(volume_).value();
  EXPECT_EQ(held.path(), path);
  EXPECT_EQ(world_->read(volume_, "file").value(), "content");
  EXPECT_ERROR(driver().destroy(volume_), busy);
  held = HeldTree();
  EXPECT_OK(driver().destroy(volume_));
  EXPECT_OK(driver().destroy(other_)) << "nobody has held it since";
}

TEST_P(StorageDriverContract, ListsEverythingWithItsDescriptionAlsoAfterARestart) {
  ASSERT_OK(driver().create_volume(volume_, about_));
  ASSERT_OK(driver().create_volume(other_, {}));
  ASSERT_OK(driver().snapshot(volume_, snapshot_, {{"kind", "bookmark"}}));

  world_->reopen();

  EXPECT_EQ(volumes(), (std::vector{volume_, other_}));
  const StorageListing listing = driver().list().value();
  ASSERT_EQ(listing.snapshots.size(), 1U);
  EXPECT_EQ(listing.snapshots[0].description, (SelfDescription{{"kind", "bookmark"}}));
  for (const auto& entry : listing.volumes) {
    EXPECT_EQ(entry.description, entry.id == volume_ ? about_ : SelfDescription{});
  }
  EXPECT_THAT(listing.unknown, ::testing::IsEmpty());
}

TEST_P(StorageDriverContract, ComposingMakesOneVolumeOfSeveralSnapshots) {
  make_two_snapshots();

  ASSERT_OK(driver().compose(composed_, parts_, about_));
  ASSERT_OK(world_->write(composed_, "db/file", "changed"));
  ASSERT_OK(driver().destroy(snapshot_));
  ASSERT_OK(driver().destroy(second_));

  EXPECT_EQ(world_->read(composed_, "db/file").value(), "changed");
  EXPECT_EQ(world_->read(composed_, "app/file").value(), "of the application");
  EXPECT_ERROR(world_->read(composed_, "file"), not_found);
  EXPECT_EQ(world_->read(volume_, "file").value(), "of the database");
  EXPECT_EQ(volumes(), (std::vector{composed_, volume_, other_}));
  const StorageListing listing = driver().list().value();
  for (const auto& entry : listing.volumes) {
    EXPECT_EQ(entry.description, entry.id == composed_ ? about_ : SelfDescription{});
  }
}

TEST_P(StorageDriverContract, ComposingAgainLeavesTheContentAlone) {
  make_two_snapshots();
  ASSERT_OK(driver().compose(composed_, parts_, about_));
  ASSERT_OK(world_->write(composed_, "db/file", "work"));

  ASSERT_OK(driver().compose(composed_, parts_, {}));
  EXPECT_EQ(world_->read(composed_, "db/file").value(), "work");

  ASSERT_OK(driver().destroy(snapshot_));
  ASSERT_OK(driver().compose(composed_, parts_, {}));
  EXPECT_EQ(world_->read(composed_, "db/file").value(), "work");
  EXPECT_EQ(world_->read(composed_, "app/file").value(), "of the application");
}

TEST_P(StorageDriverContract, ComposingOfNothingMakesAnEmptyVolume) {
  ASSERT_OK(driver().compose(composed_, {}, about_));
  EXPECT_EQ(volumes(), std::vector{composed_});
}

TEST_P(StorageDriverContract, ComposingRefusesPartsThatCannotLieBesideEachOther) {
  make_two_snapshots();
  const auto refused = [&](const std::string& one, const std::string& other) {
    return driver().compose(composed_, {{one, snapshot_}, {other, second_}}, {});
  };
  EXPECT_ERROR(refused("db", "db"), invalid_argument);
  EXPECT_ERROR(refused("db", ""), invalid_argument);
  EXPECT_ERROR(refused(".", "db"), invalid_argument);
  EXPECT_ERROR(refused("..", "db"), invalid_argument);
  EXPECT_ERROR(refused("db", "db/app"), invalid_argument);
  EXPECT_ERROR(refused("db", "/app"), invalid_argument);
  EXPECT_EQ(volumes(), (std::vector{volume_, other_}));
}

TEST_P(StorageDriverContract, AMissingPartNamesItselfAndNothingIsMade) {
  make_two_snapshots();
  ASSERT_OK(driver().destroy(second_));

  const auto composed = driver().compose(composed_, parts_, {});

  ASSERT_ERROR(composed, not_found);
  EXPECT_THAT(composed.error().describe(), ::testing::HasSubstr(second_.str()));
  EXPECT_EQ(volumes(), (std::vector{volume_, other_}));
}

TEST_P(StorageDriverContract, AComposedVolumeIsSeenWholeOrNotAtAll) {
  make_two_snapshots();
  std::vector<std::string> begun;
  const ComposeTalk canceling{.begins = [&](const std::string& part) { begun.push_back(part); },
                              .keep_going = [&] { return begun.size() < 2; }};
  EXPECT_ERROR(driver().compose(composed_, parts_, {}, canceling), canceled);
  EXPECT_EQ(begun, (std::vector<std::string>{"db", "app"}));
  EXPECT_EQ(volumes(), (std::vector{volume_, other_}));
  // As where the daemon dies in its midst.
  struct Death {};
  std::size_t seen = 0;
  const ComposeTalk dying{.begins = [&](const std::string& part) {
    seen = volumes().size();
    if (part == "app") throw Death();
  }};
  EXPECT_THROW((void)driver().compose(composed_, parts_, {}, dying), Death);
  world_->reopen();
  EXPECT_EQ(seen, 2U);
  EXPECT_EQ(volumes(), (std::vector{volume_, other_}));
  EXPECT_THAT(driver().list()->unknown, ::testing::IsEmpty());

  ASSERT_OK(driver().compose(composed_, parts_, about_));

  EXPECT_EQ(world_->read(composed_, "db/file").value(), "of the database");
  EXPECT_EQ(world_->read(composed_, "app/file").value(), "of the application");
}

TEST_P(StorageDriverContract, UsageTellsWhatOnlyThisOneHolds) {
  constexpr std::int64_t kSize = 4 << 20;
  const std::int64_t shared = driver().info().capabilities.cheap_clone ? 0 : kSize;
  ASSERT_OK(driver().create_volume(volume_, {}));
  ASSERT_OK(world_->write(volume_, "file", std::string(kSize, 'a')));
  EXPECT_EQ(driver().usage(volume_)->logical, kSize);
  EXPECT_EQ(driver().usage(volume_)->unique, kSize);

  ASSERT_OK(driver().snapshot(volume_, snapshot_, {}));
  ASSERT_OK(driver().clone(snapshot_, other_, {}));
  EXPECT_EQ(driver().usage(volume_)->unique, shared);
  EXPECT_EQ(driver().usage(snapshot_)->unique, shared);
  EXPECT_EQ(driver().usage(other_)->logical, kSize);
  EXPECT_EQ(driver().usage(other_)->unique, shared);

  ASSERT_OK(world_->write(other_, "second", std::string(kSize, 'b')));
  EXPECT_EQ(driver().usage(other_)->logical, 2 * kSize);
  EXPECT_EQ(driver().usage(other_)->unique, shared + kSize);
}

TEST_P(StorageDriverContract, UsageGrowsWhenTheOthersAreDestroyed) {
  constexpr std::int64_t kSize = 4 << 20;
  ASSERT_OK(driver().create_volume(volume_, {}));
  ASSERT_OK(world_->write(volume_, "file", std::string(kSize, 'a')));
  ASSERT_OK(driver().snapshot(volume_, snapshot_, {}));
  ASSERT_OK(driver().destroy(volume_));
  // Destroying may take its time; what it gives back is then this one's alone.
  const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(60);
  while (driver().usage(snapshot_)->unique != kSize &&
         std::chrono::steady_clock::now() < deadline) {
    std::this_thread::sleep_for(std::chrono::milliseconds(5));
  }
  EXPECT_EQ(driver().usage(snapshot_)->unique, kSize);
}

TEST_P(StorageDriverContract, TheSameCallFromManyThreadsMakesOneEntry) {
  ASSERT_OK(driver().create_volume(volume_, {}));
  ASSERT_OK(world_->write(volume_, "file", "content"));
  std::atomic<int> failures = 0;
  std::vector<std::thread> threads;
  for (int i = 0; i < 4; ++i) {
    threads.emplace_back([&, i] {
      const SnapshotId own("snp_own" + std::to_string(i));
      if (!driver().snapshot(volume_, snapshot_, about_)) ++failures;
      if (!driver().snapshot(volume_, own, about_)) ++failures;
      if (!driver().clone(snapshot_, other_, about_)) ++failures;
      if (!driver().list()) ++failures;
      if (!driver().destroy(own)) ++failures;
    });
  }
  for (auto& thread : threads) thread.join();

  EXPECT_EQ(failures, 0);
  EXPECT_EQ(world_->read(snapshot_, "file").value(), "content");
  EXPECT_EQ(world_->read(other_, "file").value(), "content");
  EXPECT_EQ(snapshots(), std::vector{snapshot_});
  EXPECT_THAT(driver().list()->unknown, ::testing::IsEmpty());
}

TEST_P(StorageDriverContract, AFullPoolSaysSoAndIsUsableAgainAfterDestroying) {
  const auto small = GetParam()(192 << 20);
  StorageDriver& full = small->driver();
  ASSERT_OK(full.create_volume(volume_, {}));
  Result<> written;
  int files = 0;
  while (written && files < 1000) {
    written = small->write(volume_, "file" + std::to_string(files++), std::string(4 << 20, 'x'));
  }
  ASSERT_ERROR(written, no_space);
  EXPECT_LT(full.probe()->free, 64 << 20);
  if (!full.info().capabilities.cheap_clone) {
    EXPECT_ERROR(full.snapshot(volume_, snapshot_, {}), no_space);
    EXPECT_THAT(full.list()->snapshots, ::testing::IsEmpty());
  }

  ASSERT_OK(full.destroy(volume_));

  Result<> again;
  const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(60);
  do {
    again = full.create_volume(other_, {});
    if (again) again = small->write(other_, "file", std::string(4 << 20, 'x'));
  } while (!again && std::chrono::steady_clock::now() < deadline);
  EXPECT_OK(again);
}

}  // namespace slip::test
