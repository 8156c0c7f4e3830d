// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <boost/describe.hpp>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "domain/hook.h"
#include "domain/quota.h"
#include "domain/source.h"
#include "domain/volume.h"

namespace slip {

// Who can connect to an instance.
enum class Reach {
  everybody,   // whoever has its login, on 127.0.0.1
  hooks_only,  // we, and what runs in its sandbox: nothing listens outside its directory
};
BOOST_DESCRIBE_ENUM(Reach, everybody, hooks_only)

// What an instance is run for.
enum class Purpose {
  work,    // a branch, where people work
  look,    // a branch that is only looked at: writes are refused unless somebody insists
  follow,  // a source, kept up with production by the database's own replication
};
BOOST_DESCRIBE_ENUM(Purpose, work, look, follow)

// One source on a volume: its data, what runs on it, and its hooks.
struct SourceSpec {
  std::string name;              // its directory on the volume, and its siblings' variable
  SourceId source;               // that its data came from
  int priority = 1;              // 1 starts first and stops last; equal numbers start together
  SourceConfig config;           // the source's with the template's settings laid over it
  std::vector<Hook> hooks = {};  // at each moment in this order
  std::map<std::string, std::string> subset = {};  // as TemplateSource::subset
  std::uint16_t port = 0;                          // of its instance, on 127.0.0.1; 0: none yet
};
BOOST_DESCRIBE_STRUCT(SourceSpec, (), (name, source, priority, config, hooks, subset, port))

// All that is needed to run what is on a volume, so that whoever runs it asks for nothing more. It
// names secrets by their handles and has none of their values.
struct VolumeSpec {
  VolumeId id;
  std::vector<SourceSpec> sources = {};  // in starting order; empty: nothing runs on it
  Purpose purpose = Purpose::work;
  Reach reach = Reach::everybody;
  SecretId login = {};  // the password that its databases accept for the container's login
  std::optional<std::uint32_t> number = {};  // of its container
  std::optional<Quota> quota = {};           // of its container
};
BOOST_DESCRIBE_STRUCT(VolumeSpec, (), (id, sources, purpose, reach, login, number, quota))

// What is on the volume, from the catalog's records of it: `version` is what runs there, and
// `sources` has its sources. Errors: `internal` (one of them is missing).
Result<VolumeSpec> volume_spec(const Volume& volume, const TemplateVersion& version,
                               const std::map<SourceId, Source>& sources);

// What all that runs in its container may use together: as the quota says; and it weighs no more
// than the heaviest of its sources. Errors: `invalid_argument` (a source's setting).
Result<RunLimits> limits_together(const VolumeSpec& volume);

// True if something has to be done at that moment; for `mask` a subset counts.
bool has_hooks(const SourceSpec& source, HookMoment when);

}  // namespace slip
