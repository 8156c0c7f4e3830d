// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "domain/kind.h"
#include "operations/engine.h"
#include "ports/pool_settings.h"
#include "server/auth/login_limiter.h"
#include "server/auth/password.h"
#include "server/http/router.h"

namespace slip::api {

// What the daemon knows of its pool and operations do not: how it was chosen.
struct PoolFacts {
  PoolSettings settings = {};
  std::string kind = {};     // "btrfs_file"
  std::string why = {};      // one sentence
  std::string warning = {};  // empty if all is well
  // What an administrator can do about its space; not set where that is not possible.
  std::function<Result<>(std::int64_t bytes)> grow = {};
  std::function<Result<>()> reserve = {};
};

struct ApiSettings {
  std::string version = {};
  std::string host = "127.0.0.1";  // of endpoints, in the connection strings that people see
  PoolFacts pool = {};
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

// The HTTP API, as api/openapi.yaml describes it, on an engine. Thread-safe. The engine, and the
// catalog behind it, outlive it; it outlives the server that serves its routes.
class Api {
 public:
  Api(Engine& engine, ApiSettings settings);
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
