#include "operations/reaper.h"
#include "server/api/answer.h"

namespace slip::api {
namespace {

struct PoolView {
  std::string driver;
  std::string kind;
  std::string why;
  std::string warning;
  std::string root;
  std::int64_t total = 0;
  std::int64_t free = 0;
  StorageCapabilities capabilities;
  Isolation isolation = Isolation::none;
  std::string isolation_reason;
  std::vector<std::string> unknown;  // for admins
};
BOOST_DESCRIBE_STRUCT(PoolView, (),
                      (driver, kind, why, warning, root, total, free, capabilities, isolation,
                       isolation_reason, unknown))

Result<http::Response> show(Call& call) {
  World& world = call.api.world();
  const StorageInfo storage = world.storage.info();
  const RuntimeInfo runtime = world.runtime.info();
  const PoolSpace space = TRY(world.storage.probe());
  const PoolFacts& facts = call.api.settings.pool;
  PoolView view{.driver = storage.driver,
                .kind = facts.kind.empty() ? storage.driver : facts.kind,
                .why = facts.why,
                .warning = space.runs_short()
                               ? "Less than 5 % of the pool can still be written. No automatic "
                                 "points are taken; of those taken before one an hour stays."
                               : facts.warning,
                .root = storage.root.string(),
                .total = space.total,
                .free = space.free,
                .capabilities = storage.capabilities,
                .isolation = runtime.isolation,
                .isolation_reason = runtime.isolation_reason,
                .unknown = {}};
  if (call.actor.role == SystemRole::admin) view.unknown = TRY(unknown_in_pool(world));
  return answer(200, to_json(view));
}

}  // namespace

void add_pool(Routes& routes) {
  routes.add("GET /pool", show);
}

}  // namespace slip::api
