// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "base/id.h"
#include "domain/retention.h"
#include "operations/closed_endpoints.h"
#include "ports/catalog.h"
#include "ports/clock.h"
#include "ports/host.h"
#include "ports/kinds.h"
#include "ports/secrets.h"
#include "ports/storage_driver.h"

namespace slip {

struct PortRange {
  std::uint16_t first = 0;
  std::uint16_t last = 0;
};

// What an administrator may decide about operations.
struct OperationSettings {
  // By which it owns operations. No two daemons that share a catalog have the same.
  std::string daemon = "slipstreamd";
  // How long a daemon keeps what it owns without renewing its lease.
  Duration lease = std::chrono::seconds(30);
  PortRange endpoint_ports{15000, 15999};  // where a template does not say
  PortRange instance_ports{20000, 29999};  // of instances, on 127.0.0.1; people do not see these
  int workers = 4;                         // operations at once
  int long_workers = 2;                    // beside them, of those that take long
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
  Host& host;
  StorageDriver& storage;
  const AdaptersByKind& adapters;
  Clock& clock;
  Secrets& secrets;
  Catalog& catalog;
  IdSource& ids;
  OperationSettings settings = {};
  std::shared_ptr<ClosedEndpoints> closed_endpoints = std::make_shared<ClosedEndpoints>();

  Result<Adapter*> adapter(const std::string& kind) const { return find_adapter(adapters, kind); }
};

}  // namespace slip
