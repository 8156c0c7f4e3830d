// SPDX-License-Identifier: Apache-2.0
// Catalogs of every schema that has been released, filled, are opened by this version.

#include <fstream>
#include <map>

#include "base/file.h"
#include "catalog/sqlite/migrations.h"
#include "catalog/sqlite/row_checksums.h"
#include "catalog/sqlite/sqlite_catalog.h"
#include "secrets/memory/memory_secrets.h"
#include "tests/contract/catalog_records.h"

namespace slip::sqlite {
namespace {

// One row of each table, by column; what a schema has no column for is left out.
using Columns = std::map<std::string, std::string>;
const std::vector<std::pair<std::string, Columns>> filling = {
    {"users",
     {{"id", "'usr_a'"},
      {"name", "'ada'"},
      {"role", "'admin'"},
      {"password_hash", "'hash'"},
      {"created_at", "11"}}},
    {"accesses",
     {{"id", "'acc_a'"},
      {"user", "'usr_a'"},
      {"kind", "'token'"},
      {"secret_hash", "'s'"},
      {"label", "'ci'"},
      {"created_at", "12"},
      {"expires_at", "99"}}},
    {"sources",
     {{"id", "'src_a'"},
      {"name", "'shop.db'"},
      {"config", R"('{"kind":"postgresql","settings":{"database":"shop"},"run":null}')"},
      {"snapshot", "'snp_s'"},
      {"synced_at", "20"},
      {"created_at", "13"},
      {"schedule", "'daily'"},
      {"volume", "'vol_f'"}}},
    {"templates",
     {{"id", "'tpl_a'"},
      {"name", "'shop'"},
      {"master", "'brn_m'"},
      {"created_at", "14"},
      {"versions",
       R"('[{"number":1,"sources":[{"name":"db","source":"src_a","priority":1,"port":5433,)"
       R"("settings":{},"hooks":[],"subset":{}}],"ask_beyond_s":60}]')"}}},
    {"containers",
     {{"id", "'ctr_a'"},
      {"name", "'qa'"},
      {"template_id", "'tpl_a'"},
      {"active", "'brn_a'"},
      {"members", R"('[{"user":"usr_a","role":"owner"}]')"},
      {"endpoints", R"('[{"source":"db","port":15001}]')"},
      {"password", "'secret'"},
      {"created_at", "15"}}},
    {"branches",
     {{"id", "'brn_a'"},
      {"name", "'default'"},
      {"container", "'ctr_a'"},
      {"segment", "'seg_a'"},
      {"volume", "'vol_a'"},
      {"wanted", "'running'"},
      {"created_at", "16"}}},
    {"branches",
     {{"id", "'brn_m'"},
      {"name", "'master'"},
      {"template_id", "'tpl_a'"},
      {"wanted", "'stopped'"},
      {"created_at", "14"}}},
    {"segments",
     {{"id", "'seg_a'"},
      {"branch", "'brn_a'"},
      {"kind", "'restored'"},
      {"parent", R"('{"point":"pnt_a","at":"2026-11-22T14:03:07.250Z","words":"then"}')"},
      {"safety_point", "'pnt_a'"},
      {"template_version", "1"},
      {"operation", "'op_a'"},
      {"began_at", "17"},
      {"base", "'snp_a'"}}},
    {"points",
     {{"id", "'pnt_a'"},
      {"segment", "'seg_a'"},
      {"branch", "'brn_a'"},
      {"kind", "'bookmark'"},
      {"at", "18"},
      {"snapshot", "'snp_a'"},
      {"positions", R"('{"db":{"at":"2026-11-22T14:03:07.250Z","position":"0/1","mark":null}}')"},
      {"operation", "'op_a'"},
      {"taken_by", "19"}}},
    {"bookmarks",
     {{"id", "'bmk_a'"},
      {"point", "'pnt_a'"},
      {"container", "'ctr_a'"},
      {"template_id", "'tpl_a'"},
      {"creator", "'usr_a'"},
      {"creator_name", "'ada'"},
      {"name", "'clean base'"},
      {"note", "'a note'"},
      {"tags", R"('["nightly"]')"},
      {"audience", "'named'"},
      {"shared_with", R"('["usr_a"]')"},
      {"at", "18"},
      {"created_at", "21"}}},
    {"operations",
     {{"id", "'op_a'"},
      {"kind", "'bookmark'"},
      {"actor", R"('{"user":"usr_a","name":"ada","role":"admin"}')"},
      {"words", "'bookmark qa'"},
      {"state", "'succeeded'"},
      {"container", "'ctr_a'"},
      {"locks", R"('["ctr_a"]')"},
      {"steps", R"('[{"step":{"kind":"take_snapshot","volume":"vol_a","snapshot":"snp_a",)"
                R"("after":"go_on"},"state":"done","started_at":null,"ended_at":null,)"
                R"("findings":{},"frees":[]}]')"},
      {"cancel_requested", "0"},
      {"progress", "''"},
      {"idempotency_key", "'key'"},
      {"created_at", "22"},
      {"ended_at", "23"}}},
    {"operations",
     {{"id", "'op_b'"},
      {"kind", "'restore'"},
      {"actor", R"('{"user":"usr_a","name":"ada","role":"admin"}')"},
      {"words", "'restore qa'"},
      {"state", "'running'"},
      {"locks", R"('["ctr_a","source shop.db"]')"},
      {"shared", R"('["tpl_a"]')"},
      {"steps", "'[]'"},
      {"cancel_requested", "0"},
      {"progress", "''"},
      {"idempotency_key", "''"},
      {"created_at", "25"}}},
    {"locks",
     {{"kind", "'ctr'"}, {"id", "'ctr_a'"}, {"mode", "'exclusive'"}, {"operation", "'op_b'"}}},
    {"locks",
     {{"kind", "'source'"},
      {"id", "'source shop.db'"},
      {"mode", "'exclusive'"},
      {"operation", "'op_b'"}}},
    {"locks",
     {{"kind", "'tpl'"}, {"id", "'tpl_a'"}, {"mode", "'shared'"}, {"operation", "'op_b'"}}},
    {"volumes",
     {{"id", "'vol_a'"},
      {"state", "'live'"},
      {"operation", "'op_a'"},
      {"about", "'of qa'"},
      {"template_id", "'tpl_a'"},
      {"template_version", "1"},
      {"branch", "'brn_a'"},
      {"password", "'secret'"},
      {"ports", R"('{"db":20001}')"}}},
    {"snapshots",
     {{"id", "'snp_a'"}, {"state", "'live'"}, {"operation", "'op_a'"}, {"about", "'of qa'"}}},
    {"events",
     {{"sequence", "1"},
      {"at", "24"},
      {"topic", "'operation'"},
      {"subject", "'op_a'"},
      {"container", "'ctr_a'"},
      {"words", "'done'"}}},
};

Result<> insert(Connection& connection, const std::string& table, const Columns& columns) {
  std::string names;
  std::string values;
  for (const auto& row : TRY(connection.query("SELECT name FROM pragma_table_info(?)", {table}))) {
    const auto& name = std::get<std::string>(row.at(0));
    const auto value = columns.find(name);
    if (value == columns.end()) continue;
    names += (names.empty() ? "" : ", ") + name;
    values += (values.empty() ? "" : ", ") + value->second;
  }
  if (names.empty()) return {};  // the schema has no such table yet
  return connection.run_script("INSERT INTO " + table + " (" + names + ") VALUES (" + values + ")");
}

// As its own version left it.
Result<> fill_catalog_of(int schema, const std::filesystem::path& path) {
  std::ofstream(path).flush();
  auto connection = TRY(Connection::open(path, ConnectionMode::write));
  TRY(migrate(*connection, path, migrations().first(static_cast<std::size_t>(schema))));
  TRY(connection->run_script("BEGIN"));
  for (const auto& [table, columns] : filling) TRY(insert(*connection, table, columns));
  TRY(fill_checksums(*connection));
  return connection->run_script("COMMIT");
}

class EarlierSchemas : public ::testing::TestWithParam<int> {};

TEST_P(EarlierSchemas, AreOpenedWithAllThatTheyHold) {
  const TemporaryDirectory directory;
  const auto path = directory.path() / "catalog.db";
  ASSERT_OK(fill_catalog_of(GetParam(), path));
  MemorySecrets secrets;

  const auto catalog = SqliteCatalog::open(path, &secrets);

  ASSERT_OK(catalog);
  ASSERT_OK((*catalog)->read([&](CatalogUnit& unit) -> Result<> {
    EXPECT_EQ(TRY(unit.users().find_named("ada"))->password_hash, "hash");
    EXPECT_EQ(TRY(unit.accesses().find_by_hash("s"))->label, "ci");
    const auto source = *TRY(unit.sources().find_named("shop.db"));
    EXPECT_EQ(source.config.settings.at("database"), "shop");
    EXPECT_EQ(source.synced_at, Timestamp{20});
    EXPECT_EQ(source.schedule, GetParam() >= 4 ? "daily" : "");
    const auto mould = *TRY(unit.templates().find_named("shop"));
    EXPECT_EQ(mould.newest().sources.front().port, 5433);
    EXPECT_EQ(mould.newest().ask_beyond_s, 60);
    const auto container = *TRY(unit.containers().find_named("qa"));
    EXPECT_EQ(container.members.front().role, ContainerRole::owner);
    EXPECT_EQ(container.endpoints.front().port, 15001);
    if (GetParam() < 7) {
      EXPECT_EQ(secrets.get(container.login)->reveal(), "secret");
    }
    const auto branch = *TRY(unit.branches().find(container.active));
    EXPECT_EQ(branch.wanted, RunState::running);
    const auto segment = *TRY(unit.segments().find(branch.segment));
    EXPECT_EQ(segment.parent->words, "then");
    EXPECT_EQ(segment.base.has_value(), GetParam() >= 2);
    const auto point = *TRY(unit.points().newest(branch.id));
    EXPECT_EQ(point.positions.at("db").position, "0/1");
    const auto bookmarks = TRY(unit.bookmarks().of_container(container.id, Trash::without));
    EXPECT_EQ(bookmarks.size(), 1U);
    EXPECT_EQ(bookmarks.front().name, "clean base");
    EXPECT_EQ(bookmarks.front().tags, std::vector<std::string>{"nightly"});
    const auto operation = *TRY(unit.operations().find_idempotent(UserId("usr_a"), "key"));
    EXPECT_TRUE(std::holds_alternative<TakeSnapshot>(operation.steps.front().step));
    const auto in_the_way = [&](std::vector<std::string> locks) {
      const auto other = unit.operations().in_the_way(locks, {}, OperationId());
      return other && *other ? (*other)->id.str() : "none";
    };
    EXPECT_EQ(in_the_way({"ctr_a"}), "op_b");
    EXPECT_EQ(in_the_way({"source shop.db"}), "op_b");
    EXPECT_EQ(in_the_way({"tpl_a"}), GetParam() >= 6 ? "op_b" : "none");
    const auto unowned = *TRY(unit.operations().find(OperationId("op_b")));
    EXPECT_EQ(unowned.owner, "");
    EXPECT_EQ(unowned.generation, 0U);
    const auto volume = *TRY(unit.volumes().find(branch.volume));
    EXPECT_EQ(volume.ports.at("db"), 20001);
    EXPECT_EQ(TRY(unit.snapshots().find(point.snapshot))->state, StorageState::live);
    EXPECT_EQ(TRY(unit.events().after(0, 10)).front().words, "done");
    return {};
  }));
}

INSTANTIATE_TEST_SUITE_P(Each, EarlierSchemas,
                         ::testing::Range(1, static_cast<int>(migrations().size()) + 1),
                         [](const auto& schema) {
                           return "Schema" + std::to_string(schema.param);
                         });

}  // namespace
}  // namespace slip::sqlite
