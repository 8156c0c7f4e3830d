// SPDX-License-Identifier: Apache-2.0
#include "secrets/sealed/sealed_secrets.h"

#include <sys/stat.h>

#include "base/file.h"
#include "tests/contract/secrets_contract.h"

namespace slip {
namespace {

namespace fs = std::filesystem;

class SealedWorld : public SecretsWorld {
 public:
  SealedWorld() { reopen(); }
  Secrets& secrets() override { return *secrets_; }
  void reopen() override {
    secrets_.reset();
    secrets_ = SealedSecrets::open(places()).value();
  }
  SealedSecrets::Places places() const {
    return {directory_.path() / "secrets", directory_.path() / "secrets.key"};
  }

 private:
  TemporaryDirectory directory_;
  std::unique_ptr<SealedSecrets> secrets_;
};

std::unique_ptr<SecretsWorld> make_sealed() {
  return std::make_unique<SealedWorld>();
}

INSTANTIATE_TEST_SUITE_P(Sealed, SecretsContract, ::testing::Values(make_sealed));

class SealedSecretsTest : public ::testing::Test {
 protected:
  SealedWorld world_;
  const SecretId id_{"sec_0000000000000001"};
};

mode_t mode_of(const fs::path& path) {
  struct stat status = {};
  EXPECT_EQ(::stat(path.c_str(), &status), 0) << path;
  return status.st_mode & 07777;
}

TEST_F(SealedSecretsTest, KeepsNothingReadableOnDiskAndNothingForOthers) {
  ASSERT_OK(world_.secrets().put(id_, Secret("correct horse battery staple")));

  for (const auto& entry : fs::recursive_directory_iterator(world_.places().directory)) {
    EXPECT_THAT(read_file(entry.path()).value(), ::testing::Not(::testing::HasSubstr("horse")));
    EXPECT_EQ(mode_of(entry.path()), 0600u) << entry.path();
  }
  EXPECT_EQ(mode_of(world_.places().directory), 0700u);
  EXPECT_EQ(mode_of(world_.places().key), 0600u);
}

TEST_F(SealedSecretsTest, RefusesToStartWithoutItsKeyAndLosesNothing) {
  ASSERT_OK(world_.secrets().put(id_, Secret("hunter2")));
  const auto aside = world_.places().key.string() + ".aside";
  fs::rename(world_.places().key, aside);

  const auto opened = SealedSecrets::open(world_.places());

  ASSERT_ERROR(opened, precondition_failed);
  EXPECT_THAT(opened.error().message, ::testing::HasSubstr("is missing"));
  EXPECT_FALSE(fs::exists(world_.places().key));
  fs::rename(aside, world_.places().key);
  world_.reopen();
  EXPECT_EQ(world_.secrets().get(id_).value().reveal(), "hunter2");
}

TEST_F(SealedSecretsTest, RefusesToStartWithoutItsFolderAndMakesNone) {
  ASSERT_OK(world_.secrets().put(id_, Secret("hunter2")));
  const auto folder = world_.places().directory;
  const auto aside = folder.string() + ".aside";
  fs::rename(folder, aside);

  const auto opened = SealedSecrets::open(world_.places());

  ASSERT_ERROR(opened, precondition_failed);
  EXPECT_THAT(opened.error().message, ::testing::HasSubstr(folder.string() + " is missing"));
  EXPECT_FALSE(fs::exists(folder));
  fs::rename(aside, folder);
  world_.reopen();
  EXPECT_EQ(world_.secrets().get(id_).value().reveal(), "hunter2");
}

TEST_F(SealedSecretsTest, RefusesToStartWhereItsFolderHasBeenEmptied) {
  const auto folder = world_.places().directory;
  fs::remove_all(folder);
  fs::create_directory(folder);

  EXPECT_ERROR(SealedSecrets::open(world_.places()), precondition_failed);

  EXPECT_TRUE(fs::is_empty(folder));
}

TEST_F(SealedSecretsTest, BeginsAnewWithoutItsFolderAndItsKey) {
  fs::remove_all(world_.places().directory);
  fs::remove(world_.places().key);

  world_.reopen();

  EXPECT_OK(world_.secrets().put(id_, Secret("hunter2")));
}

// The key comes last.
TEST_F(SealedSecretsTest, BeginsAnewWhereItsFirstStartWasInterrupted) {
  fs::remove(world_.places().key);

  world_.reopen();

  ASSERT_OK(world_.secrets().put(id_, Secret("hunter2")));
  world_.reopen();
  EXPECT_EQ(world_.secrets().get(id_).value().reveal(), "hunter2");
}

TEST_F(SealedSecretsTest, RefusesTheKeyOfAnotherInstallation) {
  ASSERT_OK(world_.secrets().put(id_, Secret("hunter2")));
  const std::string ours = read_file(world_.places().key).value();
  const SealedWorld another;
  const std::string theirs = read_file(another.places().key).value();
  ASSERT_OK(write_file_durably(world_.places().key, theirs, 0600));

  const auto opened = SealedSecrets::open(world_.places());

  ASSERT_ERROR(opened, precondition_failed);
  EXPECT_THAT(opened.error().message, ::testing::HasSubstr("of another installation"));
  ASSERT_OK(write_file_durably(world_.places().key, ours, 0600));
  world_.reopen();
  EXPECT_EQ(world_.secrets().get(id_).value().reveal(), "hunter2");
}

TEST_F(SealedSecretsTest, RefusesAKeyFileThatHoldsNoKey) {
  ASSERT_OK(write_file_durably(world_.places().key, "something else\n", 0600));

  const auto opened = SealedSecrets::open(world_.places());

  ASSERT_ERROR(opened, precondition_failed);
  EXPECT_THAT(opened.error().message, ::testing::HasSubstr("holds no key"));
}

TEST_F(SealedSecretsTest, MakesAKeyPrivateThatOthersCouldRead) {
  ASSERT_EQ(::chmod(world_.places().key.c_str(), 0644), 0);

  world_.reopen();

  EXPECT_EQ(mode_of(world_.places().key), 0600u);
}

TEST_F(SealedSecretsTest, NoticesASecretThatWasDamagedOrPutInAnothersPlace) {
  const SecretId other("sec_0000000000000002");
  ASSERT_OK(world_.secrets().put(id_, Secret("hunter2")));
  ASSERT_OK(world_.secrets().put(other, Secret("hunter3")));
  const auto at = [&](const SecretId& id) { return world_.places().directory / id.str(); };

  ASSERT_OK(write_file_durably(at(other), read_file(at(id_)).value(), 0600));
  EXPECT_ERROR(world_.secrets().get(other), unavailable);

  std::string damaged = read_file(at(id_)).value();
  damaged.back() = static_cast<char>(damaged.back() ^ 1);
  ASSERT_OK(write_file_durably(at(id_), damaged, 0600));
  EXPECT_ERROR(world_.secrets().get(id_), unavailable);
}

TEST_F(SealedSecretsTest, RemovesWhatACrashLeftHalfWritten) {
  const auto half = world_.places().directory / (id_.str() + ".Ab12Cd");
  ASSERT_OK(write_file_durably(half, "half", 0600));

  world_.reopen();

  EXPECT_FALSE(fs::exists(half));
  EXPECT_TRUE(world_.secrets().list().value().empty());
}

TEST_F(SealedSecretsTest, RefusesAHandleThatIsNoPlainName) {
  for (const char* bad : {"../secrets.key", "a/b", "key-probe", "."}) {
    EXPECT_ERROR(world_.secrets().put(SecretId(bad), Secret("x")), invalid_argument) << bad;
    EXPECT_ERROR(world_.secrets().get(SecretId(bad)), invalid_argument) << bad;
  }
}

}  // namespace
}  // namespace slip
