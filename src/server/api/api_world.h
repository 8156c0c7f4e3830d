// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <condition_variable>
#include <map>
#include <mutex>
#include <string>

#include "client/api_client.h"
#include "operations/engine.h"
#include "server/api/api.h"
#include "server/http/server.h"
#include "tests/support/expect_result.h"
#include "tests/support/test_world.h"

namespace slip::api {

// A server of the whole interface over fakes, on a port of its own, for tests. Template "shop" with
// sources "db" and "app"; containers "qa" (owner qa, operator otto, viewer vera) and "dev" (owner
// dev); "admin" is an admin, "mia" a member of nothing. Everybody's password is the name, twice.
class ApiWorld : public ::testing::Test {
 protected:
  explicit ApiWorld(ApiSettings settings = {}, ProductSettings of_product = {});
  ~ApiWorld() override;

  // Sends as that user, by a token; "" sends as nobody.
  ApiClient& as(const std::string& user);
  std::string token_of(const std::string& user);

  // POSTs, waits for the operation's end and returns it; fails the test unless it succeeded.
  json::value must(const std::string& user, const std::string& path,
                   json::value body = json::object());
  // Its items.
  json::array list(const std::string& user, const std::string& path);
  std::vector<std::string> names(const std::string& user, const std::string& path);

  // While it lives, every clone of a snapshot waits: an operation that makes one stays running.
  class Standstill {
   public:
    explicit Standstill(ApiWorld& world);
    ~Standstill();
    void wait_until_reached();

   private:
    struct State {
      std::mutex mutex;
      std::condition_variable changed;
      bool is_reached = false;
      bool is_over = false;
    };
    ApiWorld& world_;
    std::shared_ptr<State> state_ = std::make_shared<State>();
  };

  std::unique_ptr<TestWorld> fakes;
  Engine engine;
  Product product;
  Api api;
  http::Router router;
  http::Server server;

 private:
  void add_people();

  std::map<std::string, std::string> tokens_;
  std::map<std::string, std::unique_ptr<ApiClient>> clients_;
};

inline std::string text(const json::value& value, std::string_view pointer) {
  boost::system::error_code failed;
  const auto* found = value.find_pointer(pointer, failed);
  if (found == nullptr) return "(no " + std::string(pointer) + ")";
  return found->is_string() ? std::string(found->get_string()) : json::serialize(*found);
}

}  // namespace slip::api
