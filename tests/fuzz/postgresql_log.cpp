// SPDX-License-Identifier: Apache-2.0
#include "adapters/postgresql/log_records.h"
#include "tests/fuzz/input.h"

// A write-ahead log that a tenant may have written: the input is its second file.

using namespace slip;
using namespace slip::postgresql;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  constexpr std::uint64_t file_bytes = 1 << 20;
  std::string content(fuzz::text_of(data, size));
  content.resize((size + 8191) / 8192 * 8192);
  LogRecords records(file_bytes, [&](std::uint64_t number) -> Result<std::optional<std::string>> {
    if (number != 1) return std::optional<std::string>();
    return std::optional(content);
  });
  std::uint64_t place = file_bytes;
  for (int count = 0; count < 10'000; ++count) {
    const auto record = records.at(place);
    if (!record || !*record) return 0;
    fuzz::require((*record)->end > place, "a record ends behind where it begins");
    fuzz::require((*record)->previous < (*record)->end, "the one before it lies before it");
    place = (*record)->end;
  }
  return 0;
}
