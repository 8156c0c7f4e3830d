// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "domain/kind.h"
#include "product/product.h"
#include "server/auth/login_limiter.h"
#include "server/auth/password.h"
#include "server/http/router.h"

namespace slip::api {

struct ApiSettings {
  std::string version = {};
  std::vector<KindDescription> kinds = {};  // of source, in the order in which people see them
  std::string authority = {};               // PEM: whose certificates copies' TLS is by
  // Cookies are Secure where the request came by TLS; always, if a proxy does TLS for us.
  http::Transport browser_transport = http::Transport::plain;
  // Requests that may wait for an operation at the same time, each of which takes a thread of the
  // server; more are answered soon.
  int waiting_requests_max = 16;
  auth::LoginLimits login_limits = {};
  auth::PasswordCost password_cost = auth::PasswordCost::product;
};

struct ApiState;

// The HTTP API, as api/openapi.yaml describes it, of a product, which is all that it knows of.
// Thread-safe. The product outlives it; it outlives the server that serves its routes.
class Api {
 public:
  Api(Product& product, ApiSettings settings);
  ~Api();  // ends all event streams
  Api(const Api&) = delete;
  Api& operator=(const Api&) = delete;

  // Adds every route below /api/v1.
  void install(http::Router& router);

  // Ends all event streams and what takes long, so that the server can stop. Later ones end at
  // once.
  void close();

 private:
  std::unique_ptr<ApiState> state_;
};

}  // namespace slip::api
