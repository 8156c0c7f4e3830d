// SPDX-License-Identifier: Apache-2.0
#include "adapters/redis/ingest.h"

#include <chrono>

namespace slip::redis {

Result<Laid> lay(const Ingest&, const EmptyOrigin&) {
  return Laid{.content = Content::log, .at = machine_time()};
}

Result<DataPosition> fill(const Ingest& ingest) {
  const ServerPlace& place = ingest.place;
  if (!ingest.go_on("copying the data")) {
    return Error{.code = ErrorCode::canceled, .message = "canceled"};
  }
  TRY(make_layout(place.layout, place.user));
  const Laid laid = TRY(
      std::visit([&](const auto& origin) { return lay(ingest, origin); }, place.settings.origin));
  if (place.user.ids) TRY(ingest.top().change_owner(kData, *place.user.ids));
  TRY(rewrite_as_log(place, laid.content, [&] { return ingest.go_on("loading the data"); }));
  const Directory data = TRY(ingest.top().open_directory(kData));
  TRY(data.remove(kDumpName));
  TRY(data.remove(kLogName));
  TRY(ingest.top().sync_file_system());
  return DataPosition{.at = laid.at, .position = ""};
}

}  // namespace slip::redis
