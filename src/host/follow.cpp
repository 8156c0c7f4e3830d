// SPDX-License-Identifier: Apache-2.0
#include "host/facets.h"
#include "host/instances.h"

namespace slip {
namespace {

constexpr std::size_t follower_log_bytes = 32 << 10;

}  // namespace

Result<Instances::Member> Instances::follower(const VolumeSpec& volume) {
  auto all = TRY(members(volume));
  if (all.size() == 1) return std::move(all.front());
  return Error{.message = "no source follows production on " + volume.id.str()};
}

Result<FollowState> Instances::follow_state(const VolumeSpec& volume) {
  const auto member = TRY(follower(volume));
  const auto log = machine_.runtime.log(member.context.id, follower_log_bytes);
  const auto* following = TRY(following_of(*member.adapter));
  return following->follow_state(member.context, log.value_or(std::string()));
}

Result<Timestamp> Instances::catch_up(const VolumeSpec& volume, const Progress& progress) {
  const auto member = TRY(follower(volume));
  const auto* following = TRY(following_of(*member.adapter));
  const auto state = TRY(follow_state(volume));
  if (state.health == FollowHealth::lost) {
    return Error{.code = ErrorCode::failed, .message = state.problem, .hint = state.hint};
  }
  auto caught_up = following->catch_up(member.context, progress);
  if (!caught_up && caught_up.error().code == ErrorCode::precondition_failed) {
    TRY(stop(volume, StopHow::in_order));
    TRY(start(volume, StartWhat::databases, [&] { return progress("", std::nullopt); }));
    caught_up = following->catch_up(member.context, progress);
  }
  if (!caught_up) return with_log(member, caught_up.error());
  return caught_up;
}

}  // namespace slip
