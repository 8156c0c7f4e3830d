// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <utility>

#include "domain/operation.h"
#include "server/http/message.h"

namespace slip::api {

// What was answered to requests with an Idempotency-Key that are no operations, for whoever sends
// one once more because its answer was lost. In memory, and for some minutes only: there may be
// secrets in them. (Operations are found by their keys for good.) Thread-safe.
class KeptAnswers {
 public:
  using Work = std::function<Result<http::Response>()>;
  using Clock = std::chrono::steady_clock;

  // What `work` answers; if it was done with that user's key before, what it answered the first
  // time. Of two at the same time the second waits for the first. What failed is forgotten. Errors:
  // those of `work` and of `check`.
  Result<http::Response> once(const UserId& user, const IdempotencyKey& key, const Work& work,
                              Clock::time_point now = Clock::now());
  // Fails with `invalid_argument` where the key was given to another request.
  Result<> check(const UserId& user, const IdempotencyKey& key);

  static constexpr auto kept_for = std::chrono::minutes(10);
  static constexpr std::size_t kept_max = 1000;

 private:
  struct Kept {
    std::mutex working;
    std::string request;
    std::optional<http::Response> answer;
    Clock::time_point asked;
  };
  using Whose = std::pair<UserId, std::string>;
  void make_room(Clock::time_point now);

  std::mutex mutex_;
  std::map<Whose, std::shared_ptr<Kept>> kept_;
};

}  // namespace slip::api
