// SPDX-License-Identifier: Apache-2.0
#include "server/api/api.h"

#include "server/api/call.h"

namespace slip::api {

Api::Api(Product& product, ApiSettings settings)
    : state_(std::make_unique<ApiState>(product, std::move(settings))) {}

Api::~Api() = default;

void Api::install(http::Router& router) {
  Routes routes(router, *state_);
  add_bookmarks(routes);
  add_branches(routes);
  add_containers(routes);
  add_data_acts(routes);
  add_dump_checks(routes);
  add_events(routes);
  add_logs(routes);
  add_moments(routes);
  add_operations(routes);
  add_pool(routes);
  add_sessions(routes);
  add_kinds(routes);
  add_sources(routes);
  add_status(routes);
  add_template_bookmarks(routes);
  add_templates(routes);
  add_timeline(routes);
  add_tokens(routes);
  add_trash(routes);
  add_usage(routes);
  add_users(routes);
}

void Api::close() {
  state_->feed.close();
  state_->product.close();
}

}  // namespace slip::api
