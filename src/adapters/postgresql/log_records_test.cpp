// SPDX-License-Identifier: Apache-2.0
#include "adapters/postgresql/log_records.h"

#include <gtest/gtest.h>

#include <cstring>

namespace slip::postgresql {
namespace {

constexpr std::uint64_t kFile = 1 << 20;
constexpr std::uint64_t kPage = 8192;
constexpr std::uint64_t kFirst = kFile + 40;  // of the file with number 1

// A file whose first record says to be of that length, and of which no other is there.
std::string file_with_record(std::uint32_t length) {
  std::string file(kFile, '\0');
  for (std::uint64_t page = 0; page < kFile; page += kPage) {
    const std::uint64_t place = kFile + page;
    std::memcpy(file.data() + page + 8, &place, sizeof place);
  }
  std::memcpy(file.data() + 40, &length, sizeof length);
  file[40 + 17] = 10;  // of a heap
  return file;
}

class Records {
 public:
  explicit Records(std::uint32_t length) : file_(file_with_record(length)) {}
  Result<std::optional<LogRecord>> at(std::uint64_t place) { return records_.at(place); }
  int asked() const { return asked_; }

 private:
  std::string file_;
  int asked_ = 0;
  LogRecords records_{kFile, [this](std::uint64_t number) -> Result<std::optional<std::string>> {
                        ++asked_;
                        if (number == 1) return std::optional(file_);
                        return std::optional<std::string>();
                      }};
};

TEST(LogRecords, EndBehindTheHeadersOfPagesInBetween) {
  Records records(2 * kPage);

  const auto found = records.at(kFirst);

  ASSERT_TRUE(found && *found);
  // Its 16 KiB begin behind the file's header of 40 bytes; two pages have one of 24 each.
  EXPECT_EQ((*found)->end, kFirst + 2 * kPage + 2 * 24);
  EXPECT_FALSE((*found)->ended_us);
}

// Whoever may write to a log may say so.
TEST(LogRecords, SayToBeLongWithoutBeingRead) {
  Records records(0xffffffff);

  const auto found = records.at(kFirst);

  ASSERT_TRUE(found && *found);
  EXPECT_GT((*found)->end, std::uint64_t{4} << 30);
  EXPECT_EQ(records.asked(), 1);
  const auto next = records.at((*found)->end);
  ASSERT_TRUE(next);
  EXPECT_FALSE(*next) << "the log has no more";
}

}  // namespace
}  // namespace slip::postgresql
