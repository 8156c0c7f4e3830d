// SPDX-License-Identifier: Apache-2.0
#include "base/file.h"
#include "catalog/sqlite/aggregates.h"
#include "catalog/sqlite/migrations.h"
#include "catalog/sqlite/sqlite_catalog.h"
#include "tests/contract/catalog_records.h"

namespace slip::sqlite {
namespace {

using slip::test::at;

Result<> run_hot_queries(Transaction& transaction) {
  const BranchId branch("brn_1");
  const ContainerId container("ctr_1");
  const TemplateId owner("tpl_1");
  const auto points = make_points(transaction);
  TRY(points->find(PointId("pnt_1")));
  TRY(points->at_or_before(branch, at(1)));
  TRY(points->newest(branch));
  TRY(points->range(branch));
  TRY(points->window(branch, {.around = at(1)}));
  TRY(points->older_than(at(1)));
  TRY(points->of_branch(branch));
  TRY(points->of_segment(SegmentId("seg_1")));
  TRY(points->find_all({PointId("pnt_1")}));
  TRY(make_segments(transaction)->of_branch(branch));
  for (const Trash trash : {Trash::without, Trash::with}) {
    TRY(make_bookmarks(transaction)->of_container(container, trash));
    TRY(make_bookmarks(transaction)->of_template(owner, trash));
    TRY(make_branches(transaction)->of_container(container, trash));
  }
  TRY(make_containers(transaction)->find_named("qa"));
  TRY(make_containers(transaction)->find_numbered(1));
  TRY(make_templates(transaction)->find_named("qa"));
  TRY(make_sources(transaction)->find_named("qa"));
  TRY(make_users(transaction)->find_named("qa"));
  TRY(make_users(transaction)->all());
  TRY(make_accesses(transaction)->find_by_hash("x"));
  TRY(make_accesses(transaction)->of_user(UserId("usr_1")));
  const auto operations = make_operations(transaction);
  OperationQuery query;
  TRY(operations->query(query));
  query.before = OperationId("op_1");
  TRY(operations->query(query));
  query.container = container;
  TRY(operations->query(query));
  OperationQuery of_source;
  of_source.source = SourceId("src_1");
  TRY(operations->query(of_source));
  TRY(operations->unfinished());
  TRY(operations->in_the_way({"ctr_1"}, {"tpl_1"}, OperationId("op_1")));
  TRY(operations->find_idempotent(UserId("usr_1"), "key"));
  TRY(make_volumes(transaction)->building(OperationId("op_1")));
  TRY(make_snapshots(transaction)->building(OperationId("op_1")));
  TRY(make_facts(transaction)->find("identity"));
  TRY(make_events(transaction)->after(0, 10));
  TRY(make_events(transaction)->last());
  return {};
}

// What EXPLAIN QUERY PLAN says of one statement, a line a step.
std::vector<std::string> plan_of(Connection& connection, const std::string& sql) {
  std::vector<std::string> lines;
  const auto rows = connection.query("EXPLAIN QUERY PLAN " + sql);
  EXPECT_OK(rows);
  if (!rows) return lines;
  for (const Row& row : *rows) lines.push_back(std::get<std::string>(row.at(3)));
  return lines;
}

TEST(SqliteQueryPlans, NeitherScanATableNorSortForWhatIsAskedOften) {
  const TemporaryDirectory directory;
  const std::filesystem::path path = directory.path() / "catalog.db";
  ASSERT_OK(SqliteCatalog::open(path));
  auto connection = Connection::open(path, ConnectionMode::read);
  ASSERT_OK(connection);
  Transaction transaction(**connection, UnitMode::read);
  ASSERT_OK(run_hot_queries(transaction));

  const auto statements = (*connection)->compiled();
  ASSERT_GE(statements.size(), 25U);
  for (const std::string& sql : statements) {
    for (const std::string& line : plan_of(**connection, sql)) {
      // An index, or only the ids that were asked for.
      const bool is_short = line.find("USING INDEX") != std::string::npos ||
                            line.find("CONSTANT ROW") != std::string::npos ||
                            line.starts_with("SCAN json_each ");
      EXPECT_TRUE(!line.starts_with("SCAN") || is_short) << line << "\n" << sql;
      EXPECT_EQ(line.find("TEMP B-TREE"), std::string::npos) << line << "\n" << sql;
      // All operations by their numbers are no table scan either, but not the place to look in.
      if (sql.find("container IS ?") != std::string::npos) {
        EXPECT_EQ(line.find("INTEGER PRIMARY KEY"), std::string::npos) << line << "\n" << sql;
      }
    }
  }
}

}  // namespace
}  // namespace slip::sqlite
