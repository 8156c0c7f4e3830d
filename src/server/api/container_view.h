// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/json.h"
#include "domain/policy.h"
#include "domain/volume_spec.h"
#include "ports/adapter.h"
#include "queries/operations.h"
#include "server/api/call.h"

namespace slip::api {

// One source of a branch, and where people reach it.
struct EndpointView {
  std::string source;
  std::string kind;
  std::string host;
  std::uint16_t port = 0;
  std::optional<Connection> connection;
  std::vector<std::string> notes;  // what is wrong with it or its address, a sentence each
};
BOOST_DESCRIBE_STRUCT(EndpointView, (), (source, kind, host, port, connection, notes))

// A place that a source can be reached at, as the catalog knows it.
struct Address {
  std::string source;
  std::string kind;
  std::uint16_t port = 0;
};

// Whether sources are asked what is wrong with them: where one container or branch is looked at.
enum class Notes { none, asked };

// What is read of a container in one consistent state; the rest is asked of what runs.
struct ContainerDraft {
  Container container;
  Branch active;
  std::optional<VolumeSpec> volume;  // what is on the active branch's; nothing: that is gone
  queries::Ref template_;
  std::vector<queries::Ref> members;   // in the order of the container's
  std::optional<Operation> operation;  // which is changing it
  std::optional<queries::OperationView> operation_view;
  std::vector<Address> addresses;
  int running_beside = 0;  // branches, beside the active one
};
Result<ContainerDraft> draft_container(CatalogUnit& catalog, const Container& container);

// Outside any transaction.
json::value container_json(Call& call, const ContainerDraft& draft, Notes notes);

// Which kind each source of a branch's data is, by its name.
Result<std::map<std::string, std::string>> source_kinds(CatalogUnit& catalog,
                                                        const TemplateId& mould, int version);

// What is on a branch's volume; nothing: that is gone.
std::optional<VolumeSpec> spec_of_branch(CatalogUnit& catalog, const Branch& branch);

// With the connection strings that the sources' adapters make. Outside any transaction.
// Who may only look gets the addresses without the password.
std::vector<EndpointView> endpoint_views(ApiState& api, const std::optional<VolumeSpec>& volume,
                                         const std::vector<Address>& addresses,
                                         const std::string& host, bool shows_password, Notes notes);

}  // namespace slip::api
