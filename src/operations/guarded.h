// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <exception>
#include <string_view>

#include "ports/catalog.h"

namespace slip {

// Logs and counts (fact "unexpected") an exception that nobody was to throw, and says it as an
// error, `internal`.
Error unexpected(Catalog& catalog, std::string_view what, std::string_view thrown);

// What `work` returns; an exception of it is an error, so that one defect ends one operation or one
// chore, and not the daemon with everybody's.
template <class Work>
auto guarded(Catalog& catalog, std::string_view what, Work work) -> decltype(work()) {
  try {
    return work();
  } catch (const std::exception& thrown) {
    return unexpected(catalog, what, thrown.what());
  }
}

// How often that has happened in this installation.
Result<std::int64_t> count_unexpected(CatalogUnit& catalog);

}  // namespace slip
