// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <future>
#include <thread>

#include "base/log.h"
#include "domain/run_settings.h"
#include "host/instances.h"

namespace slip {

using namespace std::chrono_literals;

namespace {

constexpr std::size_t replay_log_bytes = 64 << 10;

// How long to leave alone what has been starting for that long, unless it says something.
std::chrono::microseconds pause_after(std::chrono::steady_clock::duration starting) {
  return std::min<std::chrono::microseconds>(
      3ms + std::chrono::duration_cast<std::chrono::microseconds>(starting) / 4, 100ms);
}

}  // namespace

std::optional<Error> Instances::why_it_ended(const Member& member) {
  const auto log = machine_.runtime.log(member.context.id, 8192);
  return log ? member.adapter->why_it_ended(member.context, *log) : std::nullopt;
}

Result<> Instances::wait_ready(const Member& member, StartWhat what, const KeepGoing& keep_going) {
  const bool replays = what == StartWhat::databases_that_replay;
  const auto patience = replays ? machine_.machine_settings.replay_patience
                                : machine_.machine_settings.ready_patience;
  const auto begun = std::chrono::steady_clock::now();
  const auto deadline = begun + patience;
  auto said = machine_.runtime.await_output(member.context.id, -1, Duration(0));
  while (true) {
    const auto asked = std::chrono::steady_clock::now();
    const auto answer = member.adapter->ready(member.context);
    if (answer) return {};
    if (answer.error().code != ErrorCode::unavailable) return with_log(member, answer.error());
    const auto status = TRY(machine_.runtime.status(member.context.id));
    if (status.state != InstanceState::running) {
      if (auto why = why_it_ended(member)) return with_log(member, *std::move(why));
      return with_log(
          member,
          Error{.code = ErrorCode::failed,
                .message = fmt::format(
                    "{} ended by itself{}{}", member.context.source_name,
                    status.exit_status ? fmt::format(" with status {}", *status.exit_status) : "",
                    replays ? " while it replayed its log" : ""),
                .hint = replays ? "A file of that may be damaged: what the database said names it. "
                                  "Choose a point of the timeline, or a time before that file."
                                : "Its log says why."});
    }
    if (!keep_going()) {
      return Error{.code = ErrorCode::canceled, .message = "the operation was canceled"};
    }
    if (std::chrono::steady_clock::now() > deadline) {
      return with_log(
          member, Error{.code = ErrorCode::timed_out,
                        .message = fmt::format("{} did not answer within {} seconds: {}",
                                               member.context.source_name, patience.count() / 1000,
                                               answer.error().message),
                        .hint = replays ? "Choose a time sooner after a point on the timeline: "
                                          "there is less to replay then."
                                        : "Its log says what it was doing."});
    }
    // Servers say when they are ready. Those that say much are not asked at every word of it.
    const auto pause = pause_after(asked - begun);
    said =
        machine_.runtime.await_output(member.context.id, said, std::chrono::ceil<Duration>(pause));
    std::this_thread::sleep_until(asked + pause / 4);
  }
}

Result<> Instances::start_one(const Member& member, StartWhat what, const KeepGoing& keep_going) {
  // A replay may want more than one thing that is seen only when it lacks it.
  constexpr int tries = 8;
  bool is_mended = false;
  for (int left = tries - 1;; --left) {
    const bool begins = TRY(state(member)) != InstanceState::running;
    auto started = launch_and_wait(member, what, keep_going);
    // Its owner has locked us out, which the next start mends. Who is connected to one that ran
    // before stays so.
    const bool is_locked = !started && started.error().code == ErrorCode::permission_denied;
    if (is_locked && begins && !is_mended) {
      is_mended = true;
      TRY(machine_.runtime.stop(member.context.id, member.adapter->stop_patience()));
      continue;
    }
    if (started || what != StartWhat::databases_that_replay || left == 0) return started;
    if (TRY(state(member)) != InstanceState::exited) return started;
    const auto log = machine_.runtime.log(member.context.id, replay_log_bytes);
    const auto* replay = member.adapter->log_replay();
    if (!log || replay == nullptr || !TRY(replay->replays_again(member.context, *log))) {
      return started;
    }
  }
}

Result<> Instances::launch_and_wait(const Member& member, StartWhat what,
                                    const KeepGoing& keep_going) {
  const auto before = TRY(state(member));
  if (before == InstanceState::frozen) TRY(machine_.runtime.thaw(member.context.id));
  if (before == InstanceState::absent || before == InstanceState::exited) {
    if (before == InstanceState::exited) TRY(machine_.runtime.stop(member.context.id, Duration(0)));
    TRY(member.adapter->prepare(member.context));
    auto spec = TRY(member.adapter->launch(member.context));
    if (!spec) return {};
    const bool waited_for = what != StartWhat::databases_in_background;
    spec->network = member.network;
    spec->user = member.context.user;
    spec->limits = member.limits;
    spec->together = member.together;
    spec->urgency = waited_for ? Urgency::normal : Urgency::background;
    TRY(machine_.runtime.start(member.context.id, *spec));
    const bool is_led_to = what == StartWhat::everything && member.context.port != 0;
    if (is_led_to) machine_.endpoints.expect({member.context.id, member.context.port});
  }
  return wait_ready(member, what, keep_going);
}

Result<bool> Instances::lost_a_port(const VolumeSpec& volume) {
  for (const auto& member : TRY(members(volume))) {
    if (TRY(state(member)) == InstanceState::running || member.context.port == 0) continue;
    if (!machine_.endpoints.available(member.context.port)) return true;
  }
  return false;
}

Result<VolumeSpec> Instances::start(const ToStart& to_start, StartWhat what,
                                    const KeepGoing& keep_going) {
  constexpr int tries = 3;
  for (int left = tries - 1;; --left) {
    auto volume = TRY(to_start());
    const auto started = start(volume, what, keep_going);
    if (started) return volume;
    if (left == 0 || !TRY(lost_a_port(volume))) return started.error();
    spdlog::warn("{}: another program has taken a port; trying others", volume.id.str());
  }
}

Result<> Instances::start(const VolumeSpec& volume, StartWhat what, const KeepGoing& keep_going) {
  const auto all = TRY(members_to_run(volume));
  if (all.empty()) return {};
  hold_for_what_runs(volume.id, all.front().tree);
  const auto started = start_all(all, what, keep_going);
  const auto is_there = [this](const Member& member) {
    const auto is = state(member);
    return !is || *is != InstanceState::absent;
  };
  if (!started && std::ranges::none_of(all, is_there)) let_go(volume.id);
  return started;
}

Result<> Instances::start_all(const std::vector<Member>& all, StartWhat what,
                              const KeepGoing& keep_going) {
  for (std::size_t begin = 0; begin < all.size();) {
    if (!keep_going()) {
      return Error{.code = ErrorCode::canceled, .message = "the operation was canceled"};
    }
    std::size_t end = begin;
    std::vector<std::future<Result<>>> starting;
    for (; end < all.size() && all[end].source->priority == all[begin].source->priority; ++end) {
      const Member& member = all[end];
      if (what != StartWhat::everything && !member.adapter->info().recovers) continue;
      starting.push_back(std::async(std::launch::async, [this, &member, what, &keep_going] {
        return in_context("start " + member.context.source_name,
                          start_one(member, what, keep_going));
      }));
    }
    Result<> outcome;
    for (auto& one : starting) {
      auto started = one.get();
      if (!started && outcome) outcome = std::move(started);
    }
    if (!outcome) return outcome;
    begin = end;
  }
  return {};
}

}  // namespace slip
