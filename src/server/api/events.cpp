#include "operations/lookup.h"
#include "server/api/answer.h"

namespace slip::api {
namespace {

Result<http::Response> stream(Call& call) {
  EventFeed::Listener listener{.actor = call.actor, .now = call.api.now()};
  if (const auto name = call.query("container")) {
    listener.container = TRY(call.api.catalog().read([&](CatalogUnit& catalog) {
                           return find_container(catalog, call.actor, Right::look, *name);
                         })).id;
  }
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
