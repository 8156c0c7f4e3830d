// SPDX-License-Identifier: Apache-2.0
#include "adapters/redis/manifest.h"
#include "adapters/redis/rdb_head.h"
#include "adapters/redis/reply.h"
#include "tests/fuzz/input.h"

// What a server answers that its owner may have replaced, and the files of its directory.

using namespace slip;
using namespace slip::redis;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string text(fuzz::text_of(data, size));
  const auto whole = read_reply(text);
  const auto half = read_reply(std::string_view(text).substr(0, size / 2));
  if (half && *half) {
    fuzz::require(
        whole && *whole && (*whole)->texts == (*half)->texts && (*whole)->error == (*half)->error,
        "what follows a whole reply does not change it");
  }
  (void)begin_of_save(text);
  if (const auto parts = read_manifest(text)) {
    const auto again = read_manifest(manifest_of(*parts));
    fuzz::require(again && again->size() == parts->size(), "a manifest is read as it is written");
    for (const LogPart& part : *parts) {
      fuzz::require(
          part.name.find('/') == std::string::npos && part.name != ".." && !part.name.empty(),
          "a manifest leads nowhere else");
    }
  }
  return 0;
}
