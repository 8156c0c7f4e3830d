// SPDX-License-Identifier: Apache-2.0
#include "adapters/support/space_watch.h"

#include <sys/statvfs.h>

namespace slip {

namespace {

constexpr std::uintmax_t kNextToNothing = 1 << 20;
constexpr auto kPatience = std::chrono::seconds(3);

}  // namespace

SpaceWatch::SpaceWatch(const std::filesystem::path& directory) {
  auto opened = Directory::open(directory);
  if (opened) directory_ = std::make_shared<const Directory>(*std::move(opened));
}

bool SpaceWatch::has_run_out() {
  struct statvfs space {};
  const bool is_known = directory_ != nullptr && ::fstatvfs(directory_->fd(), &space) == 0;
  const auto now = std::chrono::steady_clock::now();
  if (!is_known || std::uintmax_t{space.f_bavail} * space.f_frsize >= kNextToNothing) {
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
