// SPDX-License-Identifier: Apache-2.0
#include "adapters/mariadb/dump_sections.h"
#include "tests/fuzz/input.h"

// A dump's sections, which a sync of a production without a log compares and loads.

using namespace slip;
using namespace slip::mariadb;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const UniqueFd dump = fuzz::file_of(fuzz::text_of(data, size));
  const auto sections = read_sections(dump.get(), "dump");
  if (!sections) return 0;
  std::uint64_t end = 0;
  for (const DumpSection& section : *sections) {
    fuzz::require(section.begin == end, "one section begins where the last one ends");
    fuzz::require(section.begin <= section.end && section.end <= size, "it lies in the dump");
    end = section.end;
  }
  fuzz::require(sections->empty() || end == size, "nothing is left over");
  const UniqueFd copy = fuzz::file_of("");
  fuzz::require(write_sections(dump.get(), *sections, "", copy.get(), "copy").has_value(),
                "all of them can be written");
  fuzz::require(sections->empty() || fuzz::content_of(copy) == fuzz::text_of(data, size),
                "together they are the dump");
  return 0;
}
