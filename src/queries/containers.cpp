// SPDX-License-Identifier: Apache-2.0
#include "queries/containers.h"

#include <algorithm>

#include "operations/lookup.h"
#include "operations/quotas.h"
#include "queries/reader.h"

namespace slip::queries {
namespace {

// What is read of a container in one consistent state; the rest is asked of what runs.
struct ContainerDraft {
  Container container;
  Branch active;
  std::optional<VolumeSpec> volume;  // what is on the active branch's; nothing: that is gone
  Ref mould;
  std::vector<Ref> members;  // in the order of the container's
  std::optional<OperationView> operation;
  std::vector<Address> addresses;
  int running_beside = 0;
};

const Operation* operation_on(const std::vector<Operation>& unfinished,
                              const ContainerId& container) {
  const auto found = std::ranges::find_if(unfinished, [&](const Operation& one) {
    return !in_background(one.kind) &&
           std::ranges::find(one.locks, container.str()) != one.locks.end();
  });
  return found == unfinished.end() ? nullptr : &*found;
}

Result<ContainerDraft> draft_container(CatalogUnit& catalog,
                                       const std::vector<Operation>& unfinished,
                                       const Container& container) {
  ContainerDraft draft;
  draft.container = container;
  draft.active = TRY(branch_of(catalog, container.active));
  draft.volume = spec_of_branch(catalog, draft.active);
  draft.mould = TRY(must_refer(catalog, container.template_id));
  for (const auto& member : container.members) {
    draft.members.push_back(TRY(must_refer(catalog, member.user)));
  }
  if (const Operation* changing = operation_on(unfinished, container.id)) {
    draft.operation = TRY(operation_view(catalog, *changing));
  }
  for (const auto& branch : TRY(catalog.branches().of_container(container.id, Trash::without))) {
    const bool is_beside = branch.id != container.active && branch.wanted == RunState::running;
    draft.running_beside += is_beside ? 1 : 0;
  }
  const auto segment = TRY(segment_of(catalog, draft.active.segment));
  auto kinds = TRY(source_kinds(catalog, container.template_id, segment.template_version));
  for (const auto& endpoint : container.endpoints) {
    draft.addresses.push_back({endpoint.source, kinds[endpoint.source], endpoint.port});
  }
  return draft;
}

ContainerState state_of(Reader& reader, const ContainerDraft& draft) {
  if (draft.operation) return ContainerState::busy;
  if (draft.active.wanted == RunState::stopped) return ContainerState::stopped;
  if (!draft.volume) return ContainerState::failed;
  const auto running = reader.world().host.ask(*draft.volume, AskAllRunning{});
  return running && *running ? ContainerState::running : ContainerState::failed;
}

QuotaView quota_view(Reader& reader, const Container& container) {
  const Quota& quota = *container.quota;
  QuotaView view{.memory_bytes = quota.memory_bytes,
                 .processes = quota.processes,
                 .cpu_weight = quota.cpu_weight,
                 .open_files = quota.open_files,
                 .disk_bytes = quota.disk_bytes,
                 .disk_used = {},
                 .notes = how_kept(quota, reader.world().host.info().runtime.how_kept)};
  const auto use = disk_use(reader.world().storage, container.quota, container.number);
  if (use && *use) view.disk_used = (*use)->used;
  if (auto used_up = disk_note(reader, container.quota, container.number)) {
    view.notes.insert(view.notes.begin(), *std::move(used_up));
  }
  return view;
}

ContainerView view_of(Reader& reader, const Actor& actor, const ContainerDraft& draft,
                      Notes notes) {
  const Container& container = draft.container;
  ContainerView view;
  view.id = container.id.str();
  view.name = container.name;
  view.template_ = draft.mould;
  view.active_branch = ref_of(draft.active);
  view.state = state_of(reader, draft);
  view.operation = draft.operation;
  for (std::size_t i = 0; i < container.members.size(); ++i) {
    view.members.push_back(
        {container.members[i].user.str(), draft.members[i].name, container.members[i].role});
  }
  view.my_role = role_in(container, actor);
  const auto show = knows_password(container, actor) ? ShowPassword::yes : ShowPassword::no;
  view.endpoints = endpoint_views(reader, draft.volume, draft.addresses, show, notes);
  view.running_beside = draft.running_beside;
  view.lock = container.lock;
  if (container.quota) view.quota = quota_view(reader, container);
  view.created_at = container.created_at;
  return view;
}

// The instance that runs the source on the branch.
Result<InstanceId> find_instance(CatalogUnit& catalog, const Actor& actor, const LogQuery& query) {
  const auto container = TRY(find_container(catalog, actor, Right::look, query.container));
  const auto branch = query.branch ? TRY(find_branch(catalog, container, *query.branch))
                                   : TRY(branch_of(catalog, container.active));
  const auto volume = TRY(volume_of(catalog, branch.volume));
  const auto mould = TRY(template_of(catalog, volume.template_id));
  const auto& sources = mould.version(volume.template_version).sources;
  if (std::ranges::find(sources, query.source, &TemplateSource::name) != sources.end()) {
    return instance_on(volume.id, query.source);
  }
  std::string names;
  for (const auto& one : sources) names += (names.empty() ? "" : ", ") + one.name;
  return Error{.code = ErrorCode::not_found,
               .message = container.name + " has no source \"" + query.source + "\"",
               .hint = "There are: " + names + "."};
}

}  // namespace

Result<std::vector<ContainerView>> container_views(Reader& reader, const Actor& actor) {
  const auto drafts =
      TRY(reader.read([&](CatalogUnit& catalog) -> Result<std::vector<ContainerDraft>> {
        const auto unfinished = TRY(catalog.operations().unfinished());
        std::vector<ContainerDraft> visible;
        for (const auto& container : TRY(catalog.containers().all(Trash::without))) {
          if (!role_in(container, actor)) continue;
          visible.push_back(TRY(draft_container(catalog, unfinished, container)));
        }
        return visible;
      }));
  std::vector<ContainerView> views;
  for (const auto& draft : drafts) views.push_back(view_of(reader, actor, draft, Notes::none));
  return views;
}

Result<ContainerView> container_view(Reader& reader, const Actor& actor,
                                     std::string_view container) {
  const auto draft = TRY(reader.read([&](CatalogUnit& catalog) -> Result<ContainerDraft> {
    return draft_container(catalog, TRY(catalog.operations().unfinished()),
                           TRY(find_container(catalog, actor, Right::look, container)));
  }));
  return view_of(reader, actor, draft, Notes::asked);
}

Result<ContainerId> container_seen(Reader& reader, const Actor& actor, std::string_view container) {
  return reader.read([&](CatalogUnit& catalog) -> Result<ContainerId> {
    return TRY(find_container(catalog, actor, Right::look, container)).id;
  });
}

Result<bool> gives_rights(Reader& reader, const Actor& actor, std::string_view container,
                          const std::vector<MemberNamed>& wanted) {
  return reader.read([&](CatalogUnit& catalog) -> Result<bool> {
    const auto found = TRY(find_container(catalog, actor, Right::own, container));
    for (const auto& one : wanted) {
      const auto user = TRY(find_user_named(catalog, one.user)).id;
      const auto now = std::ranges::find(found.members, user, &Member::user);
      if (now == found.members.end() || now->role < one.role) return true;
    }
    return false;
  });
}

Result<std::string> source_log(Reader& reader, const Actor& actor, const LogQuery& query) {
  const auto instance =
      TRY(reader.read([&](CatalogUnit& catalog) { return find_instance(catalog, actor, query); }));
  return reader.world().host.log(instance, query.bytes);
}

}  // namespace slip::queries
