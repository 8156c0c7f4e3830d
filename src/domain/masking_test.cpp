// SPDX-License-Identifier: Apache-2.0
#include "domain/masking.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace slip {
namespace {

TEST(Mask, HidesPasswordsAndLeavesTheRest) {
  EXPECT_EQ(masked("password", "x"), "***");
  EXPECT_EQ(masked("ssh_Passphrase", "x"), "***");
  EXPECT_EQ(masked("API_TOKEN", "x"), "***");
  EXPECT_EQ(masked("password", ""), "");
  EXPECT_EQ(masked("path", "/srv/data"), "/srv/data");
}

TEST(Mask, HidesThePasswordWithinAUrl) {
  EXPECT_EQ(masked("url", "postgresql://u:p@h:5432/d"), "postgresql://u:***@h:5432/d");
  EXPECT_EQ(masked("url", "postgresql://u:p@ss@h/d"), "postgresql://u:***@h/d");
  EXPECT_EQ(masked("url", "postgresql://u@h:5432/d"), "postgresql://u@h:5432/d");
  EXPECT_EQ(masked("url", "postgresql://h:5432/a@b:c"), "postgresql://h:5432/a@b:c");
  EXPECT_EQ(masked("url", "postgresql://h/d?user=u&password=p&x=y"),
            "postgresql://h/d?user=u&password=***&x=y");
}

TEST(Mask, HidesThePasswordWithinAConnectionString) {
  EXPECT_EQ(masked("url", "host=h password=p dbname=d"), "host=h password=*** dbname=d");
  EXPECT_EQ(masked("url", "host=h password = 'a \\' b' dbname=d"),
            "host=h password = *** dbname=d");
  EXPECT_EQ(masked("url", "host=h password='never closed"), "host=h password=***");
}

TEST(Mask, HidesEveryPasswordOfAValueWithSeveral) {
  EXPECT_EQ(masked("url", "a://u:p@h/d b://u:q@h/d"), "a://u:***@h/d b://u:***@h/d");
  EXPECT_EQ(masked("url", "password=p and PASSWORD=q"), "password=*** and PASSWORD=***");
}

TEST(Mask, HidesACommandSinceAnyWordOfItMayBeAPassword) {
  EXPECT_EQ(masked("backup_command", "ssh db mariadb-backup -psecret --stream=mbstream"), "***");
}

SourceConfig application() {
  return {.kind = "files",
          .settings = {{"path", "/srv/app"}, {"url", "ssh://u:p@h/app"}},
          .run = RunSection{.command = {"app"}, .env = {{"API_KEY", "k1"}, {"MODE", "test"}}}};
}

TEST(Mask, TakesSecretsOutOfAConfigurationAndPutsThemBack) {
  SourceConfig config = application();

  const SecretValues values = take_secrets(config);

  EXPECT_THAT(values, ::testing::UnorderedElementsAre(std::pair("url", "ssh://u:p@h/app"),
                                                      std::pair("env.API_KEY", "k1")));
  EXPECT_EQ(config.settings.at("url"), "ssh://u:***@h/app");
  EXPECT_EQ(config.settings.at("path"), "/srv/app");
  EXPECT_EQ(config.run->env.at("API_KEY"), "***");
  EXPECT_EQ(config.run->env.at("MODE"), "test");
  EXPECT_TRUE(take_secrets(config).empty());
  put_back(config, values);
  EXPECT_EQ(config.settings, application().settings);
  EXPECT_EQ(config.run->env, application().run->env);
}

TEST(Mask, KnowsThePartsOfAValueThatGiveItAway) {
  EXPECT_THAT(telling_parts("hunter2"), ::testing::ElementsAre("hunter2"));
  EXPECT_THAT(telling_parts("postgresql://u:p@h/d"),
              ::testing::ElementsAre("postgresql://u:p@h/d", "p"));
}

TEST(Mask, FindsTheHandlesThatARecordNames) {
  EXPECT_THAT(handles_in(R"({"login":"sec_1","secrets":{"url":"sec_2"},"name":"my sec_3"})"),
              ::testing::ElementsAre(SecretId("sec_1"), SecretId("sec_2")));
}

}  // namespace
}  // namespace slip
