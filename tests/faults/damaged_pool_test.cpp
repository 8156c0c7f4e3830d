// SPDX-License-Identifier: Apache-2.0
// A disk that fails to show one tree: everything else goes on, and nothing of that tree is deleted.

#include <btrfsutil.h>
#include <fcntl.h>
#include <unistd.h>

#include <sstream>

#include "base/subprocess.h"
#include "tests/faults/stored_pool.h"

namespace slip::test {
namespace {

namespace fs = std::filesystem;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

class DamagedPool : public StoredPool {
 protected:
  void SetUp() override {
    const Pool pool = open_pool(options()).value();
    for (const auto& volume : {broken_, sound_}) {
      ASSERT_OK(pool.driver->create_volume(volume, {{"about", "of a test"}}));
      ASSERT_OK(write_file_durably(pool.driver->attach(volume).value().path() / "file", "content"));
    }
    ASSERT_OK(pool.driver->snapshot(sound_, snapshot_, {}));
    std::uint64_t id = 0;
    const fs::path tree = pool.driver->attach(broken_).value().path();
    ASSERT_EQ(btrfs_util_subvolume_id(tree.c_str(), &id), BTRFS_UTIL_OK);
    ASSERT_OK(close_pool(settings()));
    for (const auto place : copies_of_tree(id)) overwrite(place);
  }

  // Where the file has the uppermost block of a subvolume's tree: both copies of it.
  std::vector<std::int64_t> copies_of_tree(std::uint64_t subvolume) const {
    const auto tree = run_ok({.argv = {"btrfs", "inspect-internal", "dump-tree", "-t",
                                       std::to_string(subvolume), file().string()}});
    std::istringstream words(tree.value().substr(tree.value().find("\nleaf ") + 6));
    std::string logical;
    words >> logical;
    const auto place =
        run_ok({.argv = {"btrfs-map-logical", "-l", logical, file().string()}}).value();
    constexpr std::string_view before = "physical ";
    std::vector<std::int64_t> places;
    for (auto at = place.find(before); at != place.npos; at = place.find(before, at + 1)) {
      places.push_back(std::stoll(place.substr(at + before.size())));
    }
    EXPECT_EQ(places.size(), 2U) << place;
    return places;
  }

  void overwrite(std::int64_t place) const {
    const UniqueFd fd(::open(file().c_str(), O_WRONLY | O_CLOEXEC));
    const std::string rubbish(4096, 'x');
    ASSERT_EQ(::pwrite(fd.get(), rubbish.data(), rubbish.size(), place),
              static_cast<ssize_t>(rubbish.size()));
    ASSERT_EQ(::fsync(fd.get()), 0);
  }

  fs::path entry(const VolumeId& volume) const { return data() / "pool/volumes" / volume.str(); }

  const VolumeId broken_{"vol_broken"};
  const VolumeId sound_{"vol_sound"};
  const SnapshotId snapshot_{"snp_sound"};
};

TEST_F(DamagedPool, StartsWithEverythingElseAndDeletesNothing) {
  const auto pool = open_pool(options());

  ASSERT_OK(pool);
  StorageDriver& driver = *pool->driver;
  EXPECT_ERROR(driver.attach(broken_), unavailable);
  EXPECT_TRUE(fs::exists(entry(broken_) / "description.json"));
  EXPECT_EQ(read_file(driver.attach(sound_).value().path() / "file").value(), "content");
  EXPECT_OK(driver.clone(snapshot_, VolumeId("vol_new"), {}));
}

TEST_F(DamagedPool, NamesWhatItCannotShow) {
  const Pool pool = open_pool(options()).value();

  const auto listing = pool.driver->list();

  ASSERT_OK(listing);
  EXPECT_THAT(listing->unknown, ElementsAre(HasSubstr("volumes/vol_broken: ")));
  EXPECT_EQ(listing->volumes.size(), 1U);
}

TEST_F(DamagedPool, DoesNotTakeForGoneWhatCannotBeRemoved) {
  const auto destroy = [&] { return open_pool(options()).value().driver->destroy(broken_); };

  const auto first = destroy();
  if (first) GTEST_SKIP() << "this kernel removes a subvolume whose tree it cannot read";
  const auto again = destroy();

  EXPECT_FALSE(again);
  EXPECT_EQ(open_pool(options()).value().driver->list()->unknown.size(), 1U);
}

TEST_F(DamagedPool, MakesNoNewVolumeInThePlaceOfOneThatItCannotShow) {
  const Pool pool = open_pool(options()).value();
  EXPECT_FALSE(pool.driver->create_volume(broken_, {}));
  EXPECT_FALSE(pool.driver->clone(snapshot_, broken_, {}));
  EXPECT_TRUE(fs::exists(entry(broken_) / "description.json"));
}

}  // namespace
}  // namespace slip::test
