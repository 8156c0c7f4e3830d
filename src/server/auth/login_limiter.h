// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <map>
#include <mutex>
#include <string>
#include <string_view>

#include "base/time.h"

namespace slip::auth {

struct LoginLimits {
  int free_failures_of_user = 5;   // from one peer
  int free_failures_of_peer = 20;  // more: behind one address there may be many people
  Duration first_delay = std::chrono::seconds(1);  // doubles with each failure after the free ones
  Duration delay_max = std::chrono::minutes(5);
  Duration forget_after = std::chrono::minutes(30);  // without a failure
  std::size_t entries_max =
      8192;  // of users at peers, and of peers; the longest untouched goes first
};

// Slows down the guessing of passwords, by peer address, and by user name and peer address
// together: so nobody can keep a colleague out by guessing from elsewhere. Holds no password, and
// keeps nobody waiting for longer than `delay_max`. Thread-safe.
class LoginLimiter {
 public:
  explicit LoginLimiter(LoginLimits limits = {}) : limits_(limits) {}

  // Asks to try a password. Zero: go on, and it counts as a failure unless `succeeded` follows, so
  // that tries at the same time cannot slip through together. Else: how long to wait before the
  // next try may be made; asking too early costs nothing.
  Duration attempt(std::string_view user, std::string_view peer, Timestamp now);

  // The password was right: forgets the user's failures from there, and takes this try off the
  // peer's.
  void succeeded(std::string_view user, std::string_view peer);

  std::size_t entry_count() const;

 private:
  struct Entry {
    int failures = 0;
    Timestamp last_failure;
  };
  using Entries = std::map<std::string, Entry, std::less<>>;

  Duration wait(const Entries& entries, std::string_view key, int free_failures,
                Timestamp now) const;
  void count(Entries& entries, std::string_view key, Timestamp now);

  const LoginLimits limits_;
  mutable std::mutex mutex_;
  Entries users_;
  Entries peers_;
};

}  // namespace slip::auth
