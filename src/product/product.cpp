// SPDX-License-Identifier: Apache-2.0
#include "product/product.h"

#include "operations/edits/edits.h"
#include "operations/engine.h"
#include "operations/submit.h"
#include "product/dump_checks.h"
#include "product/logins.h"
#include "queries/reader.h"

namespace slip {

Product::Product(Engine& engine, ProductSettings settings)
    : engine_(engine),
      settings_(std::move(settings)),
      reader_(std::make_unique<queries::Reader>(engine, settings_.endpoint_host, settings_.pool)),
      logins_(std::make_unique<Logins>(engine)),
      dump_checks_(std::make_unique<DumpChecks>(engine.world().adapters, engine.world().catalog)) {}

Product::~Product() = default;

Result<Operation> Product::submit(const Actor& actor, const AnyRequest& request,
                                  const IdempotencyKey& key) {
  return std::visit([&](const auto& one) { return engine_.submit(actor, one, key); }, request);
}

Result<Operation> Product::edit(const Actor& actor, const AnyEdit& edit,
                                const IdempotencyKey& key) {
  return std::visit([&](const auto& one) { return slip::edit(engine_.world(), actor, one, key); },
                    edit);
}

Result<Operation> Product::wait(const OperationId& operation, Duration patience) {
  return engine_.wait(operation, patience);
}

Result<> Product::check_key(const Actor& actor, const IdempotencyKey& key) {
  return engine_.world().catalog.read([&](CatalogUnit& catalog) -> Result<> {
    TRY(find_earlier(catalog, actor, key));
    return {};
  });
}

Result<> Product::cancel(const Actor& actor, const OperationId& operation) {
  return engine_.cancel(actor, operation);
}

void Product::on_events(std::function<void()> listener) {
  engine_.world().catalog.on_events(std::move(listener));
}

Result<> Product::believe_clock(const Actor& actor) {
  return engine_.believe_clock(actor);
}

namespace {

Error cannot_be_changed() {
  return Error{.code = ErrorCode::unsupported, .message = "this pool's space cannot be changed"};
}

}  // namespace

Result<> Product::grow_pool(const Actor& actor, std::int64_t bytes) {
  TRY(must_be_admin(actor));
  if (!settings_.pool.grow) return cannot_be_changed();
  return settings_.pool.grow(bytes);
}

Result<> Product::reserve_pool(const Actor& actor) {
  TRY(must_be_admin(actor));
  if (!settings_.pool.reserve) return cannot_be_changed();
  return settings_.pool.reserve();
}

Timestamp Product::now() {
  return engine_.world().clock.now();
}

std::string Product::digest(std::string_view text) const {
  return engine_.world().secrets.digest(text);
}

void Product::close() {
  dump_checks_->close();
  reader_->close();
}

}  // namespace slip
