// SPDX-License-Identifier: Apache-2.0
#include "domain/run_settings.h"

#include <gtest/gtest.h>

namespace slip {
namespace {

Result<RunSettings> read(const std::string& key, const std::string& value) {
  return run_settings({.kind = "files", .settings = {{key, value}}, .run = {}});
}

TEST(RunSettings, KeepABranchToItselfUnlessToldOtherwise) {
  EXPECT_EQ(read("path", "/srv")->network, RunSettings::Network::branch);
  EXPECT_EQ(read("network", "host")->network, RunSettings::Network::host);
  EXPECT_EQ(read("network", "none").error().code, ErrorCode::invalid_argument);
}

TEST(RunSettings, TakeSizesInTheUsualUnits) {
  EXPECT_EQ(read("limit.memory", "512MiB")->limits.memory_bytes, 512 << 20);
  EXPECT_EQ(read("limit.memory", "512MB")->limits.memory_bytes, 512 << 20);
  EXPECT_EQ(read("limit.memory", "2G")->limits.memory_bytes, std::int64_t{2048} << 20);
  EXPECT_EQ(read("limit.memory", "104857600")->limits.memory_bytes, 100 << 20);
}

TEST(RunSettings, RefuseLimitsThatMeanNothing) {
  for (const auto& [key, value] :
       {std::pair("limit.memory", "1MiB"), std::pair("limit.memory", "2 pounds"),
        std::pair("limit.memory", "-2G"), std::pair("limit.memory", "99999999999T"),
        std::pair("limit.processes", "1"), std::pair("limit.processes", "100K"),
        std::pair("limit.cpu_weight", "0"), std::pair("limit.cpu_weight", "10001"),
        std::pair("limit.open_files", "")}) {
    const auto refused = read(key, value);
    ASSERT_FALSE(refused) << key << " = " << value;
    EXPECT_EQ(refused.error().code, ErrorCode::invalid_argument);
    EXPECT_NE(refused.error().message.find(key), std::string::npos);
  }
}

TEST(RunSettings, LeaveOthersToTheKind) {
  RunSettings settings;
  EXPECT_FALSE(read_run_setting(settings, "limit.patience", "1").value());
  EXPECT_FALSE(read_run_setting(settings, "durability", "full").value());
}

}  // namespace
}  // namespace slip
