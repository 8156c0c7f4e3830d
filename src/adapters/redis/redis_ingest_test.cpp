// SPDX-License-Identifier: Apache-2.0
#include <fstream>

#include "adapters/redis/redis_world.h"
#include "tests/support/expect_result.h"

namespace slip {
namespace {

namespace fs = std::filesystem;
using ::testing::HasSubstr;
using ::testing::Not;

// A production of its own, and what becomes of its data when it is linked in each way.
class RedisIngest : public AdapterTest {
 protected:
  test::RedisWorld& world() { return static_cast<test::RedisWorld&>(*world_); }
  const Adapter& adapter() { return world().adapter(); }

  void SetUp() override {
    production_ =
        world().instance("ins_production", test::RedisWorld::with({{"superuser", "true"}}));
    ASSERT_OK(ingest(production_));
    ASSERT_OK(bring_up(production_));
    world().put(production_, "first");
    EXPECT_EQ(said({"FUNCTION", "LOAD",
                    "#!lua name=lib\nredis.register_function('one', function() return 1 end)"}),
              "lib");
  }
  std::string said(const std::vector<std::string>& words) {
    return world().said(production_, words);
  }
  std::string url(const std::string& password) {
    return "redis://slip:" + password + "@127.0.0.1:" + std::to_string(production_.port) + "/2";
  }
  fs::path folder(const std::string& name) {
    return test::folder_for_run_user(world().files(), name);
  }
  fs::path data() const { return production_.directory / "data"; }

  Result<InstanceContext> linked(const std::string& key, const std::string& value) {
    const auto one = world().instance("ins_" + key, test::RedisWorld::with({{key, value}}));
    TRY(ingest(one));
    TRY(bring_up(one));
    return one;
  }
  void expect_all(const Result<InstanceContext>& one) {
    ASSERT_OK(one);
    EXPECT_TRUE(world().has(*one, "first"));
    EXPECT_EQ(world().said(*one, {"FCALL", "one", "0"}), "1");
    EXPECT_FALSE(fs::exists(one->directory / "data/dump.rdb"));
    world().put(*one, "its own");
    EXPECT_FALSE(world().has(production_, "its own"));
    EXPECT_OK(stop(*one));
  }

  InstanceContext production_;
};

INSTANTIATE_TEST_SUITE_P(Local, RedisIngest,
                         ::testing::Values([] { return std::make_unique<test::RedisWorld>(); }));

TEST_P(RedisIngest, CopiesARunningServer) {
  const auto one = linked("url", url("secret%20of%20ins_production"));
  ASSERT_OK(one);
  EXPECT_THAT(adapter().connection(*one, "h", 1)->url, HasSubstr("/2"));
  expect_all(one);
}

TEST_P(RedisIngest, SaysWhyARunningServerCannotBeCopied) {
  const auto refused = linked("url", url("hush"));
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, ErrorCode::permission_denied);
  EXPECT_THAT(refused.error().describe() + refused.error().detail, Not(HasSubstr("hush")));

  EXPECT_EQ(said({"ACL", "SETUSER", "weak", "on", ">hush", "+get"}), "OK");
  const auto weak =
      linked("url", "redis://weak:hush@127.0.0.1:" + std::to_string(production_.port));
  ASSERT_FALSE(weak);
  EXPECT_EQ(weak.error().code, ErrorCode::permission_denied);
  EXPECT_THAT(weak.error().hint, HasSubstr("+psync"));

  const auto nobody = linked("url", "redis://127.0.0.1:" + std::to_string(test::free_port()));
  ASSERT_FALSE(nobody);
  EXPECT_EQ(nobody.error().code, ErrorCode::unavailable);
}

TEST_P(RedisIngest, CopiesTheFolderOfAServerThatRunsOrDoesNot) {
  expect_all(linked("directory", data()));
  ASSERT_OK(stop(production_));
  const auto one = world().instance("ins_later", test::RedisWorld::with({{"directory", data()}}));
  ASSERT_OK(ingest(one));
  ASSERT_OK(bring_up(one));
  EXPECT_TRUE(world().has(one, "first"));
  EXPECT_OK(stop(one));
}

// An RDB file has what there was when its save began, however late it was written to.
TEST_P(RedisIngest, TakesTheLogOfAFolderUnlessADumpWasBegunAfterItsLastWrite) {
  EXPECT_EQ(said({"SAVE"}), "OK");
  const fs::path at = folder("mixed");
  fs::copy(data() / "dump.rdb", at / "mine.rdb");
  world().put(production_, "second");
  ASSERT_OK(stop(production_));
  fs::copy(data() / "appendonlydir", at / "logs");
  fs::rename(at / "logs/appendonly.aof.manifest", at / "logs/own name.manifest");
  const auto set_age = [&](const fs::path& file, int hours) {
    fs::last_write_time(file, fs::file_time_type::clock::now() - std::chrono::hours(hours));
  };
  set_age(at / "mine.rdb", -1);
  const auto of_log = linked("directory", at);
  ASSERT_OK(of_log);
  EXPECT_TRUE(world().has(*of_log, "second"));
  EXPECT_OK(stop(*of_log));

  for (const auto& file : fs::directory_iterator(at / "logs")) set_age(file.path(), 3);
  set_age(at / "mine.rdb", 4);
  const auto of_dump = world().instance("ins_dumped", test::RedisWorld::with({{"directory", at}}));
  const auto position = ingest(of_dump);
  ASSERT_OK(position);
  EXPECT_GT(position->at, machine_time() - std::chrono::hours(1));
  ASSERT_OK(bring_up(of_dump));
  EXPECT_TRUE(world().has(of_dump, "first"));
  EXPECT_FALSE(world().has(of_dump, "second"));
  EXPECT_OK(stop(of_dump));
}

TEST_P(RedisIngest, TakesTheLogWhereADumpDoesNotSayWhenItWasBegun) {
  const fs::path at = folder("undated");
  fs::copy(data() / "appendonlydir", at / "appendonlydir");
  for (const auto& file : fs::directory_iterator(at / "appendonlydir")) {
    fs::last_write_time(file.path(), fs::file_time_type::clock::now() - std::chrono::hours(1));
  }
  std::ofstream(at / "dump.rdb") << "REDIS0006\xFF";
  expect_all(linked("directory", at));
}

// A server that loads it would begin to write it anew at once.
TEST_P(RedisIngest, CopiesALogThatIsDueToBeWrittenAnew) {
  EXPECT_EQ(said({"CONFIG", "SET", "auto-aof-rewrite-percentage", "0"}), "OK");
  EXPECT_EQ(said({"EVAL", "for i = 1, 300000 do redis.call('SET', i, i) end", "0"}), "");
  ASSERT_OK(stop(production_));
  const auto one = world().instance(
      "ins_due",
      test::RedisWorld::with({{"directory", data()}, {"conf.auto-aof-rewrite-min-size", "1mb"}}));
  ASSERT_OK(ingest(one));
  ASSERT_OK(bring_up(one));
  EXPECT_TRUE(world().has(one, "first"));
  EXPECT_OK(stop(one));
}

// What a server was told of places, programs and people stays behind.
TEST_P(RedisIngest, BringsNothingOfAnOriginsConfiguration) {
  const fs::path at = folder("origin");
  fs::copy(data() / "appendonlydir", at / "appendonlydir");
  std::ofstream(at / "redis.conf") << "dir /tmp\ndbfilename elsewhere.rdb\nlogfile /tmp/log\n"
                                      "loadmodule /tmp/any.so\naclfile /tmp/users.acl\n"
                                      "rename-command INFO none\nreplicaof 127.0.0.1 1\n";
  std::ofstream(at / "users.acl") << "user intruder on nopass ~* +@all\n";
  const auto one = linked("directory", at);
  ASSERT_OK(one);
  EXPECT_THAT(fs::directory_iterator(one->directory / "data")->path().filename(), "appendonlydir");
  EXPECT_EQ(world().ask(*one, {"CONFIG", "GET", "dir"})->texts.back(), "/copy/data");
  EXPECT_FALSE(world().log_in(*one, {.user = "intruder", .password = ""}));
  EXPECT_THAT(world().said(*one, {"INFO", "replication"}), HasSubstr("role:master"));
  EXPECT_OK(stop(*one));
}

TEST_P(RedisIngest, LoadsADumpAndTellsWhatIsNone) {
  EXPECT_EQ(said({"SAVE"}), "OK");
  const fs::path dump = folder("dumps") / "mine.rdb";
  fs::copy(data() / "dump.rdb", dump);
  expect_all(linked("dump", dump));

  std::ofstream(folder("dumps") / "text.rdb") << "no dump";
  const auto text = linked("dump", folder("dumps") / "text.rdb");
  ASSERT_FALSE(text);
  EXPECT_EQ(text.error().code, ErrorCode::invalid_argument);

  fs::resize_file(dump, fs::file_size(dump) / 2);
  const auto half = linked("dump", dump);
  ASSERT_FALSE(half);
  EXPECT_EQ(half.error().code, ErrorCode::invalid_argument);
  EXPECT_THAT(half.error().message, HasSubstr("cannot read the data"));

  std::ofstream(dump, std::ios::trunc) << "REDIS9999";
  const auto newer = linked("dump", dump);
  ASSERT_FALSE(newer);
  EXPECT_EQ(newer.error().code, ErrorCode::unsupported);
}

TEST_P(RedisIngest, SaysWhichSettingMoreDatabasesNeed) {
  EXPECT_OK(stop(production_));
  production_.config.settings["conf.databases"] = "100";
  ASSERT_OK(bring_up(production_));
  {
    auto session = world().log_in(production_, production_.login);
    ASSERT_OK(session);
    ASSERT_OK(session->ask({"SELECT", "77"}));
    ASSERT_OK(session->ask({"SET", "a", "1"}));
  }
  EXPECT_EQ(said({"SAVE"}), "OK");
  const auto refused = linked("dump", data() / "dump.rdb");
  ASSERT_FALSE(refused);
  EXPECT_THAT(refused.error().hint, HasSubstr("conf.databases"));
}

TEST_P(RedisIngest, SaysWhereNothingIsToBeFound) {
  for (const auto& [key, value] : {std::pair("directory", folder("empty")),
                                   {"directory", world().files() / "missing"},
                                   {"dump", world().files() / "missing.rdb"}}) {
    const auto refused = linked(key, value);
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code, ErrorCode::invalid_argument);
    EXPECT_THAT(refused.error().message, HasSubstr(value));
  }
}

}  // namespace
}  // namespace slip
