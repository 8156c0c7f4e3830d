// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <atomic>
#include <condition_variable>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>

#include "base/id.h"
#include "ports/adapter.h"
#include "ports/catalog.h"
#include "ports/kinds.h"

namespace slip {

struct DumpCheckTag {
  static constexpr std::string_view prefix = "chk_";
};
using DumpCheckId = Id<DumpCheckTag>;

// Dumps that are read to see what they need. That takes as long as it takes, so each is read on a
// thread of its own and asked for by its id; what was found is kept until others take its place.
// Nothing of it is in the catalog: after a restart there is none. Thread-safe.
class DumpChecks {
 public:
  // The kinds and the catalog, which counts exceptions that nobody was to throw, outlive this.
  DumpChecks(const AdaptersByKind& adapters, Catalog& catalog)
      : adapters_(adapters), catalog_(catalog) {}
  // Ends what is being read.
  ~DumpChecks();

  // Errors: `unsupported` (of the kind there are no dumps), `invalid_argument`, `rate_limited` (too
  // many are being read), `unavailable` (after `close`).
  Result<DumpCheckId> begin(const SourceConfig& config);

  struct State {
    std::string progress;                       // in words; empty: none yet
    std::optional<Result<DumpReport>> outcome;  // nothing: it is being read
  };
  // As it is when it has ended or `patience` is over. Errors: `not_found`.
  Result<State> wait(const DumpCheckId& id, Duration patience);
  // Has it read no further. Errors: `not_found`.
  Result<> end(const DumpCheckId& id);
  // Nothing more is read, and nobody waits any longer.
  void close();

 private:
  struct Check {
    std::atomic<bool> is_wanted = true;
    State state;  // under the lock
    std::thread reader;
  };
  void forget_oldest();

  const AdaptersByKind& adapters_;
  Catalog& catalog_;
  std::mutex lock_;
  std::condition_variable changed_;
  std::map<DumpCheckId, std::shared_ptr<Check>> checks_;
  std::vector<DumpCheckId> order_;  // oldest first
  RandomIds ids_;
  bool is_closed_ = false;
};

}  // namespace slip
