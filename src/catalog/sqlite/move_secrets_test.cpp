// SPDX-License-Identifier: Apache-2.0
#include "catalog/sqlite/move_secrets.h"

#include <fstream>

#include "base/file.h"
#include "catalog/sqlite/migrations.h"
#include "catalog/sqlite/sqlite_catalog.h"
#include "secrets/memory/memory_secrets.h"
#include "tests/contract/catalog_records.h"

namespace slip::sqlite {
namespace {

// As they are found in a catalog from before there were handles.
constexpr std::string_view url_password = "Pr0duction-Passw0rd";
constexpr std::string_view former_password = "F0rmer-Passw0rd";
constexpr std::string_view container_password = "k3vs0container0password";
constexpr std::string_view env_secret = "4pi-k3y-of-the-application";

constexpr std::string_view old_records = R"sql(
INSERT INTO sources (id, name, config, created_at) VALUES
  ('src_db', 'shop.db', '{"kind":"postgresql","settings":{"url":"postgresql://u:Pr0duction-Passw0rd@h/shop"},"run":null}', 1),
  ('src_app', 'shop.app', '{"kind":"files","settings":{"path":"/srv/app"},"run":{"command":["app"],"env":{"API_KEY":"4pi-k3y-of-the-application","MODE":"test"},"health":"/","stop_signal":"TERM"}}', 1);
INSERT INTO templates (id, name, versions, created_at) VALUES
  ('tpl_t', 'shop', '[{"number":1,"sources":[{"name":"db","source":"src_db","priority":1,"port":0,"settings":{"conf.some_token":"t0ken-of-the-template"},"hooks":[],"subset":{}}],"ask_beyond_s":null}]', 1);
INSERT INTO containers (id, name, template_id, members, endpoints, password, created_at) VALUES
  ('ctr_qa', 'qa', 'tpl_t', '[]', '[]', 'k3vs0container0password', 1);
INSERT INTO volumes (id, state, about, template_version, password, ports) VALUES
  ('vol_1', 'live', 'branch default of qa', 1, 'k3vs0container0password', '{}'),
  ('vol_2', 'live', 'a work volume', 0, '', '{}');
INSERT INTO operations (id, kind, actor, words, state, locks, steps, failure, cancel_requested,
                        progress, idempotency_key, created_at) VALUES
  ('op_1', 'link_source', '{"user":"usr_a","name":"a","role":"admin"}', 'link', 'failed', '[]',
   '[{"step":{"kind":"ingest_source","config":{"kind":"postgresql","settings":{"url":"postgresql://u:F0rmer-Passw0rd@h/shop"},"run":null},"volume":"vol_1"},"state":"done","started_at":null,"ended_at":null,"findings":{},"frees":[]}]',
   '{"code":"failed","message":"no","hint":"","step":"","detail":"it said F0rmer-Passw0rd"}',
   0, 'of F0rmer-Passw0rd', '', 1),
  ('op_2', 'create_container', '{"user":"usr_a","name":"a","role":"admin"}', 'create', 'running', '[]',
   '[{"step":{"kind":"commit","changes":[{"kind":"add_container","container":{"id":"ctr_qa","name":"qa","template_id":"tpl_t","active":"brn_1","members":[],"endpoints":[],"password":"k3vs0container0password","lock":null,"created_at":"2026-11-22T14:03:07.250Z","deleted_at":null}}]},"state":"pending","started_at":null,"ended_at":null,"findings":{},"frees":[]}]',
   NULL, 0, '', '', 1);
)sql";

class MovingSecrets : public ::testing::Test {
 protected:
  // Schema 6, filled as by its own version, with a log that has not been emptied.
  void SetUp() override {
    std::ofstream(path).flush();
    auto connection = Connection::open(path, ConnectionMode::write);
    ASSERT_OK(connection);
    ASSERT_OK(migrate(**connection, path, migrations().first(6)));
    ASSERT_OK((*connection)->run_script(std::string(old_records)));
  }

  // The names of the files that have it in their bytes.
  std::vector<std::string> found_in(std::string_view secret) {
    std::vector<std::string> files;
    for (const auto& entry : std::filesystem::directory_iterator(directory.path())) {
      const auto bytes = read_file(entry.path());
      EXPECT_OK(bytes);
      if (bytes && bytes->find(secret) != std::string::npos) {
        files.push_back(entry.path().filename().string());
      }
    }
    return files;
  }

  std::string value(const SecretId& id) {
    const auto found = secrets.get(id);
    return found ? found->reveal() : "(none)";
  }

  TemporaryDirectory directory;
  const std::filesystem::path path = directory.path() / "catalog.db";
  MemorySecrets secrets;
};

TEST_F(MovingSecrets, LeavesNoneInTheBytesOfAnyFile) {
  ASSERT_FALSE(found_in(url_password).empty());
  const auto catalog = SqliteCatalog::open(path, &secrets);
  ASSERT_OK(catalog);

  for (const auto secret : {url_password, former_password, container_password, env_secret}) {
    EXPECT_THAT(found_in(secret), ::testing::IsEmpty()) << secret;
  }
}

TEST_F(MovingSecrets, GivesSourcesTemplatesContainersAndVolumesHandlesThatLeadToThem) {
  const auto catalog = SqliteCatalog::open(path, &secrets);
  ASSERT_OK(catalog);

  ASSERT_OK((*catalog)->read([&](CatalogUnit& unit) -> Result<> {
    const auto db = TRY(unit.sources().find(SourceId("src_db")));
    EXPECT_EQ(db->config.settings.at("url"), "postgresql://u:***@h/shop");
    EXPECT_EQ(value(db->config.secrets.at("url")), "postgresql://u:Pr0duction-Passw0rd@h/shop");
    const auto app = TRY(unit.sources().find(SourceId("src_app")));
    EXPECT_EQ(app->config.run->env.at("MODE"), "test");
    EXPECT_EQ(value(app->config.secrets.at("env.API_KEY")), env_secret);
    const auto mould = TRY(unit.templates().find(TemplateId("tpl_t")));
    const auto& place = mould->newest().sources.front();
    EXPECT_EQ(place.settings.at("conf.some_token"), "***");
    EXPECT_EQ(value(place.secrets.at("conf.some_token")), "t0ken-of-the-template");
    const auto container = TRY(unit.containers().find(ContainerId("ctr_qa")));
    EXPECT_EQ(value(container->login), container_password);
    EXPECT_FALSE(container->renew_login);
    EXPECT_EQ(TRY(unit.volumes().find(VolumeId("vol_1")))->login, container->login);
    EXPECT_TRUE(TRY(unit.volumes().find(VolumeId("vol_2")))->login.empty());
    return {};
  }));
}

TEST_F(MovingSecrets, KeepsWhatUnfinishedOperationsNeedAndMasksTheRest) {
  const auto catalog = SqliteCatalog::open(path, &secrets);
  ASSERT_OK(catalog);

  ASSERT_OK((*catalog)->read([&](CatalogUnit& unit) -> Result<> {
    const auto ended = TRY(unit.operations().find(OperationId("op_1")));
    const auto& config = std::get<IngestSource>(ended->steps.front().step).config;
    EXPECT_EQ(config.settings.at("url"), "postgresql://u:***@h/shop");
    EXPECT_TRUE(config.secrets.empty());
    EXPECT_EQ(ended->failure->detail, "it said ***");
    const auto unfinished = TRY(unit.operations().find(OperationId("op_2")));
    const auto& commit = std::get<Commit>(unfinished->steps.front().step);
    EXPECT_EQ(value(std::get<AddContainer>(commit.changes.front()).container.login),
              container_password);
    return {};
  }));
}

TEST_F(MovingSecrets, LetsDatabasesThereAreKeepTheirSuperusers) {
  const auto catalog = SqliteCatalog::open(path, &secrets);
  ASSERT_OK(catalog);

  ASSERT_OK((*catalog)->read([&](CatalogUnit& unit) -> Result<> {
    EXPECT_EQ(TRY(unit.sources().find(SourceId("src_db")))->config.setting("superuser"), "true");
    EXPECT_FALSE(TRY(unit.sources().find(SourceId("src_app")))->config.setting("superuser"));
    return {};
  }));
}

TEST_F(MovingSecrets, RefusesWhereThereIsNowhereToMoveThem) {
  ASSERT_ERROR(SqliteCatalog::open(path), unsupported);

  EXPECT_OK(SqliteCatalog::open(path, &secrets));
}

// As after a crash between the two: the earlier pages are still there.
TEST_F(MovingSecrets, CleansUpAtTheNextStartWhatACrashLeft) {
  {
    auto connection = Connection::open(path, ConnectionMode::write);
    ASSERT_OK(connection);
    ASSERT_OK(migrate(**connection, path, migrations().first(7), &secrets));
  }
  ASSERT_THAT(found_in(url_password), ::testing::Contains("catalog.db.before-7"));

  ASSERT_OK(SqliteCatalog::open(path, &secrets));

  EXPECT_THAT(found_in(url_password), ::testing::IsEmpty());
}

}  // namespace
}  // namespace slip::sqlite
