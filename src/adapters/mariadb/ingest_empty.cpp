// SPDX-License-Identifier: Apache-2.0
#include "adapters/mariadb/ingest.h"

namespace slip::mariadb {

Result<DataPosition> ingest_from(const Ingest& ingest, const EmptyOrigin&) {
  const ServerVersion version = TRY(choose_version(ingest));
  TRY(make_layout(ingest.layout, ingest.user));
  TRY(initialize(ingest, version));
  TRY(take_over(ingest, version));
  return DataPosition{.at = machine_time(), .position = ""};
}

}  // namespace slip::mariadb
