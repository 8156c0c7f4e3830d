// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "domain/policy.h"
#include "product/logins.h"
#include "server/api/api.h"
#include "server/api/event_feed.h"
#include "server/api/kept_answers.h"
#include "server/http/message.h"
#include "server/http/router.h"

namespace slip::api {

// One of the few places for requests that wait, while it lives. Who finds none is answered soon.
class WaitingPlace {
 public:
  WaitingPlace(std::atomic<int>& taken, int all) : taken_(taken), is_taken_(++taken <= all) {}
  ~WaitingPlace() { --taken_; }
  WaitingPlace(const WaitingPlace&) = delete;
  WaitingPlace& operator=(const WaitingPlace&) = delete;
  bool is_taken() const { return is_taken_; }

 private:
  std::atomic<int>& taken_;
  const bool is_taken_;
};

// What all resources share.
struct ApiState {
  ApiState(Product& the_product, ApiSettings the_settings)
      : product(the_product),
        settings(std::move(the_settings)),
        limiter(settings.login_limits),
        feed(the_product) {}

  Product& product;
  const ApiSettings settings;
  auth::LoginLimiter limiter;
  EventFeed feed;
  KeptAnswers kept_answers;
  std::atomic<int> waiting_requests = 0;

  Timestamp now() { return product.now(); }
  // What sessions and tokens expire by.
  Timestamp wall() { return product.logins().wall(); }
  WaitingPlace waiting_place() { return {waiting_requests, settings.waiting_requests_max}; }
};

// One request, with who makes it.
struct Call {
  ApiState& api;
  const http::Request& request;
  const http::Params& params;
  Actor actor = {};
  std::optional<Access> access = {};  // the session or token he came with

  // What to ask the functions of queries/ with.
  queries::Reader& reader() const { return api.product.queries(); }
  const std::string& param(std::string_view name) const { return params[name]; }
  // A query parameter; empty is as absent.
  std::optional<std::string> query(const std::string& name) const;
  // A whole number from `least` to `most`. Fails with `invalid_argument`.
  Result<std::optional<std::int64_t>> number(const std::string& name, std::int64_t least,
                                             std::int64_t most) const;
  Result<std::optional<Timestamp>> time(const std::string& name) const;
  // "1" or "true".
  bool flag(const std::string& name) const;
  // What the browser that asks speaks, if it is one.
  http::Transport browser_transport() const;
  // Who makes the request, once more: after whatever took a while, since the session or token may
  // have ended meanwhile and the user's role be another. Rights are then checked again, too. Fails
  // with `unauthenticated`.
  Result<> look_again();
  // The Idempotency-Key, with what the request asks for; empty if there is none. Fails with
  // `invalid_argument`, also where it was given to another request that was no operation.
  Result<IdempotencyKey> idempotency_key() const;
};

// Adds routes below /api/v1. Errors become problem+json here, and only here.
class Routes {
 public:
  using Handler = std::function<Result<http::Response>(Call&)>;

  Routes(http::Router& router, ApiState& api) : router_(router), api_(api) {}

  // `pattern` is "GET /containers/{container}". The handler runs for known users only, and what it
  // took a while to read is for who may see it still.
  void add(std::string_view pattern, Handler handler);
  // For answers that may be long and never hold a secret: they are compressed (http/compression.h).
  void add_compressed(std::string_view pattern, Handler handler);
  // Runs for everybody.
  void add_open(std::string_view pattern, Handler handler);
  // The same for what changes something and is no operation, which is found by its key: done once
  // for an Idempotency-Key, as far as KeptAnswers go.
  void add_once(std::string_view pattern, Handler handler);
  void add_open_once(std::string_view pattern, Handler handler);

 private:
  http::Router& router_;
  ApiState& api_;
};

// Each is in the file of its resource.
void add_bookmarks(Routes& routes);
void add_branches(Routes& routes);
void add_containers(Routes& routes);
void add_data_acts(Routes& routes);
void add_dump_checks(Routes& routes);
void add_events(Routes& routes);
void add_logs(Routes& routes);
void add_moments(Routes& routes);
void add_operations(Routes& routes);
void add_pool(Routes& routes);
void add_sessions(Routes& routes);
void add_kinds(Routes& routes);
void add_sources(Routes& routes);
void add_status(Routes& routes);
void add_template_bookmarks(Routes& routes);
void add_templates(Routes& routes);
void add_timeline(Routes& routes);
void add_tokens(Routes& routes);
void add_trash(Routes& routes);
void add_usage(Routes& routes);
void add_users(Routes& routes);

}  // namespace slip::api
