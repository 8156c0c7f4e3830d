// SPDX-License-Identifier: Apache-2.0
#include "base/mapped_mount.h"

#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <fstream>

#include "base/file.h"
#include "base/subprocess.h"

namespace slip {
namespace {

constexpr UserIds on_disk{.uid = 65'534, .gid = 65'534};
constexpr UserIds inside{.uid = 1'900'000'007, .gid = 1'900'000'007};

class MappedTreeTest : public testing::Test {
 protected:
  void SetUp() override {
    if (geteuid() != 0) GTEST_SKIP() << "only root makes such mounts";
    std::filesystem::create_directories(tree_);
    std::filesystem::permissions(files_.path(), std::filesystem::perms(0755));
    std::ofstream(tree_ / "given") << "x";
    std::ofstream(tree_ / "of root") << "x";
    for (const auto& path : {tree_, tree_ / "given"}) {
      ASSERT_EQ(chown(path.c_str(), on_disk.uid, on_disk.gid), 0);
    }
  }
  std::string in_the_tree(const std::string& script) {
    const auto mapping = map_user(on_disk, inside).value();
    Command command{.argv = {"setpriv", "--reuid", std::to_string(inside.uid), "--regid",
                             std::to_string(inside.gid), "--clear-groups", "sh", "-c", script},
                    .working_directory = tree_};
    command.trees.push_back(mapped_tree(tree_, mapping).value());
    const auto output = run(command);
    EXPECT_TRUE(output) << output.error().describe();
    return output ? output->out + output->err : "";
  }
  static uid_t owner(const std::filesystem::path& path) {
    struct stat about {};
    EXPECT_EQ(lstat(path.c_str(), &about), 0) << path;
    return about.st_uid;
  }

  TemporaryDirectory files_;
  const std::filesystem::path tree_ = files_.path() / "tree";
};

TEST_F(MappedTreeTest, ShowsOneUsersFilesAsAnothersAndChangesNothingOnDisk) {
  EXPECT_EQ(in_the_tree("stat -c %u given; touch made; mkdir in; stat -c %u made in"),
            "1900000007\n1900000007\n1900000007\n");

  EXPECT_EQ(owner(tree_ / "given"), on_disk.uid);
  EXPECT_EQ(owner(tree_ / "made"), on_disk.uid);
  EXPECT_EQ(owner(tree_ / "in"), on_disk.uid);
}

TEST_F(MappedTreeTest, LeavesWhatBelongsToOthersAlone) {
  EXPECT_THAT(in_the_tree("chmod 777 'of root' || echo refused"), testing::HasSubstr("refused"));
  EXPECT_THAT(in_the_tree("echo harm > 'of root' || echo refused"), testing::HasSubstr("refused"));
}

TEST_F(MappedTreeTest, IsSeenByOneProgramAfterAnother) {
  Command command{.argv = {"stat", "-c", "%u", tree_.string()}};
  command.trees.push_back(mapped_tree(tree_, map_user(on_disk, inside).value()).value());

  EXPECT_EQ(run_ok(command).value_or(""), "1900000007\n");
  EXPECT_EQ(run_ok(command).value_or(""), "1900000007\n");
}

// Making another, and throwing the first away, would take milliseconds.
TEST_F(MappedTreeTest, IsSeenByTheFirstThroughTheMountThatWasTriedOut) {
  const auto tree = mapped_tree(tree_, map_user(on_disk, inside).value()).value();
  struct statx tried {};
  ASSERT_EQ(statx(tree.mount->get(), "", AT_EMPTY_PATH, STATX_MNT_ID, &tried), 0);
  Command command{.argv = {"awk", "-v", "tree=" + tree_.string(), "$5 == tree { print $1 }",
                           "/proc/self/mountinfo"}};
  command.trees.push_back(tree);

  EXPECT_EQ(run_ok(command).value_or(""), std::to_string(tried.stx_mnt_id) + "\n");
}

TEST_F(MappedTreeTest, IsSeenByNobodyElse) {
  in_the_tree("true");

  EXPECT_EQ(owner(tree_), on_disk.uid);
}

TEST_F(MappedTreeTest, SaysThatThereIsNoSuchTree) {
  const auto mapping = map_user(on_disk, inside).value();

  EXPECT_EQ(mapped_tree(tree_ / "missing", mapping).error().code, ErrorCode::not_found);
}

}  // namespace
}  // namespace slip
