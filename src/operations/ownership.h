// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "operations/world.h"

namespace slip {

// Who carries an operation out. Each unfinished operation has an owner, a daemon by its name
// (OperationSettings::daemon). Daemons show that they live by renewing their leases, and another
// one takes an operation over only when its owner has not done so for as long as a lease lasts.
// With each change of hands the operation is of a later generation, so that hosts refuse what the
// owner before may still order, and the journal what he may still write.
//
// No clock is compared with another one: whoever waits measures by his own, from when he has first
// seen the lease as it is, or from when he can see the catalog again.

// True of what nobody owns, or that daemon. As one daemon of a name runs at a time, it has it to
// itself at its start, and need not wait for a lease of its own.
bool is_left_to(const std::string& daemon, const Operation& operation);

// The operation as it is now that the daemon has taken it into its hands.
Result<Operation> claim(CatalogUnit& catalog, Operation operation, const std::string& daemon);

// Puts what the owner knows of an operation; what others write of it, that it is to be canceled,
// stays. Returns what has been put. Errors: `superseded` (somebody else has claimed it since).
Result<Operation> put_as_owner(CatalogUnit& catalog, Operation operation);

// Renews the daemon's lease, and watches those of others.
class Ownership {
 public:
  using Steady = std::chrono::steady_clock::time_point;

  explicit Ownership(World& world) : world_(world) {}

  struct Seen {
    std::vector<Operation> claimed;      // they are ours now: to be taken up
    std::vector<OperationId> to_cancel;  // of ours: somebody has asked for it, perhaps elsewhere
  };
  // To be called several times in a lease. Where no operation is unfinished it writes nothing, and
  // else once at most.
  Result<Seen> look(Steady now);

 private:
  Result<Seen> look_and_renew(Steady now);

  struct Watched {
    std::uint64_t generation = 0;
    std::int64_t renewals = 0;
    Steady since = {};  // just before it was first seen so
  };
  // What others own that have not renewed for as long as a lease lasts.
  std::vector<Operation> expired(const std::vector<Operation>& unfinished,
                                 const std::map<std::string, std::int64_t>& renewals, Steady now);
  // Again in the write, as an owner may have renewed since; nothing: leave it.
  Result<std::optional<Operation>> claim_expired(CatalogUnit& catalog, const Operation& seen);

  World& world_;
  std::map<OperationId, Watched> watched_;
};

}  // namespace slip
