// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/json.h"
#include "server/api/container_view.h"

namespace slip::api {

// What is read of a branch in one consistent state.
struct BranchDraft {
  Branch branch;
  Segment segment;
  std::optional<VolumeSpec> volume;  // of what has addresses; nothing: that is gone
  bool active = false;
  bool read_only = false;
  bool shows_password = false;
  std::vector<Address> addresses;  // the active one's are the container's; none if it is stopped
};
Result<BranchDraft> draft_branch(CatalogUnit& catalog, const Actor& actor,
                                 const Container& container, const Branch& branch);

// Outside any transaction.
json::value branch_json(ApiState& api, const BranchDraft& draft, Notes notes);

}  // namespace slip::api
