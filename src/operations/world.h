// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>

#include "base/id.h"
#include "domain/retention.h"
#include "ports/adapter.h"
#include "ports/catalog.h"
#include "ports/clock.h"
#include "ports/runtime.h"
#include "ports/secrets.h"
#include "ports/storage_driver.h"

namespace slip {

struct PortRange {
  std::uint16_t first = 0;
  std::uint16_t last = 0;
};

// Ids of users, and of their groups of the same number.
struct IdRange {
  std::uint32_t first = 0;
  std::uint32_t last = 0;
};

// What an administrator may decide about operations.
struct OperationSettings {
  PortRange endpoint_ports{15000, 15999};  // where a template does not say
  PortRange instance_ports{20000, 29999};  // of instances, on 127.0.0.1; people do not see these
  // Container n runs as user `first` + n, what belongs to no container as `first`. Nothing: all as
  // one user.
  std::optional<IdRange> container_users = {};
  Duration ready_patience = std::chrono::seconds(60);   // until a started source must answer
  Duration replay_patience = std::chrono::minutes(15);  // the same, where it has to replay a log
  int workers = 4;                                      // operations at once
  int long_workers = 2;                                 // beside them, of those that take long
  // Bookmarks are recovered in the background, so that restoring them starts sooner, once their
  // container has had no new one for this long: it costs those who work in it a little. Nothing:
  // never.
  std::optional<Duration> bake_after = std::chrono::seconds(15);
  // Freeing space slows the file system for everybody. It waits until no operation has run for so
  // long, but never a minute, and not at all where space is short.
  Duration reap_after = std::chrono::seconds(3);
  // An automatic point of every branch that runs and has changed, at this interval; it keeps the
  // log short that a restore to any second has to replay. Nothing: never.
  std::optional<Duration> automatic_points = std::chrono::minutes(5);
  // And sooner where so much log has been written since, as that much has to be replayed.
  std::int64_t log_between_points = std::int64_t{128} << 20;
  RetentionPolicy retention;
};

// Everything operations act upon: the ports, and nothing of what is behind them.
struct World {
  Catalog& catalog;
  StorageDriver& storage;
  std::map<std::string, std::shared_ptr<Adapter>> adapters;  // by kind
  Runtime& runtime;
  Endpoints& endpoints;
  Clock& clock;
  IdSource& ids;
  Secrets& secrets;
  OperationSettings settings;

  // Fails with `unsupported`, naming the kinds there are.
  Result<Adapter*> adapter(const std::string& kind) const;
};

}  // namespace slip
