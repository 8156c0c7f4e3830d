// SPDX-License-Identifier: Apache-2.0
#include "adapters/support/limited.h"

#include <gtest/gtest.h>

#include "tests/support/expect_result.h"

namespace slip {
namespace {

// Tells which limits its programs were to have.
class TellingConfinement : public Confinement {
 public:
  Result<Command> confine(Command command, const ConfinedPlaces& places) const override {
    told = places.limits;
    return command;
  }
  bool hides_the_rest() const override { return true; }

  mutable RunLimits told;
};

TEST(LimitsOfASourcesPrograms, AreThoseOfItsSettings) {
  const auto inner = std::make_shared<const TellingConfinement>();
  const SourceConfig config{.kind = "files",
                            .settings = {{"limit.memory", "3GiB"},
                                         {"limit.open_files", "500"},
                                         {"limit.processes", "100"}},
                            .run = {}};

  const auto confinement = limited_by(config, inner);

  ASSERT_TRUE(confinement);
  EXPECT_TRUE((*confinement)->hides_the_rest());
  ASSERT_TRUE((*confinement)->confine({}, {.limits = {.open_files = 100}}));
  EXPECT_EQ(inner->told, (RunLimits{.memory_bytes = std::int64_t{3} << 30, .open_files = 100}))
      << "processes are counted with all that the user runs";

  const auto small =
      limited_by({.kind = "files", .settings = {{"limit.memory", "512MiB"}}, .run = {}}, inner);
  ASSERT_TRUE(small && (*small)->confine({}, {}));
  EXPECT_EQ(inner->told.memory_bytes, std::int64_t{2} << 30) << "what a private server reserves";
}

TEST(LimitsOfASourcesPrograms, AreNoOthersWhereItHasNone) {
  const auto inner = std::make_shared<const TellingConfinement>();
  EXPECT_EQ(limited_by({.kind = "files", .settings = {}, .run = {}}, inner).value(), inner);
  EXPECT_ERROR(
      limited_by({.kind = "files", .settings = {{"limit.memory", "much"}}, .run = {}}, inner),
      invalid_argument);
}

}  // namespace
}  // namespace slip
