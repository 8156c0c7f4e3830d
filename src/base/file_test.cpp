// SPDX-License-Identifier: Apache-2.0
#include "base/file.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <sys/xattr.h>

#include <cerrno>
#include <fstream>

#include "tests/support/expect_result.h"

namespace slip {
namespace {

namespace fs = std::filesystem;

void write(const fs::path& path, std::string_view text) {
  std::ofstream(path) << text;
}

struct stat look_at(const fs::path& path) {
  struct stat about {};
  EXPECT_EQ(::lstat(path.c_str(), &about), 0) << path;
  return about;
}

TEST(ErrorFromErrno, SaysWhatTheCallerCanDecideOn) {
  EXPECT_EQ(error_from_errno(ENOSPC, "x").code, ErrorCode::no_space);
  EXPECT_EQ(error_from_errno(EDQUOT, "x").code, ErrorCode::no_space);
  EXPECT_EQ(error_from_errno(ENOENT, "x").code, ErrorCode::not_found);
  EXPECT_EQ(error_from_errno(EROFS, "x").code, ErrorCode::unavailable);
  EXPECT_EQ(error_from_errno(EINVAL, "x").code, ErrorCode::internal);
  EXPECT_EQ(error_from_errno(ENOENT, "open a").message, "open a: No such file or directory");
}

TEST(ReadFile, RefusesMoreThanItsLimitAndWhatIsNotThere) {
  const TemporaryDirectory here;
  write(here.path() / "ten", "0123456789");

  EXPECT_EQ(*read_file(here.path() / "ten", 10), "0123456789");
  EXPECT_ERROR(read_file(here.path() / "ten", 9), too_large);
  EXPECT_ERROR(read_file(here.path() / "none"), not_found);
}

TEST(WriteFileDurably, ReplacesTheContentAndLeavesNothingBeside) {
  const TemporaryDirectory here;
  const fs::path path = here.path() / "state";
  ASSERT_OK(write_file_durably(path, "old"));
  ASSERT_OK(write_file_durably(path, "new", 0600));

  EXPECT_EQ(*read_file(path), "new");
  EXPECT_EQ(look_at(path).st_mode & 07777, 0600U);
  EXPECT_EQ(std::distance(fs::directory_iterator(here.path()), fs::directory_iterator()), 1);
}

TEST(WriteFileDurably, LeavesNothingBehindWhenItCannot) {
  const TemporaryDirectory here;
  fs::create_directories(here.path() / "state" / "in the way");

  EXPECT_FALSE(write_file_durably(here.path() / "state", "x"));
  EXPECT_EQ(std::distance(fs::directory_iterator(here.path()), fs::directory_iterator()), 1);
}

TEST(MakeDirectories, MakesParentsWithTheModeWhateverTheUmask) {
  const TemporaryDirectory here;
  const mode_t before = ::umask(0077);
  EXPECT_OK(make_directories(here.path() / "a" / "b", 0755));
  ::umask(before);

  EXPECT_EQ(look_at(here.path() / "a").st_mode & 07777, 0755U);
  EXPECT_OK(make_directories(here.path() / "a" / "b"));
  write(here.path() / "file", "");
  EXPECT_ERROR(make_directories(here.path() / "file"), already_exists);
}

TEST(RemoveTree, RemovesLinksButNotWhatTheyLeadTo) {
  const TemporaryDirectory here;
  fs::create_directories(here.path() / "tree" / "deep" / "deeper");
  write(here.path() / "outside", "kept");
  fs::create_directory(here.path() / "outside directory");
  write(here.path() / "outside directory" / "file", "kept");
  fs::create_symlink(here.path() / "outside", here.path() / "tree" / "deep" / "link");
  fs::create_directory_symlink(here.path() / "outside directory", here.path() / "tree" / "link");

  ASSERT_OK(remove_tree(here.path() / "tree"));

  EXPECT_FALSE(fs::exists(here.path() / "tree"));
  EXPECT_EQ(*read_file(here.path() / "outside"), "kept");
  EXPECT_EQ(*read_file(here.path() / "outside directory" / "file"), "kept");
  EXPECT_OK(remove_tree(here.path() / "tree"));
}

TEST(ChangeOwner, TakesTheWholeTreeAndNothingOutsideIt) {
  if (::geteuid() != 0) GTEST_SKIP() << "only root may give files away";
  const TemporaryDirectory here;
  fs::create_directories(here.path() / "tree" / "deep");
  write(here.path() / "tree" / "deep" / "file", "");
  write(here.path() / "outside", "");
  fs::create_symlink(here.path() / "outside", here.path() / "tree" / "link");
  const UserIds nobody = *find_user("nobody");

  ASSERT_OK(change_owner(here.path() / "tree", nobody));

  EXPECT_EQ(look_at(here.path() / "tree").st_uid, nobody.uid);
  EXPECT_EQ(look_at(here.path() / "tree" / "deep" / "file").st_uid, nobody.uid);
  EXPECT_EQ(look_at(here.path() / "tree" / "link").st_uid, nobody.uid);
  EXPECT_EQ(look_at(here.path() / "outside").st_uid, 0U);
  EXPECT_ERROR(find_user("no such user"), not_found);
}

class CopyTree : public ::testing::TestWithParam<CopyHow> {
 protected:
  const TemporaryDirectory here_;
  const fs::path from_ = here_.path() / "from";
  const fs::path to_ = here_.path() / "to";
};

TEST_P(CopyTree, KeepsContentModesTimesLinksAndAttributes) {
  fs::create_directories(from_ / "directory");
  write(from_ / "directory" / "file", "content");
  ASSERT_EQ(::chmod((from_ / "directory" / "file").c_str(), 0640), 0);
  ASSERT_EQ(::setxattr((from_ / "directory" / "file").c_str(), "user.colour", "red", 3, 0), 0);
  fs::create_hard_link(from_ / "directory" / "file", from_ / "second name");
  fs::create_symlink("directory/file", from_ / "link");
  ASSERT_EQ(::mkfifo((from_ / "fifo").c_str(), 0600), 0);
  const timespec times[2] = {{1000, 0}, {2000, 5}};
  ASSERT_EQ(::utimensat(AT_FDCWD, (from_ / "directory").c_str(), times, 0), 0);
  ASSERT_EQ(::chmod((from_ / "directory").c_str(), 0500), 0);

  ASSERT_OK(copy_tree(from_, to_, GetParam()));

  EXPECT_EQ(*read_file(to_ / "directory" / "file"), "content");
  EXPECT_EQ(look_at(to_ / "directory" / "file").st_mode & 07777, 0640U);
  EXPECT_EQ(look_at(to_ / "directory").st_mode & 07777, 0500U);
  EXPECT_EQ(look_at(to_ / "directory").st_mtim.tv_sec, 2000);
  EXPECT_EQ(look_at(to_ / "second name").st_ino, look_at(to_ / "directory" / "file").st_ino);
  EXPECT_NE(look_at(to_ / "second name").st_ino, look_at(from_ / "second name").st_ino);
  EXPECT_EQ(fs::read_symlink(to_ / "link"), "directory/file");
  char value[8] = {};
  EXPECT_EQ(::getxattr((to_ / "second name").c_str(), "user.colour", value, sizeof value), 3);
  EXPECT_TRUE(fs::is_fifo(fs::symlink_status(to_ / "fifo")));
}

TEST_P(CopyTree, KeepsHolesAsHoles) {
  fs::create_directories(from_);
  write(from_ / "sparse", "begin");
  fs::resize_file(from_ / "sparse", 64 << 20);
  std::fstream(from_ / "sparse", std::ios::in | std::ios::out).seekp(32 << 20) << "middle";

  ASSERT_OK(copy_tree(from_, to_, GetParam()));

  EXPECT_EQ(*read_file(to_ / "sparse", 64 << 20), *read_file(from_ / "sparse", 64 << 20));
  EXPECT_LT(look_at(to_ / "sparse").st_blocks * 512, 1 << 20);
}

TEST_P(CopyTree, StopsWhenToldToAndRefusesAnExistingTarget) {
  fs::create_directories(from_);
  write(from_ / "file", "content");

  EXPECT_ERROR(copy_tree(from_, to_, GetParam(), [] { return false; }), canceled);
  EXPECT_ERROR(copy_tree(from_, to_, GetParam()), already_exists);
}

INSTANTIATE_TEST_SUITE_P(How, CopyTree, ::testing::Values(CopyHow::share, CopyHow::no_share),
                         [](const auto& how) {
                           return how.param == CopyHow::share ? "Share" : "NoShare";
                         });

TEST(TemporaryDirectory, IsGoneWithItsObject) {
  fs::path path;
  {
    const TemporaryDirectory here;
    path = here.path();
    write(path / "file", "");
  }
  EXPECT_FALSE(fs::exists(path));
}

}  // namespace
}  // namespace slip
