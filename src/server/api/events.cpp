// SPDX-License-Identifier: Apache-2.0
#include "queries/containers.h"
#include "server/api/answer.h"
#include "server/api/authenticate.h"

namespace slip::api {
namespace {

Result<std::optional<ContainerId>> container_asked(Call& call, const std::string& parameter) {
  const auto name = call.query(parameter);
  if (!name) return std::optional<ContainerId>();
  return std::optional(TRY(queries::container_seen(call.reader(), call.actor, *name)));
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
      authenticate(call.api.product.logins(), call.request, call.browser_transport());
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
