// SPDX-License-Identifier: Apache-2.0
#include "domain/source_history.h"

#include <algorithm>
#include <cstdlib>
#include <deque>
#include <set>

namespace slip {
namespace {

constexpr std::int64_t kClockNoiseMs = 100;
constexpr std::size_t kClockReadings = 5;

// A log file is deleted some time after it may be; until then it must not be counted on.
constexpr auto kLogSlack = std::chrono::minutes(1);

}  // namespace

std::optional<PastData> past_data(const Source& source, Timestamp at,
                                  std::optional<Duration> log_kept, Timestamp now) {
  std::optional<PastData> found;
  for (const auto& point : source.history) {
    // By production's clock, which an archive's times are of, it may have more than it was taken
    // by.
    if (point.taken_by <= at && point.at <= at) found = PastData{.base = point};
  }
  if (!found) {
    // From before there was a history.
    const bool is_older = !source.snapshot.empty() && source.synced_at && *source.synced_at <= at;
    if (!is_older) return std::nullopt;
    const Timestamp then = *source.synced_at;
    return PastData{.base = {.snapshot = source.snapshot,
                             .follower = {},
                             .at = then,
                             .taken_by = then,
                             .position = {}}};
  }
  if (found->base.follower.empty() || !log_kept) return found;
  Timestamp reached = now;
  for (const auto& point : source.history) {
    if (point.follower != found->base.follower || point.at < at) continue;
    found->later = point.snapshot;
    reached = point.taken_by;
    break;
  }
  const bool leads_there = !found->later.empty() || found->base.follower == source.volume;
  found->replays = leads_there && reached - found->base.at < *log_kept - kLogSlack;
  return found;
}

std::optional<Timestamp> any_second_since(const Source& source, std::optional<Duration> log_kept,
                                          Timestamp now) {
  for (const auto& point : source.history) {
    if (source.volume.empty() || point.follower != source.volume) continue;
    const auto past = past_data(source, point.taken_by, log_kept, now);
    if (past && past->replays) return point.taken_by;
  }
  return std::nullopt;
}

std::optional<Duration> clock_ahead(const Source& source, const VolumeId& follower, Timestamp at) {
  std::deque<std::int64_t> known;  // the newest up to then, or the first one after
  for (const auto& point : source.history) {
    if (point.follower != follower || !point.clock_ahead_ms) continue;
    if (point.at > at && !known.empty()) break;
    known.push_back(*point.clock_ahead_ms);
    if (known.size() > kClockReadings) known.pop_front();
  }
  if (known.empty()) return std::nullopt;
  // What delays a message makes the clock that sent it look late, never early.
  const std::int64_t ahead = *std::ranges::max_element(known);
  return Duration(std::abs(ahead) < kClockNoiseMs ? 0 : ahead);
}

Timestamp by_production_clock(const Source& source, const SourcePoint& base, Timestamp at) {
  return at + clock_ahead(source, base.follower, at).value_or(Duration(0));
}

std::vector<SourcePoint> history_to_reap(const std::vector<SourcePoint>& history,
                                         const RetentionPolicy& policy, Timestamp now) {
  std::vector<SourcePoint> reaped;
  std::set<std::pair<VolumeId, std::int64_t>> hours;
  for (auto point = history.begin(); point != history.end(); ++point) {
    const Duration age = now - point->taken_by;
    const auto next = std::next(point);
    if (age >= policy.logs) {
      const bool is_newest_of_before = next == history.end() || now - next->taken_by < policy.logs;
      if (!point->follower.empty() || !is_newest_of_before) reaped.push_back(*point);
      continue;
    }
    if (age < policy.every_automatic) continue;
    const std::int64_t hour = point->at.ms / Duration(std::chrono::hours(1)).count();
    if (!hours.emplace(point->follower, hour).second) reaped.push_back(*point);
  }
  return reaped;
}

}  // namespace slip
