// SPDX-License-Identifier: Apache-2.0
#include "operations/lookup.h"
#include "server/api/answer.h"
#include "server/api/authenticate.h"

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
                               .looking_at = TRY(container_asked(call, "looking_at")),
                               .access = call.access};
  if (const auto last = http::last_event_id(call.request)) {
    listener.after = static_cast<std::int64_t>(*last);
  }
  auto subscription = TRY(call.api.feed.listen(listener));
  // An access that ended after it was looked at, and before the feed knew of the stream.
  const auto known =
      authenticate(call.api.catalog(), call.request, call.browser_transport(), call.api.wall());
  if (!known) {
    subscription->close();
    return known.error();
  }
  return http::event_response(std::move(subscription));
}

}  // namespace

void add_events(Routes& routes) {
  routes.add("GET /events", stream);
}

}  // namespace slip::api
