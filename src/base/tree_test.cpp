// SPDX-License-Identifier: Apache-2.0
// Whole trees as a tenant may make them: very deep, wide, long, and changing meanwhile.
#include "base/tree.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdlib>
#include <fstream>
#include <iostream>
#include <optional>

#include "base/fd.h"
#include "base/file.h"
#include "base/lent_mode.h"
#include "base/tree_walk.h"
#include "base/user.h"
#include "tests/support/every_entry.h"
#include "tests/support/expect_result.h"

namespace slip {
namespace {

namespace fs = std::filesystem;

// In memory where there is such a place: a disk takes a minute to make thousands of folders.
struct Scratch {
  Scratch() {
    if (::access("/dev/shm", W_OK) == 0) ::setenv("TMPDIR", "/dev/shm", 1);
    here.emplace();
  }
  ~Scratch() { ::unsetenv("TMPDIR"); }
  const fs::path& path() const { return here->path(); }

  std::optional<TemporaryDirectory> here;
};

// More than would fit on a stack frame by frame, than files can be open, and than a path may be
// long.
constexpr int kDeep = 30'000;

// Folders in each other, each with a file of the same name.
void make_deep(const fs::path& top, int depth) {
  fs::create_directory(top);
  UniqueFd fd(::open(top.c_str(), O_RDONLY | O_DIRECTORY));
  for (int i = 0; i < depth; ++i) {
    UniqueFd(::openat(fd.get(), "file", O_WRONLY | O_CREAT, 0600));
    ASSERT_EQ(::mkdirat(fd.get(), "d", 0700), 0);
    UniqueFd next(::openat(fd.get(), "d", O_RDONLY | O_DIRECTORY));
    ASSERT_TRUE(next);
    fd = std::move(next);
  }
}

struct Count {
  std::size_t files = 0;
  std::size_t directories = 0;
  std::size_t deepest = 0;
};

Count count(const fs::path& top) {
  Count out;
  const UniqueFd fd(::open(top.c_str(), O_RDONLY | O_DIRECTORY));
  auto walk = TreeWalk::open(fd.get(), top);
  while (auto entry = walk->next()) {
    if (!*entry) break;
    if ((*entry)->kind == TreeEntry::Kind::left) continue;
    ++((*entry)->is_directory ? out.directories : out.files);
    if ((*entry)->is_directory) {
      EXPECT_TRUE(*walk->enter());
    }
    out.deepest = std::max(out.deepest, walk->depth());
  }
  return out;
}

TEST(Tree, IsCopiedOwnedAndRemovedHoweverDeep) {
  const Scratch here;
  const fs::path top = here.path() / "top";
  make_deep(top, kDeep);
  ASSERT_EQ(::link((top / "file").c_str(), (top / "d" / "linked").c_str()), 0);

  ASSERT_OK(change_owner(top, {::getuid(), ::getgid()}));
  ASSERT_OK(copy_tree(top, here.path() / "copy", CopyHow::share));
  const Count copied = count(here.path() / "copy");
  EXPECT_EQ(copied.files, kDeep + 1U);
  EXPECT_EQ(copied.directories, std::size_t{kDeep});
  EXPECT_EQ(copied.deepest, std::size_t{kDeep});

  ASSERT_OK(remove_tree(top));
  ASSERT_OK(remove_tree(here.path() / "copy"));
  EXPECT_TRUE(fs::is_empty(here.path()));
}

TEST(Tree, IsCopiedEntryByEntryHoweverItsFilesAre) {
  const Scratch here;
  const fs::path top = here.path() / "top";
  fs::create_directory(top);
  test::make_every_kind_of_entry(top);
  const auto wanted = test::describe_tree(top, test::Owners::shown);

  for (const auto how : {CopyHow::share, CopyHow::no_share}) {
    ASSERT_OK(copy_tree(top, here.path() / "copy", how));
    EXPECT_EQ(test::describe_tree(here.path() / "copy", test::Owners::shown), wanted);
    ASSERT_OK(remove_tree(here.path() / "copy"));
  }
}

TEST(Tree, KeepsHardLinksWhosePathIsLongerThanAPathMayBe) {
  const Scratch here;
  const fs::path top = here.path() / "top";
  fs::create_directory(top);
  const std::string name(250, 'n');
  UniqueFd fd(::open(top.c_str(), O_RDONLY | O_DIRECTORY));
  for (int i = 0; i < 40; ++i) {
    ASSERT_EQ(::mkdirat(fd.get(), name.c_str(), 0700), 0);
    fd = UniqueFd(::openat(fd.get(), name.c_str(), O_RDONLY | O_DIRECTORY));
  }
  { const UniqueFd file(::openat(fd.get(), "one", O_WRONLY | O_CREAT, 0600)); }
  ASSERT_EQ(::linkat(fd.get(), "one", fd.get(), "two", 0), 0);

  ASSERT_OK(copy_tree(top, here.path() / "copy", CopyHow::share));

  UniqueFd at(::open((here.path() / "copy").c_str(), O_RDONLY | O_DIRECTORY));
  for (int i = 0; i < 40; ++i) {
    at = UniqueFd(::openat(at.get(), name.c_str(), O_RDONLY | O_DIRECTORY));
    ASSERT_TRUE(at);
  }
  struct stat one {};
  struct stat two {};
  ASSERT_EQ(::fstatat(at.get(), "one", &one, 0), 0);
  ASSERT_EQ(::fstatat(at.get(), "two", &two, 0), 0);
  EXPECT_EQ(one.st_ino, two.st_ino);
}

TEST(Tree, IsWalkedThroughWhereManyFoldersLieDeepInManyFolders) {
  const Scratch here;
  for (const char* branch : {"a", "b", "c"}) make_deep(here.path() / branch, 200);
  for (int i = 0; i < 300; ++i)
    fs::create_directories(here.path() / ("w" + std::to_string(i)) / "x");

  const Count counted = count(here.path());

  EXPECT_EQ(counted.files, 600U);
  EXPECT_EQ(counted.directories, 3U + 600U + 600U);
  EXPECT_EQ(counted.deepest, 201U);
}

TEST(Tree, IsNotLeftWhereAFolderIsMovedAwayMeanwhile) {
  const Scratch here;
  const fs::path top = here.path() / "top";
  make_deep(top, 100);
  fs::create_directories(here.path() / "outside" / "deeper");
  const UniqueFd fd(::open(top.c_str(), O_RDONLY | O_DIRECTORY));
  auto walk = TreeWalk::open(fd.get(), top);
  while (walk->depth() < 100) {
    const auto entry = walk->next();
    ASSERT_TRUE(entry && *entry);
    if ((*entry)->is_directory) {
      ASSERT_TRUE(*walk->enter());
    }
  }

  fs::path tenth = top;
  for (int i = 0; i < 10; ++i) tenth /= "d";
  fs::rename(tenth, here.path() / "outside" / "deeper" / "d");

  Result<std::optional<TreeEntry>> entry = walk->next();
  while (entry && *entry) entry = walk->next();
  EXPECT_ERROR(entry, precondition_failed);
}

// Folders in each other that cannot be read, more than files can be open.
void make_deep_and_closed(const fs::path& top) {
  const rlimit few{300, 300};
  ::setrlimit(RLIMIT_NOFILE, &few);
  fs::create_directory(top);
  UniqueFd fd(::open(top.c_str(), O_PATH | O_DIRECTORY));
  for (int i = 0; i < 1000; ++i) {
    ::mkdirat(fd.get(), "d", 0300);
    fd = UniqueFd(::openat(fd.get(), "d", O_PATH | O_DIRECTORY));
  }
}

// As a user who is not root, the modes of what his programs have made: says what went wrong.
std::string copy_and_remove_closed(const fs::path& here) {
  const fs::path tree = here / "tree";
  const auto make = [](const fs::path& path, const std::string& content) {
    std::ofstream(path) << content;
  };
  fs::create_directories(tree / "closed" / "inner");
  fs::create_directories(tree / "read-only" / "sub");
  make(tree / "closed" / "inner" / "file", "in a closed folder");
  make(tree / "secret", "in a closed file");
  make(tree / "read-only" / "sub" / "module", "as a cache keeps them");
  make_deep_and_closed(tree / "deep");
  ::chmod((tree / "secret").c_str(), 0);
  ::chmod((tree / "read-only" / "sub").c_str(), 0555);
  ::chmod((tree / "read-only").c_str(), 0555);
  ::chmod((tree / "closed").c_str(), 0);

  {
    // Another copy of the same tree has come to the same folder.
    const UniqueFd parent(::open(tree.c_str(), O_PATH | O_DIRECTORY));
    const auto lent = LentMode::lend(parent.get(), "closed", S_IRUSR | S_IXUSR);
    const auto copied = copy_tree(tree, here / "copy", CopyHow::no_share);
    if (!copied) return copied.error().describe();
    if (!lent || lent->before() != 0) return "nothing was lent";
  }
  for (const fs::path& top : {tree, here / "copy"}) {
    for (const char* name : {"closed", "secret"}) {
      if ((fs::status(top / name).permissions() & fs::perms::all) != fs::perms::none) {
        return (top / name).string() + " has another mode";
      }
    }
  }
  ::chmod((here / "copy" / "closed").c_str(), 0700);
  ::chmod((here / "copy" / "secret").c_str(), 0400);
  if (read_file(here / "copy" / "closed" / "inner" / "file").value() != "in a closed folder" ||
      read_file(here / "copy" / "secret").value() != "in a closed file") {
    return "the copy holds something else";
  }
  for (const fs::path& top : {tree, here / "copy"}) {
    if (const auto removed = remove_tree(top); !removed) return removed.error().describe();
    if (fs::exists(fs::symlink_status(top))) return top.string() + " is still there";
  }
  return "";
}

TEST(Tree, OfOursIsCopiedAndRemovedWhateverItsModesForbid) {
  const Scratch scratch;
  ASSERT_EQ(::chmod(scratch.path().c_str(), 0777), 0);
  const pid_t child = ::fork();
  if (child == 0) {
    const auto nobody = find_user("nobody");
    if (::geteuid() == 0 && (::setgid(nobody->gid) != 0 || ::setuid(nobody->uid) != 0)) ::_exit(2);
    const std::string wrong = copy_and_remove_closed(scratch.path());
    if (!wrong.empty()) std::cerr << wrong << "\n";
    ::_exit(wrong.empty() ? 0 : 1);
  }
  int status = 0;
  ASSERT_EQ(::waitpid(child, &status, 0), child);
  EXPECT_EQ(status, 0);
}

TEST(Tree, OfLinksIsRemovedAndOwnedWithoutWhatTheyLeadTo) {
  const Scratch here;
  fs::create_directories(here.path() / "outside");
  std::ofstream(here.path() / "outside" / "kept") << "kept";
  fs::create_directories(here.path() / "top" / "inner");
  fs::create_directory_symlink(here.path() / "outside", here.path() / "top" / "inner" / "link");
  fs::create_directory_symlink(here.path() / "outside", here.path() / "link");

  ASSERT_OK(change_owner(here.path() / "top", {::getuid(), ::getgid()}));
  ASSERT_OK(remove_tree(here.path() / "top"));
  ASSERT_OK(remove_tree(here.path() / "link"));

  EXPECT_EQ(*read_file(here.path() / "outside" / "kept"), "kept");
  EXPECT_FALSE(fs::exists(fs::symlink_status(here.path() / "link")));
}

}  // namespace
}  // namespace slip
