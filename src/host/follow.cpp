// SPDX-License-Identifier: Apache-2.0
#include "host/instances.h"
#include "ports/kinds.h"

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
  const auto start_again = [&]() -> Result<> {
    TRY(stop(volume, StopHow::in_order));
    return start(volume, StartWhat::databases, [&] { return progress("", std::nullopt); });
  };
  auto known = follow_state(volume);
  if (!known && TRY(state(member)) == InstanceState::exited) {
    TRY(start_again());
    known = follow_state(volume);
  }
  const auto followed = TRY(std::move(known));
  if (followed.health == FollowHealth::lost) {
    return Error{.code = ErrorCode::failed, .message = followed.problem, .hint = followed.hint};
  }
  // Production's log may demand it again, before or after the follower answers.
  constexpr int tries = 5;
  auto caught_up = following->catch_up(member.context, progress);
  for (int left = tries - 1; left > 0; --left) {
    if (caught_up || caught_up.error().code != ErrorCode::precondition_failed) break;
    const auto started = start_again();
    const bool ended_again = !started && started.error().code == ErrorCode::failed && left > 1;
    if (!started && !ended_again) return started.error();
    if (started) caught_up = following->catch_up(member.context, progress);
  }
  if (!caught_up) return with_log(member, caught_up.error());
  return caught_up;
}

}  // namespace slip
