// SPDX-License-Identifier: Apache-2.0
#include <fstream>

#include "adapters/postgresql/postgresql_world.h"
// Last, as it names slip::test.
#include "tests/support/loop_mount.h"

namespace slip {

namespace fs = std::filesystem;

// A file system that fills up while a source is seeded.
class PostgresqlFull : public AdapterTest {
 protected:
  void SetUp() override {
    origin_ = world().instance("ins_origin", world().good());
    ASSERT_TRUE(ok(ingest(origin_)));
    ASSERT_TRUE(ok(bring_up(origin_)));
    std::ofstream(origin_.trusted / "pg_hba.conf", std::ios::app)
        << "host replication all 127.0.0.1/32 scram-sha-256\n";
    world().sql(origin_, "SELECT pg_reload_conf()");
    // Rows that do not compress.
    world().sql(origin_,
                "CREATE TABLE t AS SELECT string_agg(sha256((i * j)::text::bytea), '') AS v "
                "FROM generate_series(1, 4000) i, generate_series(1, 250) j GROUP BY i");
    ::chmod(small_.path().parent_path().c_str(), 0755);
  }
  test::PostgresqlWorld& world() { return static_cast<test::PostgresqlWorld&>(*world_); }

  const test::LoopMount small_ = test::LoopMount::ext4(80 << 20);
  InstanceContext origin_;
};

INSTANTIATE_TEST_SUITE_P(Local, PostgresqlFull, ::testing::Values([] {
                           return std::make_unique<test::PostgresqlWorld>();
                         }));

TEST_P(PostgresqlFull, SaysSoHoweverTheSourceIsCopied) {
  const std::string url =
      "postgresql://slip:secret%20of%20ins_origin@127.0.0.1:" + std::to_string(origin_.port) +
      "/postgres";
  for (const auto& settings :
       std::vector<std::map<std::string, std::string>>{{{"url", url}},
                                                       {{"url", url}, {"follow", "replication"}},
                                                       {{"url", url}, {"copy", "logical"}}}) {
    SCOPED_TRACE(settings.size() == 1 ? "physical" : settings.rbegin()->second);
    InstanceContext copy = world().instance("ins_copy", world().with(settings));
    copy.directory = test::folder_for_run_user(small_.path(), "ins_copy");

    const auto refused = ingest(copy);

    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code, ErrorCode::no_space) << refused.error().describe() << "\n"
                                                         << refused.error().detail;
    EXPECT_EQ(world().processes_in(copy.directory), 0);
    fs::remove_all(copy.directory);
  }
}

}  // namespace slip
