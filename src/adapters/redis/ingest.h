// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <optional>
#include <string_view>

#include "adapters/redis/private_server.h"
#include "domain/source.h"
#include "ports/adapter.h"

namespace slip::redis {

// What every way of filling a directory needs.
struct Ingest {
  ServerPlace place;
  Progress progress;

  const Directory& top() const { return *place.layout.top; }
  bool go_on(std::string_view what) const { return !progress || progress(what, std::nullopt); }
};

// What has been laid into `data`, and of when it is.
struct Laid {
  Content content = Content::log;
  Timestamp at;
};

// One for each kind of origin; `data` is there, and empty.
Result<Laid> lay(const Ingest& ingest, const EmptyOrigin& origin);
Result<Laid> lay(const Ingest& ingest, const UrlOrigin& origin);
Result<Laid> lay(const Ingest& ingest, const DirectoryOrigin& origin);
Result<Laid> lay(const Ingest& ingest, const DumpOrigin& origin);

// All of it: the folders, the origin's data, and a server that has read it.
Result<DataPosition> fill(const Ingest& ingest);

}  // namespace slip::redis
