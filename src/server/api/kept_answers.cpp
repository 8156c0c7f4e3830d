// SPDX-License-Identifier: Apache-2.0
#include "server/api/kept_answers.h"

#include <fmt/format.h>

#include <algorithm>

namespace slip::api {
namespace {

Error given_to_another(const std::string& key) {
  return Error{
      .code = ErrorCode::invalid_argument,
      .message = fmt::format("the idempotency key \"{}\" was given to another request", key),
      .hint = "Give every request a key of its own, and the same only to the same again."};
}

}  // namespace

Result<http::Response> KeptAnswers::once(const UserId& user, const IdempotencyKey& key,
                                         const Work& work, Clock::time_point now) {
  if (key.key.empty()) return work();
  std::shared_ptr<Kept> kept;
  {
    const std::lock_guard lock(mutex_);
    make_room(now);
    auto& found = kept_[{user, key.key}];
    if (!found) {
      found = std::make_shared<Kept>();
      found->asked = now;
    }
    kept = found;
  }
  const std::lock_guard working(kept->working);
  if (kept->answer) {
    if (kept->request != key.request) return given_to_another(key.key);
    return *kept->answer;
  }
  auto answer = work();
  if (answer && answer->status < 300) {
    kept->request = key.request;
    kept->answer = *answer;
    return answer;
  }
  // At once: whoever fails a thousand times must not push out what others have been answered.
  const std::lock_guard lock(mutex_);
  const auto mine = kept_.find({user, key.key});
  if (mine != kept_.end() && mine->second == kept) kept_.erase(mine);
  return answer;
}

Result<> KeptAnswers::check(const UserId& user, const IdempotencyKey& key) {
  std::shared_ptr<Kept> kept;
  {
    const std::lock_guard lock(mutex_);
    const auto found = kept_.find({user, key.key});
    if (found == kept_.end()) return {};
    kept = found->second;
  }
  const std::lock_guard working(kept->working);
  if (kept->answer && kept->request != key.request) return given_to_another(key.key);
  return {};
}

void KeptAnswers::make_room(Clock::time_point now) {
  std::erase_if(kept_, [&](const auto& one) { return now - one.second->asked >= kept_for; });
  while (kept_.size() >= kept_max) {
    kept_.erase(
        std::ranges::min_element(kept_, {}, [](const auto& one) { return one.second->asked; }));
  }
}

}  // namespace slip::api
