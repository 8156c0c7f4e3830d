// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "domain/edits.h"
#include "domain/operation.h"
#include "domain/requests.h"
#include "queries/pool.h"

namespace slip {

class DumpChecks;
class Engine;
class Logins;

struct ProductSettings {
  std::string endpoint_host = "127.0.0.1";  // in the connection strings that people see
  queries::PoolFacts pool = {};
};

// The product, as whoever offers it to people and programs sees it: what can be asked for, and what
// there is to look at (queries/). Nobody who has it needs to know the catalog, what runs, or the
// pool. Thread-safe.
class Product {
 public:
  // The engine, and the catalog behind it, outlive this.
  explicit Product(Engine& engine, ProductSettings settings = {});
  ~Product();

  // Journals the operation and sees to it that it runs. The same idempotency key by the same user
  // gives the operation of the first time. Errors: those of the act; `busy`, naming the operation
  // in the way; `no_space`.
  Result<Operation> submit(const Actor& actor, const AnyRequest& request,
                           const IdempotencyKey& key = {});
  // Done, and recorded as an operation, when it returns. Errors: operations/edits/edits.h.
  Result<Operation> edit(const Actor& actor, const AnyEdit& edit, const IdempotencyKey& key = {});
  // Waits until it has ended, at most `patience`, and returns it as it is then.
  Result<Operation> wait(const OperationId& operation, Duration patience);
  // Fails with `invalid_argument` where that user's key was given to an operation that was another
  // request.
  Result<> check_key(const Actor& actor, const IdempotencyKey& key);
  // Possible until the switch. Errors: `precondition_failed` when it is too late.
  Result<> cancel(const Actor& actor, const OperationId& operation);

  // What to ask the functions of queries/ with.
  queries::Reader& queries() { return *reader_; }
  // Called, on any thread, when there are new events; must return quickly. Kept as long as the
  // catalog.
  void on_events(std::function<void()> listener);

  // Who gets in, and by what.
  Logins& logins() { return *logins_; }
  // Dumps that are read to see what they need.
  DumpChecks& dump_checks() { return *dump_checks_; }

  // The machine's clock is right. For admins.
  Result<> believe_clock(const Actor& actor);
  // For admins. Errors: `unsupported` where the pool's space cannot be changed.
  Result<> grow_pool(const Actor& actor, std::int64_t bytes);
  Result<> reserve_pool(const Actor& actor);

  // What acts are timed by.
  Timestamp now();
  // A digest of a text that may hold secrets, for comparing it with others.
  std::string digest(std::string_view text) const;

  // What takes long gives up, and nobody waits for it any longer.
  void close();

 private:
  Engine& engine_;
  const ProductSettings settings_;
  std::unique_ptr<queries::Reader> reader_;
  std::unique_ptr<Logins> logins_;
  std::unique_ptr<DumpChecks> dump_checks_;
};

}  // namespace slip
