#include "operations/lookup.h"
#include "server/api/answer.h"

namespace slip::api {
namespace {

Result<std::optional<ContainerId>> container_asked(Call& call, const std::string& parameter) {
  const auto name = call.query(parameter);
  if (!name) return std::optional<ContainerId>();
  const auto container = TRY(call.api.catalog().read([&](CatalogUnit& catalog) {
    return find_container(catalog, call.actor, Right::look, *name);
  }));
  return std::optional(container.id);
}

Result<http::Response> stream(Call& call) {
  EventFeed::Listener listener{.actor = call.actor,
                               .container = TRY(container_asked(call, "container")),
                               .looking_at = TRY(container_asked(call, "looking_at"))};
  if (const auto last = http::last_event_id(call.request)) {
    listener.after = static_cast<std::int64_t>(*last);
  }
  return http::event_response(TRY(call.api.feed.listen(listener)));
}

}  // namespace

void add_events(Routes& routes) {
  routes.add("GET /events", stream);
}

}  // namespace slip::api
