// SPDX-License-Identifier: Apache-2.0
#include "adapters/support/limited.h"

#include <algorithm>
#include <utility>

#include "domain/run_settings.h"

namespace slip {
namespace {

class Limited : public Confinement {
 public:
  Limited(const RunLimits& limits, std::shared_ptr<const Confinement> inner)
      : limits_(limits), inner_(std::move(inner)) {}

  Result<Command> confine(Command command, const ConfinedPlaces& places) const override {
    ConfinedPlaces limited = places;
    limited.limits = tighter(places.limits, limits_);
    return inner_->confine(std::move(command), limited);
  }
  bool hides_the_rest() const override { return inner_->hides_the_rest(); }

 private:
  const RunLimits limits_;
  const std::shared_ptr<const Confinement> inner_;
};

}  // namespace

Result<std::shared_ptr<const Confinement>> limited_by(
    const SourceConfig& config, std::shared_ptr<const Confinement> confinement) {
  RunLimits limits = TRY(run_settings(config)).limits;
  // The kernel counts what else its user runs: other sources' programs, and the instance itself.
  limits.processes.reset();
  // A private server reserves twice its buffers, which are not the instance's.
  constexpr std::int64_t least = std::int64_t{2} << 30;
  if (limits.memory_bytes) limits.memory_bytes = std::max(*limits.memory_bytes, least);
  if (limits == RunLimits()) return confinement;
  return std::shared_ptr<const Confinement>(
      std::make_shared<const Limited>(limits, std::move(confinement)));
}

}  // namespace slip
