// SPDX-License-Identifier: Apache-2.0
#pragma once

// A Redis adapter on this machine, with real servers, for its tests.

#include <gtest/gtest.h>

#include "adapters/redis/configuration.h"
#include "adapters/redis/login.h"
#include "adapters/redis/redis_adapter.h"
#include "adapters/redis/session.h"
#include "adapters/support/tenant_files.h"
#include "tests/contract/server_world.h"

namespace slip::test {

class RedisWorld : public ServerWorld {
 public:
  const Adapter& adapter() override { return adapter_; }
  SourceConfig good() override { return with({}); }
  SourceConfig malformed() override { return with({{"durabilty", "full"}}); }
  static SourceConfig with(std::map<std::string, std::string> settings) {
    return SourceConfig{.kind = "redis", .settings = std::move(settings), .run = {}};
  }
  void put(const InstanceContext& instance, const std::string& text) override {
    const auto added = ask(instance, {"SADD", "notes", text});
    EXPECT_TRUE(added) << (added ? "" : added.error().describe() + added.error().detail);
  }
  bool has(const InstanceContext& instance, const std::string& text) override {
    return said(instance, {"SISMEMBER", "notes", text}) == "1";
  }

  // As people do: with the container's login, on a connection of its own.
  Result<redis::Session> log_in(const InstanceContext& instance, const Login& login) {
    const Directory top = TRY(Directory::open(instance.directory));
    const RunUser user = TRY(find_run_user(run_user(), instance.user));
    return redis::Session::open({.directory = top, .run = redis::kRun, .user = user_id(user)},
                                login, std::chrono::seconds(5));
  }
  Result<redis::Reply> ask(const InstanceContext& instance, const std::vector<std::string>& words) {
    auto session = TRY(log_in(instance, instance.login));
    return session.ask(words);
  }
  // The answer's text, or what the server has against it.
  std::string said(const InstanceContext& instance, const std::vector<std::string>& words) {
    const auto reply = ask(instance, words);
    return reply ? reply->text() : reply.error().detail;
  }

 private:
  RedisAdapter adapter_{RedisOptions{.user = run_user(), .confinement = test::confinement()}};
};

}  // namespace slip::test
