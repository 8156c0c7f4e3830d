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
  bool active = false;
  bool read_only = false;
  bool shows_password = false;
  std::string host;                // the active one's addresses are the container's
  std::vector<Address> addresses;  // empty for one that is stopped
};
Result<BranchDraft> draft_branch(CatalogUnit& catalog, const Actor& actor,
                                 const Container& container, const Branch& branch,
                                 const std::string& host);

// Outside any transaction.
json::value branch_json(ApiState& api, const BranchDraft& draft, Notes notes);

}  // namespace slip::api
