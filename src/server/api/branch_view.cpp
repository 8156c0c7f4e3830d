// SPDX-License-Identifier: Apache-2.0
#include "server/api/branch_view.h"

#include "operations/lookup.h"

namespace slip::api {
namespace {

struct SegmentView {
  std::string id;
  SegmentKind kind = SegmentKind::created;
  Timestamp began_at;
  std::optional<DataParent> parent;
  int template_version = 1;
};
BOOST_DESCRIBE_STRUCT(SegmentView, (), (id, kind, began_at, parent, template_version))

struct BranchView {
  std::string id;
  std::string name;
  bool active = false;
  bool read_only = false;
  RunState state = RunState::stopped;
  Timestamp created_at;
  SegmentView segment;
  std::vector<EndpointView> endpoints;
};
BOOST_DESCRIBE_STRUCT(BranchView, (),
                      (id, name, active, read_only, state, created_at, segment, endpoints))

}  // namespace

Result<BranchDraft> draft_branch(CatalogUnit& catalog, const Actor& actor,
                                 const Container& container, const Branch& branch) {
  BranchDraft draft;
  draft.shows_password = knows_password(container, actor);
  draft.branch = branch;
  draft.segment = TRY(segment_of(catalog, branch.segment));
  draft.active = container.active == branch.id;
  auto kinds = TRY(source_kinds(catalog, container.template_id, draft.segment.template_version));
  if (draft.active) {
    draft.volume = spec_of_branch(catalog, branch);
    for (const auto& endpoint : container.endpoints) {
      draft.addresses.push_back({endpoint.source, kinds[endpoint.source], endpoint.port});
    }
    return draft;
  }
  const auto volume = TRY(volume_of(catalog, branch.volume));
  draft.read_only = volume.read_only;
  if (branch.wanted == RunState::stopped) return draft;
  draft.volume = spec_of_branch(catalog, branch);
  for (const auto& endpoint : container.endpoints) {
    const auto port = branch.ports.find(endpoint.source);
    if (port == branch.ports.end()) continue;
    draft.addresses.push_back({endpoint.source, kinds[endpoint.source], port->second});
  }
  return draft;
}

json::value branch_json(ApiState& api, const BranchDraft& draft, Notes notes) {
  const Segment& segment = draft.segment;
  BranchView view;
  view.id = draft.branch.id.str();
  view.name = draft.branch.name;
  view.active = draft.active;
  view.read_only = draft.read_only;
  view.state = draft.branch.wanted;
  view.created_at = draft.branch.created_at;
  view.segment = {segment.id.str(), segment.kind, segment.began_at, segment.parent,
                  segment.template_version};
  auto addresses = draft.addresses;
  if (draft.read_only) {
    // Only databases run in what is only looked at.
    std::erase_if(addresses, [&](const Address& one) {
      const auto adapter = api.world().adapter(one.kind);
      return !adapter || !(*adapter)->info().recovers;
    });
  }
  view.endpoints =
      endpoint_views(api, draft.volume, addresses, api.settings.host, draft.shows_password, notes);
  return to_json(view);
}

}  // namespace slip::api
