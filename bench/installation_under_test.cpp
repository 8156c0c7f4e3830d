// SPDX-License-Identifier: Apache-2.0
#include "bench/installation_under_test.h"

#include <fmt/format.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <thread>

#include "base/subprocess.h"

namespace slip::bench {

using namespace std::chrono_literals;

double now_ms() {
  return std::chrono::duration<double, std::milli>(
             std::chrono::steady_clock::now().time_since_epoch())
      .count();
}

void give_up(const Error& error) {
  fmt::print(stderr, "{}\n{}\n{}\n", error.describe(), error.hint, error.detail);
  std::exit(1);
}

json::object act(ApiClient& client, const std::string& path, json::object body) {
  auto answer = client.post("/api/v1" + path + "?wait=60", std::move(body));
  if (!answer) give_up(answer.error());
  json::object operation = answer->as_object();
  while (operation["state"] != "succeeded") {
    if (operation["state"] == "failed") give_up(Error{.message = json::serialize(operation)});
    const std::string id(operation["id"].as_string());
    auto later = client.get("/api/v1/operations/" + id + "?wait=60");
    if (!later) give_up(later.error());
    operation = later->as_object();
  }
  return operation;
}

InstallationUnderTest::InstallationUnderTest(const std::filesystem::path& parent,
                                             json::object settings) {
  data_ = parent / fmt::format("slipstream-bench.{}", getpid());
  start_daemon();
  ApiClient api = client();
  settings["database"] = "postgres";
  settings["login"] = "bench";
  const json::object config{{"kind", "postgresql"}, {"settings", settings}};
  act(api, "/sources", {{"name", "bench"}, {"config", config}});
  act(api, "/templates",
      {{"name", "bench"},
       {"sources", json::array{json::object{{"name", "db"},
                                            {"source", "bench"},
                                            {"priority", 1},
                                            {"port", 0},
                                            {"settings", json::object()}}}}});
  act(api, "/containers", {{"name", "bench"}, {"template", "bench"}, {"members", json::array()}});
  auto container = api.get("/api/v1/containers/bench");
  if (!container) give_up(container.error());
  const auto& endpoint = container->at("endpoints").at(0);
  address_ = std::string(endpoint.at("connection").at("url").as_string());
}

void InstallationUnderTest::start_daemon() {
  std::filesystem::create_directories(data_);
  daemon_ = fork();
  if (daemon_ == 0) {
    const std::string data = data_.string();
    execl(SLIPSTREAMD, SLIPSTREAMD, "--data", data.c_str(), "--port", "18747", nullptr);
    _exit(127);
  }
  for (int i = 0; i < 6000; ++i) {
    ApiClient api = client();
    if (api.get("/api/v1/status")) return;
    std::this_thread::sleep_for(5ms);
  }
  give_up(Error{.message = "the daemon does not answer"});
}

double InstallationUnderTest::restart_daemon() {
  kill(daemon_, SIGTERM);
  waitpid(daemon_, nullptr, 0);
  const double begin = now_ms();
  start_daemon();
  return now_ms() - begin;
}

ApiClient InstallationUnderTest::client() const {
  const auto address = parse_api_address("unix:" + (data_ / "run" / "slip.sock").string());
  if (!address) give_up(address.error());
  ApiClientOptions options;
  options.address = *address;
  options.request_timeout = 120s;
  return ApiClient(std::move(options));
}

InstallationUnderTest::~InstallationUnderTest() {
  kill(daemon_, SIGTERM);
  waitpid(daemon_, nullptr, 0);
  const auto ended = run({.argv = {SLIPSTREAMD, "--data", data_.string(), "--shutdown"}});
  if (ended && ended->exit_status == 0) (void)remove_tree(data_);
}

}  // namespace slip::bench
