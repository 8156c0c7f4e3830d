// SPDX-License-Identifier: Apache-2.0
#include "storage/fake/fake_storage.h"

#include "tests/contract/storage_driver_contract.h"

namespace slip::test {
namespace {

class FakeWorld : public StorageWorld {
 public:
  explicit FakeWorld(std::int64_t size) { storage_.set_capacity(size); }

  StorageDriver& driver() override { return storage_; }
  void reopen() override {}
  std::filesystem::path root() const override { return {}; }
  Result<> write(const VolumeId& volume, const std::string& path, std::string content) override {
    return storage_.write(volume, path, std::move(content));
  }
  Result<std::string> read(const VolumeId& volume, const std::string& path) override {
    return storage_.read(volume, path);
  }
  Result<std::string> read(const SnapshotId& snapshot, const std::string& path) override {
    return storage_.read(snapshot, path);
  }

 private:
  FakeStorage storage_;
};

std::unique_ptr<StorageWorld> make_world(std::int64_t size) {
  return std::make_unique<FakeWorld>(size);
}

INSTANTIATE_TEST_SUITE_P(Fake, StorageDriverContract, ::testing::Values(&make_world));

const Error kBroken{.code = ErrorCode::unavailable, .message = "broken"};

TEST(FakeStorage, FailsTheNextCallBeforeOrAfterItsEffect) {
  FakeStorage storage;
  storage.fail_next("create_volume", kBroken);
  storage.fail_next("create_volume", kBroken, FakeStorage::When::after);

  EXPECT_ERROR(storage.create_volume(VolumeId("vol_a"), {}), unavailable);
  EXPECT_ERROR(storage.attach(VolumeId("vol_a")), not_found);
  EXPECT_ERROR(storage.create_volume(VolumeId("vol_a"), {}), unavailable);
  EXPECT_OK(storage.attach(VolumeId("vol_a")));
  EXPECT_OK(storage.create_volume(VolumeId("vol_b"), {}));
}

TEST(FakeStorage, ShowsAHarnessEveryCall) {
  FakeStorage storage;
  std::vector<std::string> calls;
  storage.on_call([&](std::string_view method, FakeStorage::When when) -> Result<> {
    if (when == FakeStorage::When::before) calls.emplace_back(method);
    return {};
  });
  ASSERT_OK(storage.create_volume(VolumeId("vol_a"), {}));
  ASSERT_OK(storage.destroy(VolumeId("vol_a")));
  EXPECT_EQ(calls, (std::vector<std::string>{"create_volume", "destroy"}));
}

TEST(FakeStorage, ItsPathsLeadBackToVolumesAndCopyBetweenThem) {
  FakeStorage storage;
  const VolumeId from("vol_a");
  const VolumeId to("vol_b");
  ASSERT_OK(storage.create_volume(from, {}));
  ASSERT_OK(storage.create_volume(to, {}));
  ASSERT_OK(storage.write(from, "data/row", "1"));
  ASSERT_OK(storage.snapshot(from, SnapshotId("snp_a"), {}));

  const auto place = FakeStorage::place_of(storage.attach(to).value().path() / "db");
  ASSERT_TRUE(place);
  ASSERT_OK(storage.copy(storage.open(SnapshotId("snp_a")).value().path() / "data", *place));

  EXPECT_EQ(storage.read(to, "db/row").value(), "1");
  EXPECT_FALSE(FakeStorage::place_of("/elsewhere/vol_a"));
}

}  // namespace
}  // namespace slip::test
