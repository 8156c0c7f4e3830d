// SPDX-License-Identifier: Apache-2.0
#include "domain/volume_spec.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/expect_result.h"

namespace slip {
namespace {

using ::testing::ElementsAre;
using ::testing::Field;
using ::testing::IsEmpty;
using ::testing::Pair;

// A template's two sources on a branch's volume; the application starts last.
class ASpec : public ::testing::Test {
 protected:
  ASpec() {
    Source database;
    database.id = SourceId("src_db");
    database.config = {
        .kind = "postgresql",
        .settings = {{"url", "***"}, {"password", "***"}, {"durability", "full"}},
        .run = {},
        .secrets = {{"url", SecretId("sec_url")}, {"password", SecretId("sec_old")}}};
    Source application;
    application.id = SourceId("src_app");
    application.config.kind = "files";
    sources = {{database.id, database}, {application.id, application}};
    version.sources = {{.name = "app", .source = application.id, .priority = 2, .settings = {}},
                       {.name = "db",
                        .source = database.id,
                        .priority = 1,
                        .settings = {{"durability", "relaxed"}}}};
    volume.id = VolumeId("vol_1");
    volume.ports = {{"db", 20001}};
    volume.login = SecretId("sec_login");
    volume.number = 7;
  }
  VolumeSpec spec() { return volume_spec(volume, version, sources).value(); }

  std::map<SourceId, Source> sources;
  TemplateVersion version;
  Volume volume;
};

TEST_F(ASpec, HasTheSourcesInTheOrderInWhichTheyStart) {
  EXPECT_THAT(spec().sources,
              ElementsAre(Field(&SourceSpec::name, "db"), Field(&SourceSpec::name, "app")));
  EXPECT_EQ(spec().sources[0].port, 20001);
  EXPECT_EQ(spec().sources[1].port, 0);
  EXPECT_EQ(spec().login, SecretId("sec_login"));
  EXPECT_EQ(spec().number, 7U);
}

TEST_F(ASpec, HasTheTemplatesSettingsOverTheSources) {
  EXPECT_EQ(spec().sources[0].config.setting("durability"), "relaxed");
  EXPECT_EQ(spec().sources[0].config.secrets.at("url"), SecretId("sec_url"));
}

TEST_F(ASpec, NamesTheSecretOfWhoeverHasTheLastWord) {
  version.sources[1].settings["password"] = "***";
  version.sources[1].secrets["password"] = SecretId("sec_new");
  EXPECT_EQ(spec().sources[0].config.secrets.at("password"), SecretId("sec_new"));

  version.sources[1].settings["url"] = "postgresql://elsewhere/shop";
  EXPECT_THAT(spec().sources[0].config.secrets, ElementsAre(Pair("password", SecretId("sec_new"))));
}

TEST_F(ASpec, LetsNobodyButHooksInWhereDataIsBeingMadeReady) {
  EXPECT_EQ(spec().reach, Reach::everybody);
  volume.places = version.sources;
  EXPECT_EQ(spec().reach, Reach::hooks_only);
}

TEST_F(ASpec, SaysWhatTheVolumeIsRunFor) {
  EXPECT_EQ(spec().purpose, Purpose::work);
  volume.read_only = true;
  EXPECT_EQ(spec().purpose, Purpose::look);
  volume.follows = SourceId("src_db");
  EXPECT_EQ(spec().purpose, Purpose::follow);
  EXPECT_EQ(spec().reach, Reach::hooks_only);
}

TEST_F(ASpec, IsOfNothingWhereNothingRuns) {
  version.sources.clear();
  EXPECT_THAT(spec().sources, IsEmpty());
}

TEST_F(ASpec, IsRefusedWhereASourceIsMissing) {
  sources.erase(SourceId("src_app"));
  const auto made = volume_spec(volume, version, sources);
  ASSERT_FALSE(made);
  EXPECT_EQ(made.error().code, ErrorCode::internal);
}

}  // namespace
}  // namespace slip
