// SPDX-License-Identifier: Apache-2.0
// What the compiler and the linker are told to do against misuse of memory, looked for in the
// programs as they were built.
#include <gmock/gmock.h>

#include <cstdlib>
#include <cstring>
#include <ranges>
#include <sstream>

#include "base/subprocess.h"
#include "tests/support/expect_result.h"

namespace slip {
namespace {

using ::testing::AllOf;
using ::testing::ContainsRegex;
using ::testing::Each;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

std::vector<std::string> split(const std::string& text, char at) {
  std::vector<std::string> parts;
  std::istringstream stream(text);
  for (std::string part; std::getline(stream, part, at);) parts.push_back(part);
  return parts;
}

class Hardening : public ::testing::TestWithParam<std::string> {
 protected:
  static std::string readelf(std::vector<std::string> options) {
    options.insert(options.begin(), "readelf");
    options.push_back(GetParam());
    auto said = run_ok({.argv = std::move(options), .output_max = 256 << 20});
    EXPECT_OK(said);
    return said.value_or("");
  }
};

TEST_P(Hardening, IsLoadedAtAnyAddress) {
  EXPECT_THAT(readelf({"--file-header"}), HasSubstr("DYN"));
  EXPECT_THAT(readelf({"--dynamic"}), HasSubstr("PIE"));
}

TEST_P(Hardening, HasNoWritableTableOfFunctions) {
  EXPECT_THAT(readelf({"--program-headers", "--wide"}), HasSubstr("GNU_RELRO"));
  EXPECT_THAT(readelf({"--dynamic"}), HasSubstr("NOW"));
}

TEST_P(Hardening, HasNoStackThatRuns) {
  std::vector<std::string> stacks;
  for (const auto& line : split(readelf({"--program-headers", "--wide"}), '\n')) {
    if (line.find("GNU_STACK") != line.npos) stacks.push_back(line);
  }
  EXPECT_THAT(stacks, AllOf(Not(IsEmpty()), Each(Not(HasSubstr("RWE")))));
}

TEST_P(Hardening, ChecksItsStackAndItsBuffers) {
  const std::string symbols = readelf({"--dyn-syms", "--wide"});
  EXPECT_THAT(symbols, HasSubstr("__stack_chk_fail"));
  EXPECT_THAT(symbols, ContainsRegex("__[a-z]+_chk@"));
}

TEST_P(Hardening, IsCompiledWholeWithWhatLeavesNoTraceOfItsOwn) {
  std::vector<std::string> compiled;
  for (const auto& line : split(readelf({"--string-dump=.debug_str"}), '\n')) {
    if (line.find("GNU C++") != line.npos) compiled.push_back(line);
  }
  EXPECT_THAT(compiled, AllOf(Not(IsEmpty()), Each(HasSubstr("-ftrivial-auto-var-init=zero")),
                              Each(HasSubstr("-fstack-protector-strong")),
                              Each(HasSubstr("-fstack-clash-protection"))));
}

INSTANTIATE_TEST_SUITE_P(Programs, Hardening, ::testing::ValuesIn(split(SLIP_PROGRAMS, ':')),
                         [](const auto& program) {
                           return program.param.substr(program.param.rfind('/') + 1);
                         });

// Level 3: the size is known only when it runs.
TEST(HardeningDeath, EndsAtAWriteBeyondWhatWasAllocated) {
  ::testing::GTEST_FLAG(death_test_style) = "threadsafe";
  const volatile std::size_t size = 24;
  EXPECT_DEATH(
      {
        const std::size_t allocated = size;
        auto* buffer = static_cast<char*>(std::malloc(allocated));
        std::memset(buffer, 1, size + 1);
        // Somebody reads it, or the compiler leaves the write out.
        asm volatile("" : : "r"(buffer) : "memory");
        std::free(buffer);
      },
      "buffer overflow detected");
}

TEST(HardeningDeath, EndsAtAnIndexBeyondAVector) {
  ::testing::GTEST_FLAG(death_test_style) = "threadsafe";
  const std::vector<int> numbers(3);
  const volatile std::size_t index = 3;
  EXPECT_DEATH(std::printf("%d", numbers[index]), "__n < this->size");
}

}  // namespace
}  // namespace slip
