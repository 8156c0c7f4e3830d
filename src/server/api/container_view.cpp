// SPDX-License-Identifier: Apache-2.0
#include "server/api/container_view.h"

#include <fmt/format.h>

#include <algorithm>

#include "operations/lookup.h"
#include "operations/quotas.h"
#include "operations/volume_specs.h"

namespace slip::api {
namespace {

enum class ContainerState { running, stopped, failed, busy };
BOOST_DESCRIBE_ENUM(ContainerState, running, stopped, failed, busy)

struct MemberView {
  std::string user;  // id
  std::string name;
  ContainerRole role = ContainerRole::viewer;
};
BOOST_DESCRIBE_STRUCT(MemberView, (), (user, name, role))

struct QuotaView {
  std::optional<std::int64_t> memory_bytes;
  std::optional<std::int64_t> processes;
  std::optional<std::int64_t> cpu_weight;
  std::optional<std::int64_t> open_files;
  std::optional<std::int64_t> disk_bytes;
  std::optional<std::int64_t> disk_used;
  std::vector<std::string> notes;  // what this machine keeps otherwise than at once
};
BOOST_DESCRIBE_STRUCT(QuotaView, (),
                      (memory_bytes, processes, cpu_weight, open_files, disk_bytes, disk_used,
                       notes))

struct ContainerView {
  std::string id;
  std::string name;
  queries::Ref template_;
  queries::Ref active_branch;
  ContainerState state = ContainerState::running;
  std::optional<queries::OperationView> operation;
  std::vector<MemberView> members;
  std::optional<ContainerRole> my_role;
  std::vector<EndpointView> endpoints;
  int running_beside = 0;
  std::optional<Lock> lock;
  std::optional<QuotaView> quota;
  std::vector<queries::Ref> present;
  Timestamp created_at;
};
BOOST_DESCRIBE_STRUCT(ContainerView, (),
                      (id, name, template_, active_branch, state, operation, members, my_role,
                       endpoints, running_beside, lock, quota, present, created_at))

Result<std::optional<Operation>> operation_on(CatalogUnit& catalog, const ContainerId& container) {
  for (auto& operation : TRY(catalog.operations().unfinished())) {
    if (std::ranges::find(operation.locks, container.str()) == operation.locks.end()) continue;
    if (in_background(operation.kind)) continue;
    return std::optional(std::move(operation));
  }
  return std::optional<Operation>();
}

ContainerState state_of(ApiState& api, const ContainerDraft& draft) {
  if (draft.operation) return ContainerState::busy;
  if (draft.active.wanted == RunState::stopped) return ContainerState::stopped;
  if (!draft.volume) return ContainerState::failed;
  const auto running = api.world().host.ask(*draft.volume, AskAllRunning{});
  return running && *running ? ContainerState::running : ContainerState::failed;
}

// A sentence where nothing more can be written to the volume, or soon.
std::optional<std::string> disk_note(ApiState& api, const std::optional<Quota>& quota,
                                     const std::optional<std::uint32_t>& number) {
  const auto use = disk_use(api.world().storage, quota, number);
  if (!use || !*use || (*use)->room() == DiskRoom::ample) return std::nullopt;
  return fmt::format(
      "The container's disk quota is used up: {} MiB of {} MiB. What it writes is refused, and a "
      "database that ended by that starts again when there is room: delete bookmarks and purge "
      "them from the trash, go back to earlier data, or ask an administrator for more.",
      (*use)->used >> 20, (*use)->quota >> 20);
}

std::vector<std::string> notes_of(ApiState& api, const VolumeSpec& volume,
                                  const std::string& source) {
  auto notes = api.engine.notes().of(volume, source);
  if (auto used_up = disk_note(api, volume.quota, volume.number)) {
    notes.insert(notes.begin(), *std::move(used_up));
  }
  return notes;
}

QuotaView quota_view(ApiState& api, const Container& container) {
  const Quota& quota = *container.quota;
  QuotaView view{.memory_bytes = quota.memory_bytes,
                 .processes = quota.processes,
                 .cpu_weight = quota.cpu_weight,
                 .open_files = quota.open_files,
                 .disk_bytes = quota.disk_bytes,
                 .disk_used = {},
                 .notes = how_kept(quota, api.world().host.info().runtime.how_kept)};
  const auto use = disk_use(api.world().storage, container.quota, container.number);
  if (use && *use) view.disk_used = (*use)->used;
  if (auto used_up = disk_note(api, container.quota, container.number)) {
    view.notes.insert(view.notes.begin(), *std::move(used_up));
  }
  return view;
}

}  // namespace

Result<std::map<std::string, std::string>> source_kinds(CatalogUnit& catalog,
                                                        const TemplateId& mould, int version) {
  std::map<std::string, std::string> kinds;
  const auto of = TRY(template_of(catalog, mould));
  for (const auto& place : of.version(version).sources) {
    const auto source = TRY(catalog.sources().find(place.source));
    kinds[place.name] = source ? source->config.kind : "";
  }
  return kinds;
}

Result<ContainerDraft> draft_container(CatalogUnit& catalog, const Container& container) {
  ContainerDraft draft;
  draft.container = container;
  draft.active = TRY(branch_of(catalog, container.active));
  draft.volume = spec_of_branch(catalog, draft.active);
  draft.template_ = TRY(queries::must_refer(catalog, container.template_id));
  for (const auto& member : container.members) {
    draft.members.push_back(TRY(queries::must_refer(catalog, member.user)));
  }
  draft.operation = TRY(operation_on(catalog, container.id));
  if (draft.operation) {
    draft.operation_view = TRY(queries::operation_view(catalog, *draft.operation));
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

std::optional<VolumeSpec> spec_of_branch(CatalogUnit& catalog, const Branch& branch) {
  const auto volume = catalog.volumes().find(branch.volume);
  if (!volume || !*volume) return std::nullopt;
  auto spec = spec_of(catalog, **volume);
  return spec ? std::optional(*std::move(spec)) : std::nullopt;
}

std::vector<EndpointView> endpoint_views(ApiState& api, const std::optional<VolumeSpec>& volume,
                                         const std::vector<Address>& addresses,
                                         const std::string& host, bool shows_password,
                                         Notes notes) {
  std::vector<EndpointView> views;
  for (const auto& address : addresses) {
    EndpointView view{address.source, address.kind, host, address.port, std::nullopt, {}};
    // Without a connection string the address alone is still of use.
    if (volume) {
      auto connection = api.world().host.ask(
          *volume, AskConnection{.source = address.source,
                                 .host = host,
                                 .port = address.port,
                                 .show = shows_password ? ShowPassword::yes : ShowPassword::no});
      if (connection) view.connection = *std::move(connection);
      if (notes == Notes::asked) view.notes = notes_of(api, *volume, address.source);
    }
    views.push_back(std::move(view));
  }
  return views;
}

json::value container_json(Call& call, const ContainerDraft& draft, Notes notes) {
  const Container& container = draft.container;
  ContainerView view;
  view.id = container.id.str();
  view.name = container.name;
  view.template_ = draft.template_;
  view.active_branch = queries::ref_of(draft.active);
  view.state = state_of(call.api, draft);
  view.operation = draft.operation_view;
  for (std::size_t i = 0; i < container.members.size(); ++i) {
    view.members.push_back(
        {container.members[i].user.str(), draft.members[i].name, container.members[i].role});
  }
  view.my_role = role_in(container, call.actor);
  view.endpoints = endpoint_views(call.api, draft.volume, draft.addresses, call.api.settings.host,
                                  knows_password(container, call.actor), notes);
  view.running_beside = draft.running_beside;
  view.lock = container.lock;
  if (container.quota) view.quota = quota_view(call.api, container);
  view.present = call.api.feed.presence().at(container.id);
  view.created_at = container.created_at;
  return to_json(view);
}

}  // namespace slip::api
