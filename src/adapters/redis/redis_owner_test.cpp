// SPDX-License-Identifier: Apache-2.0
#include <sys/mount.h>

#include <atomic>
#include <fstream>
#include <sstream>
#include <thread>

#include "adapters/redis/redis_world.h"
#include "tests/support/expect_result.h"

namespace slip {
namespace {

using ::testing::AnyOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::StartsWith;

// What fits into it is soon used up.
class SmallDisk {
 public:
  explicit SmallDisk(std::filesystem::path at) : at_(std::move(at)) {
    struct stat before {};
    ::stat(at_.c_str(), &before);
    const std::string options = "size=16m,mode=" + octal(before.st_mode & 07777) +
                                ",uid=" + std::to_string(before.st_uid) +
                                ",gid=" + std::to_string(before.st_gid);
    is_mounted_ = ::mount("tmpfs", at_.c_str(), "tmpfs", 0, options.c_str()) == 0;
  }
  ~SmallDisk() {
    if (is_mounted_) ::umount2(at_.c_str(), MNT_DETACH);
  }
  SmallDisk(const SmallDisk&) = delete;
  SmallDisk& operator=(const SmallDisk&) = delete;

  bool is_mounted() const { return is_mounted_; }
  void fill() const {
    std::ofstream filler(at_ / "filler", std::ios::binary);
    const std::string page(4096, 'f');
    while (filler.write(page.data(), 4096).flush()) {
    }
  }
  void make_room() const { std::filesystem::remove(at_ / "filler"); }

 private:
  static std::string octal(mode_t mode) {
    std::ostringstream text;
    text << std::oct << mode;
    return text.str();
  }

  std::filesystem::path at_;
  bool is_mounted_ = false;
};

// Owners of copies who do as they like, and what a copy has whatever they do.
class RedisOwner : public AdapterTest {
 protected:
  test::RedisWorld& world() { return static_cast<test::RedisWorld&>(*world_); }
  const Adapter& adapter() { return world().adapter(); }
  using Settings = std::map<std::string, std::string>;

  InstanceContext running(const std::string& id, const Settings& settings,
                          Purpose purpose = Purpose::work) {
    auto one = world().instance(id, test::RedisWorld::with(settings));
    one.purpose = purpose;
    EXPECT_OK(ingest(one));
    EXPECT_OK(bring_up(one));
    return one;
  }
  std::string said(const InstanceContext& one, const std::vector<std::string>& words) {
    return world().said(one, words);
  }
  bool lacks_nothing_soon(const InstanceContext& one) {
    const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(60);
    while (std::chrono::steady_clock::now() < deadline) {
      const auto lacks = adapter().lacks(one);
      if (lacks && lacks->as_it_runs.empty() && lacks->once_stopped.empty()) return true;
      std::this_thread::yield();
    }
    return false;
  }
};

INSTANTIATE_TEST_SUITE_P(Local, RedisOwner,
                         ::testing::Values([] { return std::make_unique<test::RedisWorld>(); }));

TEST_P(RedisOwner, HasTheDataAndNotTheServer) {
  const auto one = running("ins_one", {});
  EXPECT_EQ(said(one, {"SET", "a", "1"}), "OK");
  EXPECT_EQ(said(one, {"EVAL", "return redis.call('GET', 'a')", "0"}), "1");
  EXPECT_EQ(said(one, {"FLUSHALL"}), "OK");
  EXPECT_THAT(said(one, {"INFO", "server"}), HasSubstr("redis_version"));
  const std::vector<std::vector<std::string>> refused = {{"CONFIG", "SET", "appendonly", "no"},
                                                         {"CONFIG", "REWRITE"},
                                                         {"ACL", "SETUSER", "slipstream", "off"},
                                                         {"ACL", "DELUSER", "slipstream"},
                                                         {"SHUTDOWN", "NOSAVE"},
                                                         {"REPLICAOF", "127.0.0.1", "1"},
                                                         {"MODULE", "LOAD", "/copy/data/any.so"},
                                                         {"DEBUG", "SLEEP", "0"},
                                                         {"CLIENT", "PAUSE", "10000"},
                                                         {"BGSAVE"}};
  for (const auto& words : refused) {
    EXPECT_THAT(said(one, words), AnyOf(StartsWith("NOPERM"), HasSubstr("command not allowed")))
        << words.front();
  }
  EXPECT_OK(stop(one));
}

TEST_P(RedisOwner, MayNotWriteWhereABranchIsOnlyLookedAt) {
  const auto one = running("ins_one", {}, Purpose::look);
  EXPECT_THAT(said(one, {"SET", "a", "1"}), StartsWith("NOPERM"));
  EXPECT_THAT(said(one, {"EVAL", "return redis.call('SET', 'a', '1')", "0"}),
              AnyOf(HasSubstr("can't run this command"), HasSubstr("no permissions to run")));
  EXPECT_EQ(said(one, {"GET", "a"}), "");
  EXPECT_OK(stop(one));
}

TEST_P(RedisOwner, WhoIsSuperuserDoesNotLockUsOut) {
  const auto one = running("ins_one", {{"superuser", "true"}});
  EXPECT_EQ(said(one, {"ACL", "DELUSER", "slipstream"}), "1");
  EXPECT_OK(adapter().flush(one));
  EXPECT_OK(adapter().position(one));

  EXPECT_EQ(said(one, {"ACL", "SETUSER", "slipstream", "resetpass", "off"}), "OK");
  EXPECT_EQ(said(one, {"ACL", "SETUSER", "slip", "-acl"}), "OK");
  const auto refused = adapter().ready(one);
  ASSERT_FALSE(refused);
  EXPECT_THAT(refused.error().message, HasSubstr("no longer lets Slipstream in"));

  EXPECT_OK(stop(one));
  EXPECT_OK(bring_up(one));
  EXPECT_OK(adapter().admits(one));
  EXPECT_OK(stop(one));
}

TEST_P(RedisOwner, WhoIsSuperuserPutsNoFileElsewhere) {
  const auto one = running("ins_one", {{"superuser", "true"}});
  for (const auto& words :
       std::vector<std::vector<std::string>>{{"CONFIG", "SET", "dir", "/tmp"},
                                             {"CONFIG", "SET", "dbfilename", "authorized_keys"},
                                             {"MODULE", "LOAD", "/copy/data/any.so"},
                                             {"CONFIG", "REWRITE"},
                                             {"ACL", "SAVE"}}) {
    EXPECT_THAT(said(one, words), StartsWith("ERR")) << words[1];
  }
  EXPECT_OK(stop(one));
}

TEST_P(RedisOwner, WhoIsSuperuserIsToldWhatACopyLacks) {
  const auto one = running("ins_one", {{"superuser", "true"}});
  EXPECT_THAT(adapter().lacks(one)->as_it_runs, IsEmpty());
  EXPECT_EQ(said(one, {"CONFIG", "SET", "appendonly", "no"}), "OK");

  const auto lacks = adapter().lacks(one);
  ASSERT_OK(lacks);
  EXPECT_THAT(lacks->as_it_runs, Not(IsEmpty()));
  EXPECT_THAT(lacks->once_stopped, Not(IsEmpty()));
  EXPECT_OK(stop(one));
}

// It takes writes meanwhile, but what its manifest names has none of them.
TEST_P(RedisOwner, WhoIsSuperuserIsToldSoUntilTheLogThatIsOnAgainIsWhole) {
  const auto one = running("ins_one", {{"superuser", "true"}});
  const std::string many = "for i = 1, 200000 do redis.call('SET', i, i) end";
  EXPECT_EQ(said(one, {"EVAL", many, "0"}), "");
  EXPECT_EQ(said(one, {"CONFIG", "SET", "rdb-key-save-delay", "1000"}), "OK");  // for each key
  EXPECT_EQ(said(one, {"CONFIG", "SET", "appendonly", "no"}), "OK");
  EXPECT_EQ(said(one, {"CONFIG", "SET", "appendonly", "yes"}), "OK");

  const auto lacks = adapter().lacks(one);
  ASSERT_OK(lacks);
  EXPECT_THAT(lacks->as_it_runs, ElementsAre(HasSubstr("not yet written anew")));
  EXPECT_THAT(lacks->once_stopped, ElementsAre(HasSubstr("not yet written anew")));

  EXPECT_EQ(said(one, {"CONFIG", "SET", "appendonly", "no"}), "OK");
  EXPECT_EQ(said(one, {"CONFIG", "SET", "rdb-key-save-delay", "0"}), "OK");
  EXPECT_EQ(said(one, {"CONFIG", "SET", "appendonly", "yes"}), "OK");
  EXPECT_TRUE(lacks_nothing_soon(one));
  EXPECT_OK(stop(one));
}

TEST_P(RedisOwner, IsToldWhereADiskIsTooFullForWhatWasAcknowledged) {
  const SmallDisk disk(world().instance("ins_one", {}).directory);
  if (!disk.is_mounted()) GTEST_SKIP() << "this machine does not let us mount a tmpfs";
  const auto one = running("ins_one", {{"durability", "relaxed"}});
  EXPECT_EQ(said(one, {"SET", "a", "1"}), "OK");
  EXPECT_THAT(adapter().lacks(one)->as_it_runs, IsEmpty());
  disk.fill();
  EXPECT_EQ(said(one, {"SET", "b", std::string(100'000, 'b')}), "OK");

  const auto lacks = adapter().lacks(one);
  ASSERT_OK(lacks);
  EXPECT_THAT(lacks->as_it_runs, ElementsAre(HasSubstr("full")));
  EXPECT_THAT(lacks->once_stopped, ElementsAre(HasSubstr("full")));

  disk.make_room();
  EXPECT_TRUE(lacks_nothing_soon(one));
  EXPECT_OK(stop(one));
}

TEST_P(RedisOwner, FindsTheDirectivesOfTheTemplateAndOursAfterThem) {
  const auto one = running("ins_one", {{"conf.maxmemory", "100mb"},
                                       {"conf.enable-debug-command", "yes"},
                                       {"durability", "relaxed"}});
  const auto option = [&](const std::string& name) {
    return world().ask(one, {"CONFIG", "GET", name})->texts.back();
  };
  EXPECT_EQ(option("maxmemory"), "104857600");
  EXPECT_EQ(option("enable-debug-command"), "no");
  EXPECT_EQ(option("appendfsync"), "no");
  EXPECT_EQ(option("appendonly"), "yes");
  EXPECT_OK(stop(one));
}

TEST_P(RedisOwner, IsToldWhichDirectiveKeepsTheServerFromStarting) {
  const auto good = running("ins_one", {});
  EXPECT_OK(stop(good));
  auto bad = good;
  bad.config.settings["conf.maxmemory-policy"] = "whatever";
  const auto failed = bring_up(bad);
  ASSERT_FALSE(failed);

  const auto why = adapter().why_it_ended(bad, failed.error().detail);
  ASSERT_TRUE(why);
  EXPECT_THAT(why->detail, HasSubstr("maxmemory-policy"));
}

// While somebody writes as fast as they can, for each policy of writing.
TEST_P(RedisOwner, FindsAllThatWasAcknowledgedInACopyMadeAtAnyMoment) {
  for (const char* policy : {"always", "no", "everysec"}) {
    SCOPED_TRACE(policy);
    const std::string id = std::string("ins_") + policy;
    const auto one = running(id, {{"superuser", "true"}});
    EXPECT_EQ(said(one, {"CONFIG", "SET", "appendfsync", policy}), "OK");
    std::atomic<bool> enough = false;
    std::atomic<long> acknowledged = 0;
    std::atomic<bool> has_failed = false;
    std::thread writer([&] {
      auto session = world().log_in(one, one.login);
      while (session && !enough) {
        const auto reply = session->ask({"INCR", "n"});
        if (!reply) break;
        acknowledged = std::stol(reply->text());
      }
      if (!enough) has_failed = true;
    });
    const auto two = world().instance(id + "_copy", one.config);
    while (acknowledged < 200 && !has_failed) std::this_thread::yield();
    EXPECT_FALSE(has_failed);
    const long before = acknowledged;
    EXPECT_OK(adapter().flush(one));
    EXPECT_OK(world().runtime().freeze(one.id));
    copy(one, two);
    EXPECT_OK(world().runtime().thaw(one.id));
    enough = true;
    writer.join();

    EXPECT_OK(bring_up(two));
    EXPECT_GE(std::stol("0" + said(two, {"GET", "n"})), before);
    EXPECT_OK(stop(one));
    EXPECT_OK(stop(two));
  }
}

TEST_P(RedisOwner, ComesInByTheAddressOverTcpWithAndWithoutAName) {
  const auto one = running("ins_one", {});
  const auto shown = adapter().connection(one, "127.0.0.1", one.port);
  ASSERT_TRUE(shown);
  const auto by_url = run_ok({.argv = {"redis-cli", "-u", shown->url, "SET", "a", "1"}});
  ASSERT_OK(by_url);
  EXPECT_EQ(*by_url, "OK\n");
  const auto by_command = run_ok({.argv = {"sh", "-c", shown->formats.at("redis-cli") + " GET a"}});
  ASSERT_OK(by_command);
  EXPECT_EQ(*by_command, "1\n");
  const auto nameless = run_ok({.argv = {"redis-cli", "-p", std::to_string(one.port), "GET", "a"},
                                .env = {{"REDISCLI_AUTH", one.login.password}}});
  ASSERT_OK(nameless);
  EXPECT_EQ(*nameless, "1\n");
  const auto nobody = run({.argv = {"redis-cli", "-p", std::to_string(one.port), "GET", "a"}});
  ASSERT_OK(nobody);
  EXPECT_THAT(nobody->out + nobody->err, HasSubstr("NOAUTH"));
  EXPECT_OK(stop(one));
}

}  // namespace
}  // namespace slip
