// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <boost/describe.hpp>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "domain/edits.h"
#include "queries/endpoints.h"
#include "queries/operations.h"

namespace slip::queries {

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
  Ref template_;
  Ref active_branch;
  ContainerState state = ContainerState::running;
  std::optional<OperationView> operation;  // which is changing it
  std::vector<MemberView> members;
  std::optional<ContainerRole> my_role;
  std::vector<EndpointView> endpoints;  // who may only look sees no password
  int running_beside = 0;               // branches, beside the active one
  std::optional<Lock> lock;
  std::optional<QuotaView> quota;
  std::vector<Ref> present;  // who looks at it: left to whoever shows it
  Timestamp created_at;
};
BOOST_DESCRIBE_STRUCT(ContainerView, (),
                      (id, name, template_, active_branch, state, operation, members, my_role,
                       endpoints, running_beside, lock, quota, present, created_at))

// Those that the actor may see, by name, without notes.
Result<std::vector<ContainerView>> container_views(Reader& reader, const Actor& actor);
// One by name or id, with notes. Errors: `not_found` (also where the actor may not look).
Result<ContainerView> container_view(Reader& reader, const Actor& actor,
                                     std::string_view container);
// The same container, which the actor may look at.
Result<ContainerId> container_seen(Reader& reader, const Actor& actor, std::string_view container);

// Whether somebody may do more in it afterwards than now, if these become its members. Errors:
// `not_found`, also of a user; `permission_denied` to all but owners.
Result<bool> gives_rights(Reader& reader, const Actor& actor, std::string_view container,
                          const std::vector<MemberNamed>& wanted);

// The last `bytes` of what a source of it said on that branch; on the active one where none is
// named. Errors: `not_found`.
struct LogQuery {
  std::string container;
  std::optional<std::string> branch = {};
  std::string source;
  std::size_t bytes = 0;
};
Result<std::string> source_log(Reader& reader, const Actor& actor, const LogQuery& query);

}  // namespace slip::queries
