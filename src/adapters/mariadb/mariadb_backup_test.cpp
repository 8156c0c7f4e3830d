// SPDX-License-Identifier: Apache-2.0
#include "adapters/mariadb/mariadb_origin.h"

namespace slip {

using testing::HasSubstr;
using testing::MatchesRegex;

class MariadbBackup : public MariadbOrigin {
 protected:
  std::string backup_command() {
    return "MYSQL_PWD='" + origin_.login.password +
           "' mariadb-backup --no-defaults --backup --stream=mbstream --datadir='" +
           (origin_.directory / "data").string() +
           "' --protocol=tcp --host=127.0.0.1 --port=" + std::to_string(origin_.port) +
           " --user=slip";
  }
};

INSTANTIATE_TEST_SUITE_P(Local, MariadbBackup,
                         testing::ValuesIn(test::world_of_each_series(mariadb::mariadb_dialect())));

TEST_P(MariadbBackup, TakesTheStreamOfABackupCommand) {
  start_origin();
  const auto copy = of({{"backup_command", backup_command()}, {"database", "staff"}});

  const auto filled = ingest(copy);

  ASSERT_TRUE(ok(filled));
  EXPECT_THAT(filled->position, MatchesRegex("0-[0-9]+-[0-9]+ binlog\\.[0-9]+:[0-9]+"));
  // Physical: the definer, who was nowhere, still is.
  ASSERT_TRUE(ok(bring_up(copy)));
  EXPECT_EQ(world().one(copy, "SELECT COUNT(*) FROM employees", "staff"), "1000");
}

TEST_P(MariadbBackup, RefusesABackupThatBreaksOff) {
  start_origin();
  const Error torn = refusal({{"backup_command", backup_command() + " | head -c 3000000"}});
  EXPECT_EQ(torn.code, ErrorCode::invalid_argument);
  EXPECT_THAT(torn.message, HasSubstr("stream of the backup command"));
  const Error none = refusal({{"backup_command", "true"}});
  EXPECT_EQ(none.code, ErrorCode::invalid_argument);
  const Error other = refusal({{"backup_command", "echo Welcome to this machine"}});
  EXPECT_EQ(other.code, ErrorCode::invalid_argument);
}

TEST_P(MariadbBackup, ShowsTheWordsOfABackupCommandThatFails) {
  const Error refused = refusal({{"backup_command", "echo 'ssh: no route to host' >&2; exit 255"}});
  EXPECT_EQ(refused.code, ErrorCode::failed);
  EXPECT_THAT(refused.message, HasSubstr("exit status 255"));
  EXPECT_THAT(refused.detail, HasSubstr("no route to host"));
}

TEST_P(MariadbBackup, RefusesADatabaseThatTheCopyDoesNotHave) {
  start_origin();
  EXPECT_THAT(refusal({{"backup_command", backup_command()}, {"database", "nothing"}}).message,
              HasSubstr("no database \"nothing\""));
}

}  // namespace slip
