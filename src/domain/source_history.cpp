#include "domain/source_history.h"

#include <cstdlib>
#include <set>

namespace slip {
namespace {

constexpr std::int64_t kClockNoiseMs = 100;

// A log file is deleted some time after it may be; until then it must not be counted on.
constexpr auto kLogSlack = std::chrono::minutes(1);

}  // namespace

std::optional<PastData> past_data(const Source& source, Timestamp at,
                                  std::optional<Duration> log_kept, Timestamp now) {
  std::optional<PastData> found;
  for (const auto& point : source.history) {
    if (point.taken_by <= at) found = PastData{.base = point};
  }
  if (!found) {
    // Of before there was a history.
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

Timestamp by_production_clock(const Source& source, const SourcePoint& base, Timestamp at) {
  std::optional<std::int64_t> ahead;
  for (const auto& point : source.history) {
    if (point.follower != base.follower || !point.clock_ahead_ms) continue;
    if (!ahead || point.at <= at) ahead = point.clock_ahead_ms;
  }
  if (!ahead || std::abs(*ahead) < kClockNoiseMs) return at;
  return Timestamp{at.ms + *ahead};
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
