// SPDX-License-Identifier: Apache-2.0
#include "operations/guarded.h"

#include <charconv>

#include "base/log.h"

namespace slip {
namespace {

constexpr std::string_view fact = "unexpected";

}  // namespace

Result<std::int64_t> count_unexpected(CatalogUnit& catalog) {
  std::int64_t count = 0;
  if (const auto known = TRY(catalog.facts().find(fact))) {
    std::from_chars(known->data(), known->data() + known->size(), count);
  }
  return count;
}

Error unexpected(Catalog& catalog, std::string_view what, std::string_view thrown) {
  spdlog::critical("{}: an unexpected error: {}", what, thrown);
  const auto counted = catalog.write([](CatalogUnit& unit) -> Result<> {
    return unit.facts().put(fact, std::to_string(TRY(count_unexpected(unit)) + 1));
  });
  if (!counted) spdlog::error("count an unexpected error: {}", counted.error().describe());
  return Error{.code = ErrorCode::internal,
               .message = std::string(what) + ": an unexpected error: " + std::string(thrown),
               .hint = "This is a defect of Slipstream: report it, with the daemon's log."};
}

}  // namespace slip
