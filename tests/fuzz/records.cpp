// SPDX-License-Identifier: Apache-2.0
#include "base/json.h"
#include "domain/operation.h"
#include "domain/volume_spec.h"
#include "tests/fuzz/input.h"

// JSON: bodies of requests, and what a volume's self-description says when a catalog is rebuilt.

using namespace slip;

namespace {

template <class T>
void stays_the_same(std::string_view text) {
  const auto read = from_json_text<T>(text);
  if (!read) return;
  const std::string written = json::serialize(to_json(*read));
  const auto again = from_json_text<T>(written);
  fuzz::require(again && json::serialize(to_json(*again)) == written,
                "a record is read as it is written");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text = fuzz::text_of(data, size);
  stays_the_same<VolumeSpec>(text);
  stays_the_same<Step>(text);
  stays_the_same<Quota>(text);
  return 0;
}
