// SPDX-License-Identifier: Apache-2.0
// What runs as a user of its own: real programs, real files.

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <fstream>

#include "runtime/supervisor_world.h"

namespace slip {
namespace {

constexpr std::uint32_t own = 1'900'000'001;
constexpr std::uint32_t others = 1'900'000'002;

class OwnUser : public testing::Test {
 protected:
  void SetUp() override {
    if (geteuid() != 0) GTEST_SKIP() << "an ordinary user has no other users";
    ASSERT_TRUE(world_.runtime().info().own_users) << world_.runtime().info().isolation_reason;
  }
  LaunchSpec script(const std::string& text, std::uint32_t user = own) {
    LaunchSpec spec = world_.script(id_, text);
    spec.user = user;
    return spec;
  }
  std::string outcome(const LaunchSpec& spec, const std::string& program = "") {
    const auto ran = world_.runtime().run_once(id_, {.spec = spec, .program = program});
    EXPECT_TRUE(ran) << ran.error().describe() << ran.error().detail;
    return ran ? ran->output : "";
  }
  static uid_t owner(const std::filesystem::path& path) {
    struct stat about {};
    EXPECT_EQ(lstat(path.c_str(), &about), 0) << path;
    return about.st_uid;
  }

  ShellWorld world_{SupervisorOptions::Isolate::automatic, SupervisorOptions::Control::automatic};
  const InstanceId id_{"ins_own"};
};

// Whoever asks whether everything is in order is told.
TEST(OneUser, OfAllContainersIsSaidToBeALack) {
  ShellWorld without{SupervisorOptions::Isolate::never, SupervisorOptions::Control::process_group};
  EXPECT_FALSE(without.runtime().info().own_users);
  EXPECT_THAT(without.runtime().info().isolation_reason, testing::HasSubstr(no_own_users));
}

TEST_F(OwnUser, IsNoLack) {
  EXPECT_THAT(world_.runtime().info().isolation_reason,
              testing::Not(testing::HasSubstr(no_own_users)));
}

TEST_F(OwnUser, HasItsFilesAndItsNameWhileOnDiskTheyBelongToTheInstancesUser) {
  const std::string said = outcome(script("id -u; id -g; id -un; touch made; stat -c %u . made"));

  EXPECT_EQ(said, fmt::format("{0}\n{0}\nnobody\n{0}\n{0}\n", own));
  EXPECT_EQ(owner(world_.data(id_) / "made"), find_user("nobody")->uid);
}

TEST_F(OwnUser, LeavesWhatAnotherUserHasMadeToTheNextOnTheSameData) {
  outcome(script("umask 077; echo word > made"));

  EXPECT_EQ(outcome(script("cat made; stat -c %u made", others)),
            fmt::format("word\n{}\n", others));
}

// As a program would be that has got out of its sandbox.
TEST_F(OwnUser, HoldsNobodysDataOutsideOfTheSandbox) {
  const auto secret = world_.data(id_) / "secret";
  outcome(script("umask 077; echo salaries > secret"));
  const auto tried =
      run(Command{.argv = {"setpriv", "--reuid", std::to_string(own), "--regid",
                           std::to_string(own), "--clear-groups", "cat", secret.string()}});

  ASSERT_TRUE(tried);
  EXPECT_NE(tried->exit_status, 0);
  EXPECT_THAT(tried->out, testing::Not(testing::HasSubstr("salaries")));
}

TEST_F(OwnUser, RunsAProgramThatCameAsTextAndWritesToItsLogByName) {
  EXPECT_EQ(outcome(script(""), "#!/bin/sh\nid -u; echo said >> /dev/stderr\n"),
            fmt::format("{}\nsaid\n", own));
}

TEST_F(OwnUser, IsToldOfWhatRunsAlsoByANewDaemon) {
  LaunchSpec spec = world_.endless(id_);
  spec.user = own;
  ASSERT_TRUE(world_.runtime().start(id_, spec));
  EXPECT_EQ(world_.runtime().status(id_)->user, own);

  world_.restart_daemon();

  EXPECT_EQ(world_.runtime().status(id_)->user, own);
}

TEST_F(OwnUser, IsForProgramsOfAdaptersToo) {
  const auto sandbox = Sandbox::open(find_user("nobody").value());
  ASSERT_TRUE(sandbox) << sandbox.error().describe();
  const auto folder = world_.data(id_);
  std::ofstream(folder / "of root") << "x";
  const auto command =
      sandbox->confine({.argv = {"sh", "-c", "id -u; touch made; stat -c %u made; cat 'of root'"},
                        .working_directory = folder},
                       {.writable = {folder}, .user = own});
  ASSERT_TRUE(command) << command.error().describe();

  const auto output = run(*command);

  ASSERT_TRUE(output);
  EXPECT_EQ(output->out, fmt::format("{0}\n{0}\nx", own)) << output->err;
  EXPECT_EQ(owner(folder / "made"), find_user("nobody")->uid);
}

}  // namespace
}  // namespace slip
