// SPDX-License-Identifier: Apache-2.0
#include "operations/generation.h"

#include <charconv>

namespace slip {
namespace {

constexpr std::string_view kNewestGeneration = "generation";

}  // namespace

Result<std::uint64_t> next_generation(CatalogUnit& catalog) {
  std::uint64_t newest = 0;
  if (const auto known = TRY(catalog.facts().find(kNewestGeneration))) {
    const char* end = known->data() + known->size();
    const auto read = std::from_chars(known->data(), end, newest);
    if (read.ec != std::errc() || read.ptr != end) {
      return Error{.message = "the catalog's generation is no number: " + *known};
    }
  }
  ++newest;
  TRY(catalog.facts().put(kNewestGeneration, std::to_string(newest)));
  return newest;
}

}  // namespace slip
