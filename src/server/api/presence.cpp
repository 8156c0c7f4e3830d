// SPDX-License-Identifier: Apache-2.0
#include "server/api/presence.h"

#include <algorithm>
#include <map>
#include <mutex>
#include <utility>

namespace slip::api {

struct Presence::State {
  struct Visitor {
    std::string name;
    int visits = 0;  // one user may have several pages open
  };

  std::mutex mutex;
  std::function<void()> changed;
  std::map<ContainerId, std::map<std::string, Visitor>> visitors;  // by user's id
  std::set<ContainerId> changed_at;

  // Returns once the change is noted; tells of it outside the lock.
  void count(const ContainerId& container, const queries::Ref& user, int visits) {
    {
      const std::lock_guard guard(mutex);
      auto& here = visitors[container];
      auto& visitor = here[user.id];
      const int before = std::exchange(visitor.visits, visitor.visits + visits);
      visitor.name = user.name;
      const bool is_news = (before == 0) != (visitor.visits == 0);
      if (visitor.visits == 0) here.erase(user.id);
      if (here.empty()) visitors.erase(container);
      if (!is_news) return;
      changed_at.insert(container);
    }
    changed();
  }
};

Presence::Presence(std::function<void()> changed) : state_(std::make_shared<State>()) {
  state_->changed = std::move(changed);
}

std::shared_ptr<void> Presence::enter(const ContainerId& container, const queries::Ref& user) {
  state_->count(container, user, 1);
  return {nullptr, [state = state_, container, user](void*) { state->count(container, user, -1); }};
}

std::vector<queries::Ref> Presence::at(const ContainerId& container) const {
  const std::lock_guard guard(state_->mutex);
  std::vector<queries::Ref> present;
  const auto here = state_->visitors.find(container);
  if (here == state_->visitors.end()) return present;
  for (const auto& [id, visitor] : here->second) present.push_back({id, visitor.name});
  std::ranges::sort(present, {}, &queries::Ref::name);
  return present;
}

std::set<ContainerId> Presence::take_changed() {
  const std::lock_guard guard(state_->mutex);
  return std::exchange(state_->changed_at, {});
}

}  // namespace slip::api
