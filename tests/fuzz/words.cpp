// SPDX-License-Identifier: Apache-2.0
#include "client/cli/figures.h"
#include "domain/name.h"
#include "domain/schedule.h"
#include "tests/fuzz/input.h"

// What people type: names, times and schedules.

using namespace slip;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text = fuzz::text_of(data, size);
  if (const auto name = accept_title("name", text)) {
    const auto again = accept_title("name", *name);
    fuzz::require(again && *again == *name, "a name that was accepted is accepted as it is kept");
    fuzz::require(look_alike(*name, *again), "and looks the same");
  }
  if (const auto name = accept_name("name", text)) {
    fuzz::require(name->find('/') == std::string::npos, "a name has no slash");
  }
  (void)check_identifier("name", text);
  (void)check_note(text);
  const Timestamp now = Timestamp() + std::chrono::hours(24 * 365 * 56);
  (void)cli::read_time(text, now);
  if (const auto until = cli::read_expiry(text, now)) (void)cli::exact_moment(*until, now);
  if (const auto schedule = parse_schedule(text)) {
    fuzz::require(next_time(*schedule, now) > now, "the next time is later");
  }
  return 0;
}
