// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <set>
#include <vector>

#include "base/result.h"
#include "domain/operation.h"
#include "domain/user.h"

namespace slip::queries {

class Reader;

// Who may hear of an event: everyone, or admins and these users.
struct EventReach {
  bool is_everyone = false;
  std::set<UserId> users = {};

  bool includes(const Actor& actor) const {
    return is_everyone || actor.role == SystemRole::admin || users.contains(actor.user);
  }
};
Result<EventReach> reach_of(Reader& reader, const Event& event);

struct HeardEvent {
  Event event;
  EventReach reach;
};
// At most `limit` of those that came after that one, oldest first.
Result<std::vector<HeardEvent>> events_after(Reader& reader, std::int64_t sequence,
                                             std::size_t limit);
// The number of the newest; 0 if there is none.
Result<std::int64_t> last_event(Reader& reader);

}  // namespace slip::queries
