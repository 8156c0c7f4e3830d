// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include "operations/guarded.h"
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
  PoolSettings settings;
  StorageCapabilities capabilities;
  Isolation isolation = Isolation::none;
  std::string isolation_reason;
  // These two are for admins.
  std::vector<std::string> unknown = {};
  std::int64_t unexpected = 0;
};
BOOST_DESCRIBE_STRUCT(PoolView, (),
                      (driver, kind, why, warning, root, total, free, settings, capabilities,
                       isolation, isolation_reason, unknown, unexpected))

std::string host_warning(const HostSpace& host) {
  const auto behind =
      fmt::format("The disk behind the pool's file has {} MB free. ", host.free >> 20);
  switch (host.room()) {
    case HostRoom::none:
      return behind +
             "Databases and applications are stopped until there is room on it, so that nothing is "
             "lost.";
    case HostRoom::little:
      return behind + "Nothing new is begun until there is room on it.";
    case HostRoom::scarce:
      return behind + "Make room on it soon: when it is full, everything stands still.";
    case HostRoom::ample:
      break;
  }
  return "";
}

std::string clock_warning(const ClockDoubt& doubt) {
  return fmt::format(
      "The machine's clock says {} where it should say about {}. Nothing is deleted for its age "
      "for "
      "{} minutes, or until an administrator says that the clock is right: slip doctor "
      "--believe-clock.",
      to_rfc3339(doubt.said), to_rfc3339(doubt.expected), doubt.left / std::chrono::minutes(1) + 1);
}

// What people should know, the gravest first.
std::string warnings(Engine& engine, const PoolSpace& space, const std::string& of_kind) {
  std::vector<std::string> all;
  if (space.host_room() != HostRoom::ample) {
    all.push_back(host_warning(*space.host));
  } else if (engine.stands_still()) {
    all.push_back("Databases and applications are stopped: the disk behind the pool was full.");
  }
  if (space.runs_short()) {
    all.push_back(
        "Less than 5 % of the pool can still be written. No automatic points are taken; of those "
        "taken before one an hour stays.");
  }
  if (const auto doubt = engine.clock_doubt()) all.push_back(clock_warning(*doubt));
  if (all.empty()) return of_kind;
  return fmt::format("{}", fmt::join(all, " "));
}

Result<http::Response> believe_clock(Call& call) {
  TRY(call.api.engine.believe_clock(call.actor));
  return http::no_content();
}

Result<http::Response> show_pool(Call& call) {
  World& world = call.api.world();
  const StorageInfo storage = world.storage.info();
  const RuntimeInfo runtime = world.host.info().runtime;
  const PoolSpace space = TRY(world.storage.probe());
  const PoolFacts& facts = call.api.settings.pool;
  PoolView view{.driver = storage.driver,
                .kind = facts.kind.empty() ? storage.driver : facts.kind,
                .why = facts.why,
                .warning = warnings(call.api.engine, space, facts.warning),
                .root = storage.root.string(),
                .total = space.total,
                .free = space.free,
                .settings = facts.settings,
                .capabilities = storage.capabilities,
                .isolation = runtime.isolation,
                .isolation_reason = runtime.isolation_reason};
  if (call.actor.role == SystemRole::admin) {
    view.unknown = TRY(unknown_in_pool(world));
    view.unexpected =
        TRY(world.catalog.read([](CatalogUnit& catalog) { return count_unexpected(catalog); }));
  }
  return answer(200, to_json(view));
}

struct GrowBody {
  std::int64_t bytes = 0;
};
BOOST_DESCRIBE_STRUCT(GrowBody, (), (bytes))

Result<http::Response> change_space(Call& call, const std::function<Result<>()>& change) {
  TRY(must_be_admin(call.actor));
  if (!change) {
    return Error{.code = ErrorCode::unsupported, .message = "this pool's space cannot be changed"};
  }
  TRY(change());
  return show_pool(call);
}

Result<http::Response> grow(Call& call) {
  const auto body = TRY(from_json<GrowBody>(TRY(parse_body(call.request))));
  const auto& facts = call.api.settings.pool;
  if (!facts.grow) return change_space(call, {});
  return change_space(call, [&] { return facts.grow(body.bytes); });
}

Result<http::Response> reserve(Call& call) {
  return change_space(call, call.api.settings.pool.reserve);
}

}  // namespace

void add_pool(Routes& routes) {
  routes.add("GET /pool", show_pool);
  routes.add("POST /pool/grow", grow);
  routes.add("POST /pool/reserve", reserve);
  routes.add("POST /clock/believe", believe_clock);
}

}  // namespace slip::api
