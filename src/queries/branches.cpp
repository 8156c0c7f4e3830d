// SPDX-License-Identifier: Apache-2.0
#include "queries/branches.h"

#include "operations/lookup.h"
#include "queries/reader.h"

namespace slip::queries {
namespace {

// What is read of a branch in one consistent state.
struct BranchDraft {
  Branch branch;
  Segment segment;
  std::optional<VolumeSpec> volume;  // of what has addresses; nothing: that is gone
  bool active = false;
  bool read_only = false;
  ShowPassword show = ShowPassword::no;
  std::vector<Address> addresses;
};

Result<BranchDraft> draft_branch(CatalogUnit& catalog, const Actor& actor,
                                 const Container& container, const Branch& branch) {
  BranchDraft draft;
  draft.show = knows_password(container, actor) ? ShowPassword::yes : ShowPassword::no;
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

BranchView view_of(Reader& reader, const BranchDraft& draft, Notes notes) {
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
      const auto adapter = reader.world().adapter(one.kind);
      return !adapter || !(*adapter)->info().recovers;
    });
  }
  view.endpoints = endpoint_views(reader, draft.volume, addresses, draft.show, notes);
  return view;
}

}  // namespace

Result<std::vector<BranchView>> branch_views(Reader& reader, const Actor& actor,
                                             std::string_view container) {
  const auto drafts =
      TRY(reader.read([&](CatalogUnit& catalog) -> Result<std::vector<BranchDraft>> {
        const auto home = TRY(find_container(catalog, actor, Right::look, container));
        std::vector<BranchDraft> all;
        for (const auto& branch : TRY(catalog.branches().of_container(home.id, Trash::without))) {
          all.push_back(TRY(draft_branch(catalog, actor, home, branch)));
        }
        return all;
      }));
  std::vector<BranchView> views;
  for (const auto& draft : drafts) views.push_back(view_of(reader, draft, Notes::none));
  return views;
}

Result<BranchView> branch_view(Reader& reader, const Actor& actor, std::string_view container,
                               std::string_view branch) {
  const auto draft = TRY(reader.read([&](CatalogUnit& catalog) -> Result<BranchDraft> {
    const auto home = TRY(find_container(catalog, actor, Right::look, container));
    return draft_branch(catalog, actor, home, TRY(find_branch(catalog, home, branch)));
  }));
  return view_of(reader, draft, Notes::asked);
}

}  // namespace slip::queries
