// SPDX-License-Identifier: Apache-2.0
// What is told of a dump before anything is made of it.

#include <fstream>

#include "adapters/postgresql/postgresql_world.h"

namespace slip {
namespace {

namespace fs = std::filesystem;
using testing::AllOf;
using testing::Contains;
using testing::ElementsAre;
using testing::Field;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Optional;

constexpr const char* kScript = R"(-- PostgreSQL database dump
-- Dumped from database version 15.3
-- Dumped by pg_dump version 17.6
SET client_encoding = 'UTF8';
CREATE TABLE app.t (
  a integer
);
CREATE EXTENSION
  IF NOT EXISTS nowhere_to_be_found;
CREATE FUNCTION app.f() RETURNS integer LANGUAGE c AS '$libdir/not_here', 'f';
CREATE COLLATION app.c (provider = libc, locale = 'xx_YY.UTF-8');
ALTER TABLE app.t OWNER TO "the owner";
COPY app.t (a) FROM stdin;
1
\.
-- PostgreSQL database dump complete
)";

class PostgresqlCheck : public testing::Test {
 protected:
  void SetUp() override { ::chmod(world_.files().c_str(), 0755); }
  fs::path written(const std::string& name, const std::string& text) {
    const auto path = world_.files() / name;
    std::ofstream(path, std::ios::binary) << text;
    return path;
  }
  fs::path packed(const fs::path& from, const std::string& program) {
    const auto to = world_.files() / (from.filename().string() + ".packed");
    const auto made = run_ok(
        Command{.argv = {"sh", "-c", program + " <\"$0\" >\"$1\"", from.string(), to.string()}});
    EXPECT_TRUE(made) << (made ? "" : made.error().detail);
    return to;
  }
  DumpReport checked(const fs::path& dump, std::map<std::string, std::string> settings = {}) {
    settings["dump"] = dump;
    auto report = world_.adapter().dump_check()->check_dump(world_.with(settings), {});
    EXPECT_TRUE(report) << (report ? "" : report.error().describe());
    return report.value_or(DumpReport());
  }
  static auto refusal(std::int64_t line, const char* words) {
    return AllOf(Field(&DumpRefusal::line, Optional(line)),
                 Field(&DumpRefusal::message, HasSubstr(words)));
  }
  static auto refusal(const char* words) {
    return AllOf(Field(&DumpRefusal::line, testing::Eq(std::nullopt)),
                 Field(&DumpRefusal::message, HasSubstr(words)));
  }
  static auto need(const char* what, const char* name, bool is_met) {
    return AllOf(Field(&DumpNeed::what, what), Field(&DumpNeed::name, name),
                 Field(&DumpNeed::is_met, is_met));
  }

  test::PostgresqlWorld world_;
};

TEST_F(PostgresqlCheck, NamesWhatADumpNeedsAndTheLinesThatWouldBeRefused) {
  const auto report = checked(written("dump.sql", kScript));

  EXPECT_EQ(report.format, "plain SQL");
  EXPECT_EQ(report.made_by, "pg_dump 17 of PostgreSQL 15");
  EXPECT_THAT(report.loaded_by, HasSubstr("PostgreSQL"));
  EXPECT_EQ(report.bytes, report.bytes_unpacked);
  EXPECT_THAT(report.refusals,
              ElementsAre(refusal(8, "nowhere_to_be_found"), refusal(10, "$libdir/not_here"),
                          refusal(11, "xx_YY.UTF-8")));
  EXPECT_THAT(report.needs,
              AllOf(Contains(need("role", "the owner", true)),
                    Contains(need("schema", "app", true)), Contains(need("encoding", "UTF8", true)),
                    Contains(need("extension", "nowhere_to_be_found", false))));
}

TEST_F(PostgresqlCheck, ReadsEveryPackingWithoutUnpackingItToDisk) {
  const auto plain = written("dump.sql", kScript);
  const auto lines = checked(plain).refusals.size();
  for (const char* program :
       {"gzip", "zstd -q", "xz", "bzip2", "lz4 -q", "iconv --from-code=UTF-8 --to-code=UTF-16"}) {
    SCOPED_TRACE(program);
    const auto report = checked(packed(plain, program));
    EXPECT_THAT(report.format, HasSubstr("plain SQL, "));
    EXPECT_EQ(report.refusals.size(), lines);
    EXPECT_EQ(report.refusals.front().line, 8);
    EXPECT_EQ(report.bytes_unpacked, static_cast<std::int64_t>(fs::file_size(plain)));
  }
}

TEST_F(PostgresqlCheck, ReadsArchivesWithTheirRows) {
  const fs::path dumps = fs::path(SLIP_DUMPS) / "postgresql";
  const auto archive = checked(dumps / "15-custom.dump");
  EXPECT_THAT(archive.refusals, IsEmpty());
  EXPECT_EQ(archive.format, "custom archive");
  EXPECT_THAT(archive.made_by, HasSubstr("PostgreSQL 15"));
  EXPECT_GT(archive.bytes_unpacked, 0);

  const auto again = checked(packed(dumps / "15-custom.dump", "gzip"));
  EXPECT_THAT(again.refusals, IsEmpty());
  EXPECT_EQ(again.format, "custom archive, compressed");
  EXPECT_EQ(again.bytes_unpacked, archive.bytes_unpacked);
  EXPECT_EQ(checked(dumps / "15-tar.dump").format, "tar archive");
}

TEST_F(PostgresqlCheck, SaysOfWhatIsBrokenWhy) {
  const auto plain = written("dump.sql", kScript);
  const auto whole = packed(plain, "gzip");
  fs::resize_file(whole, fs::file_size(whole) / 2);
  EXPECT_THAT(checked(whole).refusals, ElementsAre(refusal("is broken")));

  const auto half = written("half.sql", std::string(kScript).substr(0, 300));
  EXPECT_THAT(checked(half).refusals, ElementsAre(refusal("half.sql is broken: it ends in the")));
  EXPECT_THAT(checked(written("empty.sql", "")).refusals, ElementsAre(refusal("is empty")));
  const auto archive = world_.files() / "half.dump";
  fs::copy_file(fs::path(SLIP_DUMPS) / "postgresql" / "15-custom.dump", archive);
  fs::resize_file(archive, fs::file_size(archive) / 2);
  EXPECT_THAT(checked(archive).refusals, ElementsAre(refusal("half.dump is broken")));
}

TEST_F(PostgresqlCheck, SaysOfAnotherProductsDumpWhichKindItIs) {
  const auto report =
      checked(written("my.sql", "-- MariaDB dump 10.19\nCREATE TABLE `t` (a int);\n"));
  ASSERT_THAT(report.refusals, ElementsAre(refusal("is of MySQL or MariaDB")));
  EXPECT_THAT(report.refusals.front().hint, HasSubstr("mariadb"));
}

TEST_F(PostgresqlCheck, LooksAtTheSettingsThatTheSourceWouldHave) {
  const auto dump = written("plain.sql", "CREATE TABLE t (a integer);\n");
  EXPECT_THAT(checked(dump).refusals, IsEmpty());
  EXPECT_THAT(checked(dump, {{"locale", "xx_YY.UTF-8"}}).refusals,
              ElementsAre(refusal("the locale xx_YY.UTF-8 is not installed")));
  const auto unknown = world_.adapter().dump_check()->check_dump(
      world_.with({{"dump", dump}, {"versoin", "15"}}), {});
  ASSERT_FALSE(unknown);
  EXPECT_EQ(unknown.error().code, ErrorCode::invalid_argument);
}

TEST_F(PostgresqlCheck, IsAnErrorWhereThereIsNoDump) {
  const auto& check = *world_.adapter().dump_check();
  const auto none = check.check_dump(world_.with({{"dump", "/nowhere/dump.sql"}}), {});
  ASSERT_FALSE(none);
  EXPECT_EQ(none.error().code, ErrorCode::not_found);
  EXPECT_EQ(check.check_dump(world_.with({}), {}).error().code, ErrorCode::invalid_argument);
}

TEST_F(PostgresqlCheck, EndsWhenItIsToldTo) {
  std::string rows = "CREATE TABLE t (a integer);\nCOPY t FROM stdin;\n";
  for (int row = 0; row < 200'000; ++row) rows += "1\n";
  rows += "\\.\n";
  const auto plain = written("long.sql", rows);
  for (const auto& dump : {plain, packed(plain, "gzip")}) {
    const auto ended = world_.adapter().dump_check()->check_dump(
        world_.with({{"dump", dump}}),
        [](std::string_view, std::optional<double>) { return false; });
    ASSERT_FALSE(ended);
    EXPECT_EQ(ended.error().code, ErrorCode::canceled);
  }
}

}  // namespace
}  // namespace slip
