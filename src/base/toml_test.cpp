// SPDX-License-Identifier: Apache-2.0
#include "base/toml.h"

#include <gmock/gmock.h>

#include "tests/support/expect_result.h"

namespace slip {
namespace {

using ::testing::HasSubstr;

TEST(Toml, HasLettersOfAllLanguagesInStringsAndComments) {
  const std::vector<std::string> texts{
      "# größer",
      "a = 1 # größer\nb = 2",
      "a = \"größer\"",
      "a = 'größer'",
      "'größer' = 1",
      "[\"größer\"]\na = '' # ö",
      R"(a = "\"ö\\" # ö)",
      R"(a = 'ö\' # ö)",
      "a = \"\"\"\nö \"\" ö\\\"\"\" ö\"\"\"\"\" # ö",
      "a = '''\nö '' ö\\''''' # ö",
      "a = \"\"\nb = ''\nc = 'ö'",
      "\xEF\xBB\xBF# ö\na = 1",
  };
  for (const auto& text : texts) EXPECT_OK(parse_toml(text, "a file"));
}

TEST(Toml, RefusesThemElsewhereWithTheLine) {
  const std::vector<std::string> texts{"\n\xCF\xBF", "a = 1\nö = 2", "a = ''\nb = 1 ö",
                                       "a = \"\"\"\"\"\"\nb = ö", "# \"\nb = ö # '"};
  for (const auto& text : texts) {
    const auto parsed = parse_toml(text, "a file");
    EXPECT_ERROR(parsed, invalid_argument);
    if (!parsed) {
      EXPECT_THAT(parsed.error().message, HasSubstr("a file:2:")) << text;
    }
  }
}

TEST(Toml, SaysWhatIsWrongAndWhere) {
  for (const std::string text : {"a = 1\n[b", "a = 1\nb = \"c", "a = 1\n[#"}) {
    EXPECT_ERROR(parse_toml(text, "a file"), invalid_argument);
  }
}

}  // namespace
}  // namespace slip
