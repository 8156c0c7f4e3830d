// SPDX-License-Identifier: Apache-2.0
#include "server/api/api_world.h"

#include <thread>

#include "server/auth/password.h"
#include "server/auth/token.h"

namespace slip::api {
namespace {

std::unique_ptr<TestWorld> make_fakes() {
  auto fakes = TestWorld::with_containers();
  fakes->world.settings.bake_after.reset();
  fakes->world.settings.reap_after = Duration::zero();
  fakes->machine.machine_settings.ready_patience = Duration(2000);
  // The world counts its calls for crashes, from one thread; here there are many.
  fakes->storage.on_call({});
  fakes->catalog.set_hooks({}, {});
  return fakes;
}

ApiSettings for_tests(ApiSettings settings) {
  settings.version = "1.2.3";
  settings.password_cost = auth::PasswordCost::for_tests;
  return settings;
}

}  // namespace

ApiWorld::ApiWorld(ApiSettings settings, ProductSettings of_product)
    : fakes(make_fakes()),
      engine(fakes->world),
      product(engine, std::move(of_product)),
      api(product, for_tests(std::move(settings))),
      server({.tcp = {{.port = 0}}, .body_bytes_max = 64 << 10},
             [this](const http::Request& request) { return router.handle(request); }) {
  add_people();
  api.install(router);
  EXPECT_OK(engine.start());
  EXPECT_OK(server.start());
}

ApiWorld::~ApiWorld() {
  clients_.clear();
  api.close();
  server.stop();
  engine.stop();
}

void ApiWorld::add_people() {
  EXPECT_OK(fakes->catalog.write([&](CatalogUnit& catalog) -> Result<> {
    for (const std::string name : {"admin", "qa", "dev", "otto", "vera", "mia"}) {
      const UserId id("usr_" + name);
      TRY(catalog.users().put({.id = id,
                               .name = name,
                               .role = name == "admin" ? SystemRole::admin : SystemRole::member,
                               .password_hash = TRY(auth::hash_password(
                                   Secret(name + name + "-----"), auth::PasswordCost::for_tests)),
                               .created_at = fakes->clock.now()}));
      auto token = auth::make_token();
      tokens_[name] = token.token.reveal();
      TRY(catalog.accesses().put({.id = AccessId("acc_" + name),
                                  .user = id,
                                  .kind = AccessKind::token,
                                  .secret_hash = token.hash,
                                  .label = "test",
                                  .created_at = fakes->clock.now(),
                                  .expires_at = {}}));
    }
    auto container = *TRY(catalog.containers().find_named("qa"));
    container.members.push_back({UserId("usr_otto"), ContainerRole::operator_});
    container.members.push_back({UserId("usr_vera"), ContainerRole::viewer});
    return catalog.containers().put(container);
  }));
}

std::string ApiWorld::token_of(const std::string& user) {
  return tokens_[user];
}

ApiClient& ApiWorld::as(const std::string& user) {
  auto& client = clients_[user];
  if (!client) {
    ApiClientOptions options;
    options.address.port = server.port();
    if (!user.empty()) options.token = Secret(token_of(user));
    client = std::make_unique<ApiClient>(std::move(options));
  }
  return *client;
}

json::value ApiWorld::must(const std::string& user, const std::string& path, json::value body) {
  const char join = path.find('?') == path.npos ? '?' : '&';
  const auto operation = as(user).post(path + join + "wait=30", std::move(body));
  EXPECT_OK(operation) << path;
  if (!operation) return nullptr;
  EXPECT_EQ(text(*operation, "/state"), "succeeded") << json::serialize(*operation);
  return *operation;
}

json::array ApiWorld::list(const std::string& user, const std::string& path) {
  const auto answer = as(user).get(path);
  EXPECT_OK(answer) << path;
  if (!answer) return {};
  return answer->at("items").as_array();
}

std::vector<std::string> ApiWorld::names(const std::string& user, const std::string& path) {
  std::vector<std::string> out;
  for (const auto& item : list(user, path)) out.push_back(text(item, "/name"));
  return out;
}

ApiWorld::Standstill::Standstill(ApiWorld& world) : world_(world) {
  world_.fakes->storage.on_call(
      [state = state_](std::string_view method, FakeStorage::When when) -> Result<> {
        if (method != "clone" || when != FakeStorage::When::before) return {};
        std::unique_lock lock(state->mutex);
        state->is_reached = true;
        state->changed.notify_all();
        state->changed.wait(lock, [&] { return state->is_over; });
        return {};
      });
}

ApiWorld::Standstill::~Standstill() {
  world_.fakes->storage.on_call({});
  const std::lock_guard guard(state_->mutex);
  state_->is_over = true;
  state_->changed.notify_all();
}

void ApiWorld::Standstill::wait_until_reached() {
  std::unique_lock lock(state_->mutex);
  state_->changed.wait(lock, [&] { return state_->is_reached; });
}

}  // namespace slip::api
