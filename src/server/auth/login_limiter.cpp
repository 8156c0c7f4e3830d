// SPDX-License-Identifier: Apache-2.0
#include "server/auth/login_limiter.h"

#include <algorithm>

namespace slip::auth {
namespace {

// What guessers send as a name may be long; so many bytes tell real ones apart.
constexpr std::size_t key_bytes_max = 128;

// No address has a line break in it.
std::string user_at(std::string_view user, std::string_view peer) {
  return std::string(peer) + "\n" + std::string(user.substr(0, key_bytes_max));
}

}  // namespace

Duration LoginLimiter::attempt(std::string_view user, std::string_view peer, Timestamp now) {
  const std::string key = user_at(user, peer);
  const std::lock_guard lock(mutex_);
  const Duration left = std::max(wait(users_, key, limits_.free_failures_of_user, now),
                                 wait(peers_, peer, limits_.free_failures_of_peer, now));
  if (left > Duration(0)) return left;
  count(users_, key, now);
  count(peers_, peer, now);
  return Duration(0);
}

void LoginLimiter::succeeded(std::string_view user, std::string_view peer) {
  const std::lock_guard lock(mutex_);
  if (const auto found = users_.find(user_at(user, peer)); found != users_.end())
    users_.erase(found);
  const auto found = peers_.find(peer);
  if (found != peers_.end() && --found->second.failures <= 0) peers_.erase(found);
}

std::size_t LoginLimiter::entry_count() const {
  const std::lock_guard lock(mutex_);
  return users_.size() + peers_.size();
}

Duration LoginLimiter::wait(const Entries& entries, std::string_view key, int free_failures,
                            Timestamp now) const {
  const auto found = entries.find(key);
  if (found == entries.end() || found->second.failures < free_failures) return Duration(0);
  Duration delay = limits_.first_delay;
  for (int i = free_failures; i < found->second.failures && delay < limits_.delay_max; ++i) {
    delay *= 2;
  }
  delay = std::min(delay, limits_.delay_max);
  // A clock that was set back must not make anybody wait longer.
  const Duration passed = std::max(now - found->second.last_failure, Duration(0));
  return std::max(delay - passed, Duration(0));
}

void LoginLimiter::count(Entries& entries, std::string_view key, Timestamp now) {
  auto found = entries.find(key);
  if (found == entries.end()) {
    if (entries.size() >= limits_.entries_max) {
      std::erase_if(entries, [&](const auto& entry) {
        return now - entry.second.last_failure > limits_.forget_after;
      });
    }
    if (entries.size() >= limits_.entries_max) {
      entries.erase(std::ranges::min_element(
          entries, {}, [](const auto& entry) { return entry.second.last_failure; }));
    }
    found = entries.emplace(std::string(key), Entry{}).first;
  }
  Entry& entry = found->second;
  if (now - entry.last_failure > limits_.forget_after) entry.failures = 0;
  ++entry.failures;
  entry.last_failure = now;
}

}  // namespace slip::auth
