// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <memory>
#include <set>
#include <vector>

#include "queries/refs.h"

namespace slip::api {

// Who looks at which container right now. Kept in memory only. Thread-safe.
class Presence {
 public:
  // `changed` is called, on any thread, when somebody came or left; see `take_changed`.
  explicit Presence(std::function<void()> changed);

  // The user is there until what this returns is let go, which may be after this object's end.
  std::shared_ptr<void> enter(const ContainerId& container, const queries::Ref& user);

  // Each once, by name.
  std::vector<queries::Ref> at(const ContainerId& container) const;

  // Where somebody came or left since it was asked last.
  std::set<ContainerId> take_changed();

 private:
  struct State;
  std::shared_ptr<State> state_;
};

}  // namespace slip::api
