// SPDX-License-Identifier: Apache-2.0
#include "adapters/support/space_watch.h"

namespace slip {

namespace {

constexpr std::uintmax_t kNextToNothing = 1 << 20;
constexpr auto kPatience = std::chrono::seconds(3);

}  // namespace

bool SpaceWatch::has_run_out() {
  std::error_code failed;
  const auto space = std::filesystem::space(directory_, failed);
  const auto now = std::chrono::steady_clock::now();
  if (failed || space.available >= kNextToNothing) {
    full_since_.reset();
    return false;
  }
  if (!full_since_) full_since_ = now;
  return now - *full_since_ >= kPatience;
}

Error no_space_for_source() {
  return Error{.code = ErrorCode::no_space,
               .message = "the pool has no space left for this source"};
}

}  // namespace slip
