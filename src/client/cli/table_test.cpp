// SPDX-License-Identifier: Apache-2.0
#include "client/cli/table.h"

#include <gtest/gtest.h>

#include "client/cli/text_width.h"

namespace slip::cli {
namespace {

TEST(DisplayWidth, CountsColumnsAndNotBytes) {
  EXPECT_EQ(display_width("qa"), 2U);
  EXPECT_EQ(display_width("Jörg"), 4U);
  EXPECT_EQ(display_width("数据"), 4U);
  EXPECT_EQ(display_width("e\u0301"), 1U);
  EXPECT_EQ(display_width("👍 ok"), 5U);
}

TEST(DisplayWidth, CountsAnInvalidByteAsOneColumn) {
  EXPECT_EQ(display_width("a\xff"
                          "b"),
            3U);
  EXPECT_EQ(display_width("\xe6\x95"), 2U);  // a character that is cut off
}

TEST(Printable, KeepsNamesFromMovingTheCursor) {
  EXPECT_EQ(printable("red\x1b[31m"), "red\uFFFD[31m");
  EXPECT_EQ(printable("a\nb"), "a\uFFFDb");
  EXPECT_EQ(printable("a\tb"), "a b");
  EXPECT_EQ(printable("a\nb", Lines::many_lines), "a\nb");
  EXPECT_EQ(printable("abc\u202Etxt"), "abc\uFFFDtxt");
  EXPECT_EQ(printable("\xc0\xaf"), "\uFFFD\uFFFD");  // an overlong "/"
}

TEST(Clip, CutsByColumnsAndSaysSo) {
  EXPECT_EQ(clip("short", 5), "short");
  EXPECT_EQ(clip("longer", 5), "long…");
  EXPECT_EQ(clip("数据库", 5), "数据…");
  EXPECT_EQ(clip("数据库", 4), "数…");
}

TEST(Table, AlignsByWhatIsWideOnATerminal) {
  Table table({{"NAME"}, {"SIZE", Align::right}, {"NOTE"}});
  table.add({"clean base", "1.0 GiB", "x"});
  table.add({"数据", "812 B", ""});
  EXPECT_EQ(table.to_string(),
            "NAME           SIZE  NOTE\n"
            "clean base  1.0 GiB  x\n"
            "数据          812 B\n");
}

TEST(Table, LeavesOutColumnsThatAreEmptyThroughout) {
  Table table({{"NAME"}, {"TAGS"}, {"BY"}});
  table.add({"one", "", "qa"});
  EXPECT_EQ(table.to_string(2), "  NAME  BY\n  one   qa\n");
}

TEST(Fields, LeaveOutWhatHasNoValue) {
  EXPECT_EQ(fields({{"container", "qa"}, {"lock", ""}, {"id", "ctr_1"}}),
            "container  qa\nid         ctr_1\n");
}

}  // namespace
}  // namespace slip::cli
