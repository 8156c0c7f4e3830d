// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <boost/describe.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "queries/endpoints.h"

namespace slip::queries {

// What its data is: the segment that it is on.
struct PresentSegment {
  std::string id;
  SegmentKind kind = SegmentKind::created;
  Timestamp began_at;
  std::optional<DataParent> parent;
  int template_version = 1;
};
BOOST_DESCRIBE_STRUCT(PresentSegment, (), (id, kind, began_at, parent, template_version))

struct BranchView {
  std::string id;
  std::string name;
  bool active = false;
  bool read_only = false;
  RunState state = RunState::stopped;
  Timestamp created_at;
  PresentSegment segment;
  // The active one's are the container's; a stopped one that is not active has none.
  std::vector<EndpointView> endpoints;
};
BOOST_DESCRIBE_STRUCT(BranchView, (),
                      (id, name, active, read_only, state, created_at, segment, endpoints))

// Those of a container, without notes.
Result<std::vector<BranchView>> branch_views(Reader& reader, const Actor& actor,
                                             std::string_view container);
// One by name or id, with notes. Errors of both: `not_found`.
Result<BranchView> branch_view(Reader& reader, const Actor& actor, std::string_view container,
                               std::string_view branch);

}  // namespace slip::queries
