// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <boost/describe.hpp>
#include <cstdint>
#include <map>
#include <optional>
#include <string>

#include "domain/ids.h"
#include "domain/template.h"

namespace slip {

// Everything in the pool is known here before it is made, so that nothing is ever orphaned:
// `building` belongs to an operation that is not through; `live` is used by a branch, point or
// source; `doomed` is for the reaper, the only one who deletes.
enum class StorageState { building, live, doomed };
BOOST_DESCRIBE_ENUM(StorageState, building, live, doomed)

// A writable tree and what runs on it.
struct Volume {
  VolumeId id;
  StorageState state = StorageState::building;
  OperationId operation;  // which made it
  std::string about;      // for people who find it without the catalog
  // What runs on it: the sources of this version of this template; nothing for a work volume.
  TemplateId template_id;
  int template_version = 0;
  // Or these, while a template's data is being made ready: nobody but hooks can connect to them.
  std::vector<TemplateSource> places;
  BranchId branch;
  // Or this source alone, kept up with production; its data is the whole volume.
  SourceId follows = {};
  bool read_only = false;  // to look at: what runs on it refuses to write
  SecretId login = {};     // the password that its databases accept for the container's login
  std::map<std::string, std::uint16_t> ports;  // of its instances on 127.0.0.1, by source name
  std::optional<std::uint32_t> number = {};    // of its container
};
BOOST_DESCRIBE_STRUCT(Volume, (),
                      (id, state, operation, about, template_id, template_version, places, branch,
                       follows, read_only, login, ports, number))

struct Snapshot {
  SnapshotId id;
  StorageState state = StorageState::building;
  OperationId operation;
  std::string about;
};
BOOST_DESCRIBE_STRUCT(Snapshot, (), (id, state, operation, about))

// The instance of one source on one volume; one for one, so the id is made of both.
InstanceId instance_on(const VolumeId& volume, const std::string& source_name);
VolumeId volume_of(const InstanceId& instance);

// What the hooks of an instance run as, one after the other.
InstanceId hook_of(const InstanceId& instance);

}  // namespace slip
