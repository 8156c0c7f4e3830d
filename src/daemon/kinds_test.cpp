// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <regex>
#include <set>
#include <sstream>

#include "base/file.h"
#include "base/json.h"
#include "base/temporary_directory.h"
#include "daemon/adapters.h"

namespace slip {
namespace {

using testing::ElementsAre;

std::vector<SourceKind> kinds(const std::filesystem::path& files = "/nowhere") {
  return make_kinds({.data = "/nowhere", .kinds = files, .pool = {}},
                    {.confinement = std::make_shared<NoConfinement>(), .certificates = {}});
}

std::vector<std::string> names_of(const std::vector<SourceKind>& kinds) {
  std::vector<std::string> names;
  for (const auto& kind : kinds) names.push_back(kind.description.kind);
  return names;
}

// The page's tests are about what is in that file. It is made anew by UPDATE_KINDS=1.
TEST(Kinds, AreThoseThatThePageIsTestedWith) {
  json::array described;
  for (const auto& kind : kinds()) described.push_back(to_json(kind.description));
  if (std::getenv("UPDATE_KINDS") != nullptr) {
    std::ofstream(SLIP_KINDS) << json::serialize(described) << "\n";
  }
  const auto kept = read_file(SLIP_KINDS, 1 << 20);
  ASSERT_TRUE(kept);
  EXPECT_EQ(parse_json(*kept).value(), json::value(described))
      << "run this with UPDATE_KINDS=1, and the page's tests";
}

TEST(Kinds, AreCalledAsTheirAdaptersAre) {
  for (const auto& [description, adapter] : kinds()) {
    EXPECT_EQ(adapter->info().kind, description.kind);
    const auto refused = adapter->validate(
        {.kind = description.kind, .settings = {{"no_such_setting", "x"}}, .run = {}});
    ASSERT_FALSE(refused) << description.kind;
    EXPECT_EQ(refused.error().code, ErrorCode::invalid_argument);
  }
}

// The first column of the guide's table of a kind: `url`; `encoding`, `locale`; `conf.NAME`.
std::set<std::string> in_guide(const std::string& guide, const std::string& kind) {
  const auto begin = guide.find("## kind = \"" + kind + "\"");
  const auto end = guide.find("\n## ", begin);
  std::set<std::string> names;
  std::istringstream lines(guide.substr(begin, end - begin));
  static const std::regex name("`([a-z_]+)(\\.NAME)?`");
  for (std::string line; std::getline(lines, line);) {
    if (line.starts_with("| key")) break;  // of the run section
    if (!line.starts_with("| `")) continue;
    const std::string first = line.substr(0, line.find('|', 1));
    for (std::sregex_iterator one(first.begin(), first.end(), name), none; one != none; ++one) {
      names.insert((*one)[1]);
    }
  }
  return names;
}

TEST(Kinds, HaveTheSettingsThatTheGuideHas) {
  const auto guide = read_file(SLIP_GUIDE, 1 << 20);
  ASSERT_TRUE(guide);
  for (const auto& [kind, adapter] : kinds()) {
    if (kind.kind == "mysql") continue;  // the guide says how it differs from another
    std::set<std::string> described;
    for (const auto& setting : kind.settings) described.insert(setting.name);
    auto told = in_guide(*guide, kind.kind);
    // Beside the address of another machine, in one row.
    if (kind.kind == "files") told.insert({"ssh_key", "ssh_options"});
    EXPECT_EQ(told, described) << kind.kind;
  }
}

// Nobody's branch is kept from running by a file that cannot be read.
TEST(Kinds, AreDefinedByFilesToo) {
  const TemporaryDirectory folder;
  const std::string rest =
      "label = \"Shop\"\n[fill]\ncommand = [\"/bin/true\"]\n[start]\ncommand = [\"/bin/true\"]\n"
      "[connection]\nurl = \"shop://${host}\"\n";
  std::ofstream(folder.path() / "a.toml") << "kind = \"shop\"\n" << rest;
  std::ofstream(folder.path() / "b.toml") << "kind = \"redis\"\n" << rest;
  std::ofstream(folder.path() / "c.toml") << "nonsense";
  std::ofstream(folder.path() / "notes.txt") << "nothing of it";

  EXPECT_THAT(names_of(kinds(folder.path())),
              ElementsAre("postgresql", "mariadb", "mysql", "redis", "files", "shop"));
}

}  // namespace
}  // namespace slip
