// SPDX-License-Identifier: Apache-2.0
#include "adapters/command/kind_file.h"

#include "tests/fuzz/input.h"

// An administrator's file that defines a kind of source.

using namespace slip;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto kind = command::read_kind_file(std::string(fuzz::text_of(data, size)), "engine");
  if (kind) fuzz::require(!kind->start.command.empty(), "a kind that was accepted can be started");
  return 0;
}
