// SPDX-License-Identifier: Apache-2.0
#include "operations/believed_clock.h"

#include "base/log.h"
#include "operations/hybrid_clock.h"

namespace slip {
namespace {

constexpr std::string_view kDoubtFact = "clock_doubt";

}  // namespace

Result<> BelievedClock::begin() {
  struct Known {
    Timestamp newest;
    bool was_doubted = false;
  };
  const auto known = TRY(world_.catalog.read([](CatalogUnit& catalog) -> Result<Known> {
    return Known{TRY(newest_recorded(catalog)), TRY(catalog.facts().find(kDoubtFact)).has_value()};
  }));
  {
    const std::lock_guard lock(mutex_);
    watch_.begin(known.newest, known.was_doubted, world_.clock.wall(),
                 std::chrono::steady_clock::now());
  }
  if (known_doubt()) note();
  return {};
}

void BelievedClock::look() {
  {
    const std::lock_guard lock(mutex_);
    if (!watch_.look(world_.clock.wall(), std::chrono::steady_clock::now())) return;
  }
  note();
}

void BelievedClock::believe() {
  {
    const std::lock_guard lock(mutex_);
    watch_.believe();
  }
  note();
}

std::optional<ClockDoubt> BelievedClock::doubt() {
  look();
  return known_doubt();
}

std::optional<ClockDoubt> BelievedClock::known_doubt() {
  const std::lock_guard lock(mutex_);
  return watch_.doubt();
}

void BelievedClock::note() {
  // As it is by then: of two that note at once, the later one to write is to have the later word.
  std::optional<ClockDoubt> now;
  const auto noted = world_.catalog.write([&](CatalogUnit& catalog) {
    now = known_doubt();
    return now ? catalog.facts().put(kDoubtFact, to_rfc3339(now->said))
               : catalog.facts().remove(kDoubtFact);
  });
  if (!noted) spdlog::error("note a doubt about the clock: {}", noted.error().describe());
  if (!now) return spdlog::info("the machine's clock is believed: what is old is deleted again");
  spdlog::warn(
      "the machine's clock says {}, and should say about {}: nothing is deleted for its age until "
      "it has run steadily for an hour, or \"slip doctor --believe-clock\"",
      to_rfc3339(now->said), to_rfc3339(now->expected));
}

}  // namespace slip
