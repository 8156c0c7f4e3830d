#include <fstream>

#include "adapters/mariadb/mariadb_world.h"

namespace slip {

using testing::HasSubstr;

// What is exact about going back to a second, and what is refused; the contract has the rest.
class MariadbReplay : public AdapterTest {
 protected:
  test::MariadbWorld& world() { return static_cast<test::MariadbWorld&>(*world_); }
  const Adapter& adapter() { return world().adapter(); }

  void SetUp() override {
    ASSERT_NE(adapter().log_replay(), nullptr);
    db_ = world().instance("ins_db", world().good());
    ASSERT_TRUE(ok(world().fill(db_)));
    ASSERT_TRUE(ok(bring_up(db_)));
    world().sql(db_, "CREATE TABLE numbers (n INT, at DATETIME(6) DEFAULT NOW(6))");
  }
  // As operations take one: flushed, frozen, copied.
  InstanceContext snapshot(const std::string& id) {
    const auto to = world().instance(id, db_.config);
    EXPECT_TRUE(ok(adapter().flush(db_)));
    EXPECT_TRUE(ok(world().runtime().freeze(db_.id)));
    copy(db_, to);
    EXPECT_TRUE(ok(world().runtime().thaw(db_.id)));
    return to;
  }
  Timestamp server_time() { return adapter().position(db_)->at; }
  // The next whole second; waits until it is over.
  Timestamp next_second() {
    const Timestamp second{server_time().ms / 1000 * 1000 + 1000};
    while (server_time() <= second) std::this_thread::sleep_for(std::chrono::milliseconds(5));
    return second;
  }
  std::filesystem::path newest_log(const InstanceContext& of) {
    std::filesystem::path newest;
    for (const auto& entry : std::filesystem::directory_iterator(of.directory / "log")) {
      const auto& path = entry.path();
      if (path.stem() == "binlog" && path.extension() != ".index" && path > newest) newest = path;
    }
    return newest;
  }
  Result<> replay(const InstanceContext& base, const InstanceContext& later, Timestamp until) {
    return adapter().log_replay()->replay(base, later.directory, until, unasked);
  }

  InstanceContext db_;
};

INSTANTIATE_TEST_SUITE_P(Local, MariadbReplay, testing::ValuesIn(test::worlds()));

TEST_P(MariadbReplay, HasWhatWasCommittedBeforeTheSecondUnderLoadAndNothingElse) {
  std::atomic<bool> go_on = true;
  std::vector<std::thread> writers;
  for (int writer = 0; writer < 2; ++writer) {
    writers.emplace_back([&] {
      auto session = world().log_in(db_, db_.login);
      for (int n = 1; go_on; ++n) {
        (void)session->query("INSERT INTO numbers (n) VALUES (" + std::to_string(n) + ")");
      }
    });
  }
  next_second();
  const auto base = snapshot("ins_base");
  next_second();
  const Timestamp until = next_second();
  next_second();
  const auto later = snapshot("ins_later");
  go_on = false;
  for (auto& writer : writers) writer.join();
  const std::string of_then = "SELECT COUNT(*) FROM numbers WHERE at < FROM_UNIXTIME(" +
                              std::to_string(until.ms / 1000) + ")";
  const auto wanted = world().one(db_, of_then);

  ASSERT_TRUE(ok(replay(base, later, until)));
  ASSERT_TRUE(ok(bring_up(base)));

  EXPECT_EQ(world().one(base, of_then), wanted);
  EXPECT_EQ(world().one(base, "SELECT COUNT(*) FROM numbers"), wanted) << "nothing of later";
  EXPECT_GT(std::stoi(wanted), 10);
}

TEST_P(MariadbReplay, GoesThroughRestartsAndKeepsTheNamesOfTransactions) {
  const auto base = snapshot("ins_base");
  world().sql(db_, "INSERT INTO numbers (n) VALUES (1)");
  ASSERT_TRUE(ok(stop(db_)));
  ASSERT_TRUE(ok(bring_up(db_)));
  world().sql(db_, "INSERT INTO numbers (n) VALUES (2)");
  const auto gtid = world().gtids(db_);
  const Timestamp until = next_second();
  world().sql(db_, "DELETE FROM numbers");
  const auto later = snapshot("ins_later");

  ASSERT_TRUE(ok(replay(base, later, until)));
  ASSERT_TRUE(ok(bring_up(base)));

  EXPECT_EQ(world().one(base, "SELECT GROUP_CONCAT(n ORDER BY n) FROM numbers"), "1,2");
  EXPECT_EQ(world().gtids(base), gtid);
}

TEST_P(MariadbReplay, RefusesALogWithAHole) {
  const auto base = snapshot("ins_base");
  for (int n = 0; n < 3; ++n) {
    world().sql(db_, "INSERT INTO numbers (n) VALUES (1)");
    world().sql(db_, "FLUSH BINARY LOGS");
  }
  const Timestamp until = next_second();
  const auto later = snapshot("ins_later");
  ASSERT_TRUE(std::filesystem::remove(later.directory / "log/binlog.000002"));

  const auto refused = replay(base, later, until);

  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, ErrorCode::out_of_range);
  EXPECT_THAT(refused.error().message, HasSubstr("file 000002 is missing"));
}

TEST_P(MariadbReplay, TakesATornEndForTheEndAndNothingElse) {
  const auto base = snapshot("ins_base");
  auto again = world().instance("ins_again", db_.config);
  copy(base, again);
  for (int n = 0; n < 200; ++n) world().sql(db_, "INSERT INTO numbers (n) VALUES (1)");
  const Timestamp until = next_second();
  world().sql(db_, "INSERT INTO numbers (n) VALUES (2)");
  const auto later = snapshot("ins_later");
  const auto log = newest_log(later);
  std::filesystem::resize_file(log, std::filesystem::file_size(log) - 10);

  ASSERT_TRUE(ok(replay(base, later, until)));
  ASSERT_TRUE(ok(bring_up(base)));
  EXPECT_EQ(world().one(base, "SELECT COUNT(*) FROM numbers"), "200");

  const auto half = static_cast<std::streamoff>(std::filesystem::file_size(log) / 2);
  std::fstream file(log, std::ios::in | std::ios::out | std::ios::binary);
  file.seekp(half);
  file.write("damage", 6);
  file.close();
  const auto refused = replay(again, later, until);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, ErrorCode::out_of_range);
}

TEST_P(MariadbReplay, ShortensTheLogOfARunningServerOnly) {
  world().sql(db_, "FLUSH BINARY LOGS");
  const Timestamp later = next_second();
  ASSERT_TRUE(ok(adapter().log_replay()->trim_log(db_, later - Duration(3'600'000))));
  EXPECT_TRUE(std::filesystem::exists(db_.directory / "log/binlog.000001"));

  ASSERT_TRUE(ok(adapter().log_replay()->trim_log(db_, later)));

  EXPECT_FALSE(std::filesystem::exists(db_.directory / "log/binlog.000001"));
  ASSERT_TRUE(ok(stop(db_)));
  EXPECT_TRUE(ok(adapter().log_replay()->trim_log(db_, later)));
}

TEST_P(MariadbReplay, KnowsHowMuchLogLiesBetweenTwoPlaces) {
  const auto at = [](const char* text) { return DataPosition{Timestamp{}, text}; };
  EXPECT_EQ(adapter().log_replay()->log_between(at("0-1-2 binlog.000003:1000"),
                                                at("0-1-9 binlog.000003:1500")),
            500);
  EXPECT_EQ(adapter().log_replay()->log_between(at("0-1-2 binlog.000003:1000"),
                                                at("0-1-9 binlog.000005:70")),
            (64 << 20) + 70);
  EXPECT_EQ(adapter().log_replay()->log_between(at(""), at("0-1-9 binlog.000005:70")), 0);
  EXPECT_EQ(adapter().log_replay()->log_between(at("0-1-2 binlog.000005:1"),
                                                at("0-1-9 binlog.000003:70")),
            0);
}

}  // namespace slip
