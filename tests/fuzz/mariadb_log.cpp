// SPDX-License-Identifier: Apache-2.0
#include "adapters/mariadb/innodb_file.h"
#include "adapters/mariadb/log_events.h"
#include "tests/fuzz/input.h"

// A binary log and a file of InnoDB, both of which a tenant may have written byte by byte.

using namespace slip;
using namespace slip::mariadb;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const fuzz::Scratch scratch;
  static const Directory directory = scratch.directory();
  const std::string_view text = fuzz::text_of(data, size);
  scratch.write("log.000001", text);
  const LogFiles files = {{1, "log.000001"}};

  LogPlace last;
  std::size_t groups = 0;
  const auto all = read_groups(directory, files, {.file = 1}, [&](const LogGroup& group) {
    fuzz::require(group.begin < group.end || !group.is_whole, "a whole group has a length");
    fuzz::require(last <= group.begin, "groups come one after the other");
    fuzz::require(group.end.offset <= size, "a group lies in its file");
    last = group.end;
    return ++groups < 10'000;
  });
  const auto end = end_of_groups(directory, files, 1);
  if (all && end) fuzz::require(end->offset <= size || size < 4, "the end lies in the file");
  (void)read_innodb_file(directory, "log.000001");
  (void)is_encrypted_log(directory, "log.000001");
  return 0;
}
