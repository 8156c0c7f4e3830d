// SPDX-License-Identifier: Apache-2.0
#include "base/directory.h"

#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <csignal>
#include <fstream>

#include "base/file.h"
#include "tests/support/expect_result.h"

namespace slip {
namespace {

namespace fs = std::filesystem;

// A tenant's tree, and a file and a folder outside that nobody may reach from it.
struct Place {
  TemporaryDirectory here;
  fs::path tree = here.path() / "tree";
  fs::path outside = here.path() / "outside";
  Directory directory = make();

  Directory make() const {
    fs::create_directories(tree / "run");
    fs::create_directories(outside);
    std::ofstream(outside / "secret") << "not yours";
    return *Directory::open(tree);
  }
  void expect_outside_untouched() const {
    EXPECT_EQ(*read_file(outside / "secret"), "not yours");
    EXPECT_EQ(std::distance(fs::directory_iterator(outside), fs::directory_iterator()), 1);
  }
};

// Another process that has a lease on a file, which the kernel has whoever opens it wait for.
class LeaseHolder {
 public:
  explicit LeaseHolder(const fs::path& file) : child_(::fork()) {
    if (child_ == 0) {
      ::signal(SIGIO, SIG_IGN);
      const int fd = ::open(file.c_str(), O_RDWR);
      if (::fcntl(fd, F_SETLEASE, F_WRLCK) != 0) ::_exit(1);
      for (;;) ::pause();
    }
    for (int i = 0; i < 1000 && !holds(file); ++i) ::usleep(5000);
  }
  ~LeaseHolder() {
    ::kill(child_, SIGKILL);
    ::waitpid(child_, nullptr, 0);
  }

 private:
  static bool holds(const fs::path& file) {
    const UniqueFd fd(::open(file.c_str(), O_RDONLY | O_NONBLOCK | O_CLOEXEC));
    return !fd && errno == EWOULDBLOCK;
  }

  pid_t child_;
};

TEST(Directory, WaitsForNobodyWhoHasALease) {
  const Place place;
  ASSERT_OK(place.directory.write_durably("run/held", "text"));
  const LeaseHolder holder(place.tree / "run/held");

  const auto began = std::chrono::steady_clock::now();
  EXPECT_FALSE(place.directory.open_file("run/held"));
  EXPECT_FALSE(place.directory.read("run/held", 100));
  EXPECT_LT(std::chrono::steady_clock::now() - began, std::chrono::seconds(5));
  EXPECT_OK(place.directory.remove("run/held"));
}

TEST(Directory, ReadsAndWritesBelowItself) {
  const Place place;
  ASSERT_OK(place.directory.write_durably("run/state", "one"));
  ASSERT_OK(place.directory.write_durably("run/state", "two", {.mode = 0640}));

  EXPECT_EQ(*place.directory.read("run/state"), "two");
  EXPECT_EQ((*place.directory.look("run/state"))->st_mode & 07777, 0640U);
  const auto run = place.directory.open_directory("run");
  ASSERT_OK(run);
  EXPECT_EQ(run->list()->size(), 1U);
}

TEST(Directory, TellsWhatIsAbsentFromWhatCannotBeSeen) {
  const Place place;
  EXPECT_EQ(*place.directory.look("none"), std::nullopt);
  EXPECT_EQ(*place.directory.look("none/deeper"), std::nullopt);
  EXPECT_ERROR(place.directory.read("none"), not_found);
  ASSERT_OK(place.directory.write_durably("file", ""));
  EXPECT_ERROR(place.directory.look("file/deeper"), precondition_failed);
}

TEST(Directory, FollowsNoLinkInAnyComponent) {
  const Place place;
  fs::remove(place.tree / "run");
  fs::create_directory_symlink(place.outside, place.tree / "run");
  fs::create_symlink(place.outside / "secret", place.tree / "state");
  const Directory& directory = place.directory;

  EXPECT_ERROR(directory.read("run/secret"), precondition_failed);
  EXPECT_ERROR(directory.read("state"), precondition_failed);
  EXPECT_ERROR(directory.open_directory("run"), precondition_failed);
  EXPECT_ERROR(directory.make_directory("run", {.mode = 0777}), precondition_failed);
  EXPECT_ERROR(directory.look("run/secret"), precondition_failed);
  EXPECT_ERROR(directory.write_durably("run/new", "x"), precondition_failed);
  EXPECT_ERROR(directory.create_file("run/new", {}), precondition_failed);
  EXPECT_ERROR(directory.rename("run/secret", "mine"), precondition_failed);
  EXPECT_ERROR(directory.remove("run/secret"), precondition_failed);
  EXPECT_ERROR(directory.change_mode("state", 0777), precondition_failed);
  EXPECT_ERROR(directory.change_owner("run/secret", {1, 1}), precondition_failed);
  EXPECT_ERROR(directory.copy_file("state", directory, "copy", CopyHow::share),
               precondition_failed);
  EXPECT_ERROR(Directory::open(place.tree / "run"), precondition_failed);
  EXPECT_THAT(directory.read("state").error().message, ::testing::HasSubstr("/tree/state"));
  place.expect_outside_untouched();
}

TEST(Directory, ReplacesOrRemovesALinkItselfAndNotWhatItLeadsTo) {
  const Place place;
  fs::create_symlink(place.outside / "secret", place.tree / "state");
  fs::create_directory_symlink(place.outside, place.tree / "folder");

  ASSERT_OK(place.directory.write_durably("state", "ours"));
  ASSERT_OK(place.directory.remove("folder"));

  EXPECT_EQ(*place.directory.read("state"), "ours");
  EXPECT_EQ(*place.directory.look("folder"), std::nullopt);
  place.expect_outside_untouched();
}

TEST(Directory, RefusesNamesThatLeadOut) {
  const Place place;
  const fs::path absolute = place.outside / "secret";
  for (const fs::path& name : {fs::path("../outside/secret"), absolute, fs::path("run/../../x"),
                               fs::path(".."), fs::path("")}) {
    EXPECT_FALSE(place.directory.read(name)) << name;
    EXPECT_FALSE(place.directory.write_durably(name, "x")) << name;
    EXPECT_FALSE(place.directory.remove(name)) << name;
    EXPECT_FALSE(place.directory.rename("run", name)) << name;
  }
  place.expect_outside_untouched();
}

TEST(Directory, OpensNeitherFifosNorDevicesNorFoldersAsFiles) {
  const Place place;
  ASSERT_EQ(::mkfifo((place.tree / "fifo").c_str(), 0666), 0);
  EXPECT_ERROR(place.directory.read("fifo"), precondition_failed);
  EXPECT_ERROR(place.directory.read("run"), precondition_failed);
  EXPECT_ERROR(place.directory.change_mode("fifo", 0600), precondition_failed);
  if (::mknod((place.tree / "device").c_str(), S_IFCHR | 0666, makedev(1, 5)) == 0) {
    EXPECT_ERROR(place.directory.read("device"), precondition_failed);
  }
  EXPECT_ERROR(place.directory.write_durably("run", "x"), precondition_failed);
  ASSERT_OK(place.directory.write_durably("fifo", "a file now"));
  EXPECT_EQ(*place.directory.read("fifo"), "a file now");
}

TEST(Directory, ReadsNoMoreThanItsLimit) {
  const Place place;
  ASSERT_OK(place.directory.write_durably("huge", ""));
  ASSERT_EQ(::truncate((place.tree / "huge").c_str(), 1LL << 40), 0);

  EXPECT_ERROR(place.directory.read("huge", 4096), too_large);
  for (const char* name : {"a", "b", "c"}) ASSERT_OK(place.directory.write_durably(name, ""));
  EXPECT_ERROR(place.directory.list(3), too_large);
}

TEST(Directory, LeavesNothingBehindWhenItCannotWrite) {
  const Place place;
  ASSERT_OK(place.directory.write_durably("run/inside", ""));
  EXPECT_ERROR(place.directory.write_durably("run", "x"), precondition_failed);
  EXPECT_EQ(place.directory.list()->size(), 1U);
}

TEST(Directory, CopiesTreesToAnother) {
  const Place place;
  ASSERT_OK(place.directory.write_durably("run/state", "one"));
  const auto to = Directory::open(place.outside);
  ASSERT_OK(place.directory.copy_directory("run", *to, "copy", CopyHow::share));
  ASSERT_OK(place.directory.copy_file("run/state", *to, "file", CopyHow::no_share));

  EXPECT_EQ(*to->read("copy/state"), "one");
  EXPECT_EQ(*to->read("file"), "one");
  EXPECT_ERROR(place.directory.copy_directory("run", *to, "copy", CopyHow::share), already_exists);
}

}  // namespace
}  // namespace slip
