// SPDX-License-Identifier: Apache-2.0
// Whoever is superuser of a server owns its directory, and may put there anything in place of
// anything. Every name that we touch is tried with everything that could lead us out of it.

#include <fcntl.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>

#include <fstream>

#include "adapters/mariadb/ingest.h"
#include "adapters/mariadb/mariadb_world.h"

namespace slip {
namespace {

namespace fs = std::filesystem;
using ::testing::HasSubstr;
using ::testing::Not;

constexpr const char* kSecret = "nobody in a container may read this";

// What lies outside of every source's directory.
class Outside {
 public:
  Outside() {
    fs::create_directories(folder() / "below");
    std::ofstream(file()) << kSecret;
    std::ofstream(folder() / "server.sock") << kSecret;
    std::ofstream(folder() / "below/binlog.000001") << kSecret;
    ::chmod(file().c_str(), 0600);
    ::chmod(folder().c_str(), 0700);
  }
  fs::path file() const { return at_.path() / "secret"; }
  fs::path folder() const { return at_.path() / "folder"; }
  // All that can be changed of it.
  std::string state() const {
    return run_ok(Command{.argv = {"find", at_.path(), "-printf", "%p %U %m %s %T@ %C@\n"}})
        .value_or("(gone)");
  }

 private:
  TemporaryDirectory at_;
};

enum class Trap { link_to_file, link_to_folder, fifo, device, huge_file, folder, file };
constexpr Trap kTraps[] = {Trap::link_to_file, Trap::link_to_folder, Trap::fifo, Trap::device,
                           Trap::huge_file,    Trap::folder,         Trap::file};

void put(const fs::path& at, Trap trap, const Outside& outside) {
  fs::remove_all(at);
  fs::create_directories(at.parent_path());
  switch (trap) {
    case Trap::link_to_file:
      return fs::create_symlink(outside.file(), at);
    case Trap::link_to_folder:
      return fs::create_symlink(outside.folder(), at);
    case Trap::fifo:
      ASSERT_EQ(::mkfifo(at.c_str(), 0666), 0);
      return;
    case Trap::device:  // without end, when read; only root can make one
      if (::mknod(at.c_str(), S_IFCHR | 0666, makedev(1, 5)) != 0) std::ofstream(at) << "";
      return;
    case Trap::huge_file:
      std::ofstream(at) << "";
      ASSERT_EQ(::truncate(at.c_str(), std::int64_t{1} << 40), 0);
      return;
    case Trap::folder:
      fs::create_directories(at);
      std::ofstream(at / "within") << "";
      return;
    case Trap::file:
      std::ofstream(at) << "not what you expect";
  }
}

class MariadbHostile : public AdapterTest {
 protected:
  test::MariadbWorld& world() { return static_cast<test::MariadbWorld&>(*world_); }
  const Adapter& adapter() { return world().adapter(); }

  InstanceContext instance(const std::string& name) {
    return world().instance(name, world().good());
  }
  // As its owner leaves it.
  void give_away(const InstanceContext& one) {
    if (::geteuid() != 0) return;
    ASSERT_TRUE(ok(change_owner(one.directory, find_user(test::run_user()).value())));
  }

  // Nothing has been learned or changed, and it has not taken long.
  template <class Call>
  void expect_harmless(const char* what, Call call) {
    SCOPED_TRACE(what);
    const auto begin = std::chrono::steady_clock::now();
    const auto outcome = call();
    EXPECT_LT(std::chrono::steady_clock::now() - begin, std::chrono::seconds(30));
    EXPECT_EQ(outside_.state(), before_);
    if (outcome) return;
    const Error& error = outcome.error();
    const std::string said = error.describe() + error.hint + error.detail;
    EXPECT_THAT(said, Not(HasSubstr(kSecret)));
  }
  // Says which name it is.
  void expect_refused(const char* what, const std::string& name, const Result<>& outcome) {
    SCOPED_TRACE(what);
    ASSERT_FALSE(outcome);
    EXPECT_EQ(outcome.error().code, ErrorCode::precondition_failed);
    EXPECT_THAT(outcome.error().message, HasSubstr(name));
  }

  Outside outside_;
  const std::string before_ = outside_.state();
};

INSTANTIATE_TEST_SUITE_P(Local, MariadbHostile, ::testing::ValuesIn(test::worlds()));

TEST_P(MariadbHostile, NamesInAStoppedCopyLeadNowhere) {
  const auto one = instance("ins_one");
  ASSERT_TRUE(ok(world().fill(one)));
  for (const char* name :
       {"data", "log", "run", "tmp", "compared", "data/slipstream.series", "data/slipstream.cnf",
        "data/slipstream_origin.cnf", "run/server.sock", "run/server.pid", "run/password",
        "run/init.sql", "tmp/left", "compared/digests"}) {
    for (const Trap trap : kTraps) {
      SCOPED_TRACE(std::string(name) + " trap " + std::to_string(static_cast<int>(trap)));
      const auto victim = instance("ins_victim");
      copy(one, victim);
      put(victim.directory / name, trap, outside_);
      give_away(victim);
      expect_harmless("prepare", [&] { return adapter().prepare(victim); });
      expect_harmless("launch", [&] { return adapter().launch(victim); });
      expect_harmless("ready", [&] { return adapter().ready(victim); });
      expect_harmless("flush", [&] { return adapter().flush(victim); });
      expect_harmless("trim", [&] { return adapter().log_replay()->trim_log(victim, {}); });
      expect_harmless("script",
                      [&] { return adapter().sql_scripts()->run_sql(victim, {.text = "DO 0"}); });
      fs::remove_all(victim.directory);
    }
  }
}

TEST_P(MariadbHostile, NamesInARunningCopyLeadNowhere) {
  const auto one = instance("ins_one");
  ASSERT_TRUE(ok(world().fill(one)));
  ASSERT_TRUE(ok(bring_up(one)));
  const auto data = Directory::open(one.directory / "data").value();
  const std::string redo = "data" / world().dialect().redo_logs(data).value().front();
  for (const std::string& name :
       {std::string("run/server.sock"), std::string("run"), std::string("log"), redo}) {
    for (const Trap trap : kTraps) {
      SCOPED_TRACE(name + " trap " + std::to_string(static_cast<int>(trap)));
      const auto place = one.directory / name;
      const auto aside = one.directory / "aside";
      fs::rename(place, aside);
      put(place, trap, outside_);
      expect_harmless("ready", [&] { return adapter().ready(one); });
      expect_harmless("flush", [&] { return adapter().flush(one); });
      expect_harmless("position", [&] { return adapter().position(one); });
      expect_harmless("script",
                      [&] { return adapter().sql_scripts()->run_sql(one, {.text = "DO 0"}); });
      if (trap == Trap::link_to_file || trap == Trap::link_to_folder || trap == Trap::fifo) {
        expect_refused("flush", name, adapter().flush(one));
      }
      fs::remove_all(place);
      fs::rename(aside, place);
    }
  }
  EXPECT_TRUE(ok(adapter().flush(one)));
}

TEST_P(MariadbHostile, NamesInALogThatIsReplayedLeadNowhere) {
  const auto one = instance("ins_one");
  ASSERT_TRUE(ok(world().fill(one)));
  const auto base = instance("ins_base");
  copy(one, base);
  ASSERT_TRUE(ok(bring_up(one)));
  world().put(one, "a row");
  ASSERT_TRUE(ok(stop(one)));
  const Timestamp until{(machine_time().ms / 1000 + 1) * 1000};
  for (const char* name : {"log", "log/binlog.000001"}) {
    for (const Trap trap : kTraps) {
      SCOPED_TRACE(std::string(name) + " trap " + std::to_string(static_cast<int>(trap)));
      const auto back = instance("ins_back");
      copy(base, back);
      const auto place = one.directory / name;
      const auto aside = one.directory / "aside";
      fs::rename(place, aside);
      put(place, trap, outside_);
      expect_harmless("replay", [&] {
        return adapter().log_replay()->replay(back, one.directory, until, unasked);
      });
      fs::remove_all(place);
      fs::rename(aside, place);
      fs::remove_all(back.directory);
    }
  }
}

// A server of ours that opens a fifo waits for whoever writes into it: for ever.
TEST_P(MariadbHostile, AReplayWaitsForNoFifoInThePlaceOfAFile) {
  const auto one = instance("ins_one");
  ASSERT_TRUE(ok(world().fill(one)));
  const auto base = instance("ins_base");
  copy(one, base);
  ASSERT_TRUE(ok(bring_up(one)));
  world().put(one, "a row");
  ASSERT_TRUE(ok(stop(one)));
  const Timestamp until{(machine_time().ms / 1000 + 1) * 1000};
  for (const std::string name :
       {"data/ibdata1", "data/mysql/lost.ibd", "log/binlog.index", "log/binlog.000001"}) {
    SCOPED_TRACE(name);
    const auto back = instance("ins_back");
    copy(base, back);
    put(back.directory / name, Trap::fifo, outside_);
    const auto begin = std::chrono::steady_clock::now();
    const auto refused = adapter().log_replay()->replay(back, one.directory, until, unasked);
    EXPECT_LT(std::chrono::steady_clock::now() - begin, std::chrono::seconds(10));
    expect_refused("replay", name, refused);
    fs::remove_all(back.directory);
  }
}

// Masking makes its files in the directory of a server that is still running.
TEST_P(MariadbHostile, NamesThatMaskingUsesLeadNowhere) {
  const auto one = instance("ins_one");
  ASSERT_TRUE(ok(world().fill(one)));
  for (const Trap trap : kTraps) {
    SCOPED_TRACE("trap " + std::to_string(static_cast<int>(trap)));
    auto victim = instance("ins_victim");
    victim.reach = Reach::hooks_only;
    copy(one, victim);
    for (const char* name : {"fresh", "system.sql", "tables.sql", "dump", "dump.parts"}) {
      put(victim.directory / name, trap, outside_);
    }
    give_away(victim);
    ASSERT_TRUE(ok(bring_up(victim)));
    expect_harmless("forget", [&] { return adapter().masking()->forget_the_past(victim, {}, {}); });
    EXPECT_TRUE(ok(stop(victim)));
    fs::remove_all(victim.directory);
  }
}

// A deep tree, a wide one, and names as long as may be: nothing recurses over them.
TEST_P(MariadbHostile, ATreeOfAnyDepthIsCleared) {
  const auto one = instance("ins_one");
  ASSERT_TRUE(ok(world().fill(one)));
  UniqueFd at(::open((one.directory / "tmp").c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  for (int level = 0; level < 30'000; ++level) {
    ASSERT_EQ(::mkdirat(at.get(), "d", 0700), 0);
    at = UniqueFd(::openat(at.get(), "d", O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  }
  for (int number = 0; number < 10'000; ++number) {
    std::ofstream(one.directory / "run" / std::to_string(number));
  }

  EXPECT_TRUE(ok(adapter().prepare(one)));

  EXPECT_TRUE(fs::is_empty(one.directory / "tmp"));
  EXPECT_TRUE(fs::is_empty(one.directory / "run"));
}

}  // namespace
}  // namespace slip
