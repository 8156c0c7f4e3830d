// SPDX-License-Identifier: Apache-2.0
#include "adapters/command/kind_file.h"

#include <gmock/gmock.h>
#include <spdlog/sinks/ostream_sink.h>
#include <spdlog/spdlog.h>
#include <sys/stat.h>

#include <fstream>
#include <sstream>

#include "adapters/command/expand.h"
#include "base/temporary_directory.h"

namespace slip::command {
namespace {

using testing::HasSubstr;

const std::string kLeast = R"(kind = "shop"
label = "Shop"
[fill]
command = ["/bin/true"]
[start]
command = ["/bin/server", "${port}", "${setting.colour}"]
[connection]
url = "shop://${host}:${port}"
[[setting]]
name = "colour"
label = "Colour"
default = "red"
)";

std::string refusal(const std::string& text) {
  const auto kind = read_kind_file(text, "shop.toml");
  return kind ? "" : kind.error().describe() + " " + kind.error().hint;
}

// The least file with something else in the place of a part.
std::string with(const std::string& part, const std::string& other) {
  std::string text = kLeast;
  return text.replace(text.find(part), part.size(), other);
}

TEST(KindFile, IsRefusedWhereItIsNoToml) {
  EXPECT_THAT(refusal("kind = [\n"), HasSubstr("shop.toml:"));
  EXPECT_THAT(refusal("[#"), HasSubstr("shop.toml is no TOML"));
}

TEST(KindFiles, AreReadWithTheirSettings) {
  const auto kind = read_kind_file(kLeast, "shop.toml");
  ASSERT_TRUE(kind) << refusal(kLeast);
  EXPECT_EQ(kind->description.kind, "shop");
  EXPECT_EQ(kind->defaults.at("colour"), "red");
  EXPECT_FALSE(check_settings(kind->description,
                              {.kind = "shop", .settings = {{"colour", "red; rm"}}, .run = {}}));
}

TEST(KindFiles, AreRefusedWithTheirPlaceAndWhatIsKnown) {
  EXPECT_THAT(refusal("kind = "), HasSubstr("shop.toml:1:"));
  EXPECT_THAT(refusal(with("label", "labels")), HasSubstr("label must be a text"));
  EXPECT_THAT(refusal("color = 1\n" + kLeast), HasSubstr("color is not known"));
  EXPECT_THAT(refusal(with("[start]", "[begin]")), HasSubstr("[start] is missing"));
  EXPECT_THAT(refusal(with("/bin/server", "server")), HasSubstr("whole path"));
  EXPECT_THAT(refusal(with("${port}\", ", "${prot}\", ")), HasSubstr("${prot}"));
  EXPECT_THAT(refusal(with("\"red\"", "\"red or\"")), HasSubstr("does not match"));
  EXPECT_THAT(refusal(with("[fill]\ncommand = [\"/bin/true\"]\n", "")), HasSubstr("fill"));
}

TEST(KindFiles, HaveSettingsOfNamesThatMeanNothingElse) {
  for (const char* taken : {"dump", "directory", "network"}) {
    EXPECT_THAT(refusal(with("\"colour\"", '"' + std::string(taken) + '"')),
                HasSubstr("is taken: there is a setting " + std::string(taken)));
  }
  EXPECT_THAT(refusal(kLeast + kLeast.substr(kLeast.find("[[setting]]"))), HasSubstr("is taken"));
  for (const char* wrong :
       {"", "Colour", "limit.memory", "two words", "1st", "longer_than_any_name_of_a_setting"}) {
    EXPECT_THAT(refusal(with("\"colour\"", '"' + std::string(wrong) + '"')),
                HasSubstr("must be a short name"));
  }
}

TEST(KindFiles, AreRefusedWhereATextIsTooLongToMatch) {
  const std::string text(100'000, 'a');
  EXPECT_THAT(refusal(with("\"red\"", '"' + text + '"')), HasSubstr("does not match"));
  EXPECT_THAT(refusal(kLeast + "[[file]]\nname = \"" + text + "\"\ncontent = \"\"\n"),
              HasSubstr("must be a plain file name"));
}

TEST(KindFiles, AreRegularFilesOfAFolderThatMayNotBeThere) {
  const TemporaryDirectory folder;
  std::ofstream(folder.path() / "shop.toml") << kLeast;
  ASSERT_EQ(::mkfifo((folder.path() / "fifo.toml").c_str(), 0600), 0);
  std::filesystem::create_directory(folder.path() / "folder.toml");
  std::filesystem::create_symlink("nowhere", folder.path() / "link.toml");
  const auto kinds = read_kind_files(folder.path());
  ASSERT_EQ(kinds.size(), 1U);
  EXPECT_EQ(kinds.front().description.kind, "shop");
  EXPECT_TRUE(read_kind_files(folder.path() / "none").empty());
}

TEST(KindFiles, OfAFolderThatCannotBeReadAreMissedInTheLog) {
  const TemporaryDirectory folder;
  std::ofstream(folder.path() / "file") << "no folder";
  std::ostringstream log;
  const auto usual = spdlog::default_logger();
  spdlog::set_default_logger(std::make_shared<spdlog::logger>(
      "test", std::make_shared<spdlog::sinks::ostream_sink_mt>(log)));

  EXPECT_TRUE(read_kind_files(folder.path() / "none").empty());
  EXPECT_EQ(log.str(), "");
  EXPECT_TRUE(read_kind_files(folder.path() / "file").empty());

  spdlog::set_default_logger(usual);
  EXPECT_THAT(log.str(), HasSubstr((folder.path() / "file").string()));
}

TEST(KindFiles, PutNoPasswordIntoAListOfProcesses) {
  EXPECT_THAT(refusal(with("${setting.colour}", "${password}")), HasSubstr("${password}"));
  EXPECT_EQ(refusal(with("[connection]\n", "env = { KEY = \"${password}\" }\n[connection]\n")), "");
}

TEST(Variables, ArePutInAndADollarIsWrittenTwice) {
  EXPECT_EQ(*expand("${a}-$${a}-$a $", {{"a", "1"}}), "1-${a}-$a $");
  EXPECT_FALSE(expand("${a", {{"a", "1"}}));
  EXPECT_THAT(expand("${b}", {{"a", "1"}}).error().hint, HasSubstr("Known here: a"));
}

}  // namespace
}  // namespace slip::command
