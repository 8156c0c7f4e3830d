// SPDX-License-Identifier: Apache-2.0
#include "client/api_client.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include <atomic>
#include <future>
#include <thread>

#include "base/fd.h"
#include "base/file.h"
#include "base/subprocess.h"
#include "server/http/event_stream.h"
#include "server/http/problem.h"
#include "server/http/router.h"
#include "server/http/server.h"

namespace slip {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::HasSubstr;

// A daemon with a few routes, on every kind of listener.
class Daemon {
 public:
  explicit Daemon(http::ServerOptions options = {.tcp = {{.port = 0}}})
      : server_(std::move(options),
                [this](const http::Request& request) { return router_.handle(request); }) {
    router_.add("GET /echo/{name}", [](const http::Request& request, const http::Params& params) {
      return http::json_response(
          200, to_json_text(json::value{{"name", params["name"]},
                                        {"token", request.bearer_token().value_or("none")},
                                        {"limit", request.parameter("limit").value_or("none")}}));
    });
    router_.add("POST /echo", [](const http::Request& request, const http::Params&) {
      return http::json_response(202, request.body);
    });
    router_.add("DELETE /echo", [](auto&, auto&) { return http::no_content(); });
    router_.add("GET /busy", [](auto&, auto&) {
      return http::problem({.code = ErrorCode::busy,
                            .message = "dev is restoring it",
                            .hint = "Wait.",
                            .context = {"restore qa", "lock"},
                            .detail = "output"});
    });
    router_.add("GET /events", [this](const http::Request& request, auto&) {
      auto subscription = events.subscribe();
      const auto after = http::last_event_id(request).value_or(0);
      for (auto id = after + 1; id <= 3; ++id) subscription->replay({.id = id, .data = "past"});
      subscription->go_live();
      return http::event_response(subscription);
    });
    const auto started = server_.start();
    EXPECT_TRUE(started) << started.error().describe();
  }
  ~Daemon() { server_.stop(); }

  ApiClientOptions options() const { return {.address = {.port = server_.port()}}; }
  http::EventStream events;

 private:
  http::Router router_;
  http::Server server_;
};

TEST(ApiClient, SendsPathQueryBodyAndToken) {
  Daemon daemon;
  ApiClientOptions options = daemon.options();
  options.token = Secret("slp_x");
  ApiClient client(options);

  const auto got = client.get("/echo/" + encode_segment("a b/ü?") + "?limit=5");
  ASSERT_TRUE(got) << got.error().describe();
  EXPECT_EQ(*got, (json::value{{"name", "a b/ü?"}, {"token", "slp_x"}, {"limit", "5"}}));
  EXPECT_EQ(client.post("/echo", {{"x", 1}}).value(), (json::value{{"x", 1}}));
  EXPECT_TRUE(client.remove("/echo").value().is_null());
  EXPECT_EQ(client.send({.method = "HEAD", .path = "/echo/x"})->text, "");
  EXPECT_TRUE(client.get("/echo/x"));
}

TEST(ApiClient, GivesBackTheErrorThatTheServerSent) {
  Daemon daemon;
  ApiClient client(daemon.options());

  const auto got = client.get("/busy");

  ASSERT_FALSE(got);
  EXPECT_EQ(got.error().code, ErrorCode::busy);
  EXPECT_EQ(got.error().describe(), "restore qa: lock: dev is restoring it");
  EXPECT_EQ(got.error().hint, "Wait.");
  EXPECT_EQ(got.error().detail, "output");
  EXPECT_EQ(client.get("/nowhere").error().code, ErrorCode::not_found);
}

// A port of this machine that is taken, and on which nobody listens.
class DeafPort {
 public:
  DeafPort() : fd_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    address_.sin_family = AF_INET;
    address_.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address_;
    auto* address = reinterpret_cast<sockaddr*>(&address_);
    EXPECT_EQ(::bind(fd_.get(), address, size), 0);
    EXPECT_EQ(::getsockname(fd_.get(), address, &size), 0);
  }
  std::uint16_t port() const { return ntohs(address_.sin_port); }

 private:
  UniqueFd fd_;
  sockaddr_in address_{};
};

TEST(ApiClient, SaysThatTheDaemonMayNotBeRunning) {
  const DeafPort nobody;
  ApiClient client({.address = {.port = nobody.port()}});

  const auto got = client.get("/echo/x");

  ASSERT_FALSE(got);
  EXPECT_EQ(got.error().code, ErrorCode::unavailable);
  EXPECT_THAT(got.error().hint, HasSubstr("may not be running"));
  ApiClient no_socket(
      {.address = {.kind = ApiAddress::Kind::unix_socket, .socket = "/nonexistent/slip.sock"}});
  EXPECT_EQ(no_socket.get("/x").error().code, ErrorCode::unavailable);
}

TEST(ApiClient, ReplacesAKeptConnectionThatTheDaemonHasClosed) {
  const TemporaryDirectory directory;
  const http::ServerOptions listening{.unix_sockets = {{.path = directory.path() / "s"}}};
  ApiClient client(
      {.address = {.kind = ApiAddress::Kind::unix_socket, .socket = directory.path() / "s"}});
  {
    Daemon daemon(listening);
    ASSERT_TRUE(client.post("/echo", {{"x", 1}}));
  }
  Daemon daemon(listening);

  EXPECT_TRUE(client.post("/echo", {{"x", 1}}));
}

TEST(ApiClient, GivesUpOnADaemonThatDoesNotAnswer) {
  std::promise<void> release;
  const auto released = release.get_future().share();
  http::Server server({.tcp = {{.port = 0}}}, [&](const http::Request&) {
    released.wait();
    return http::no_content();
  });
  ASSERT_TRUE(server.start());
  ApiClient client({.address = {.port = server.port()}, .request_timeout = 50ms});

  EXPECT_EQ(client.get("/x").error().code, ErrorCode::timed_out);
  release.set_value();
}

TEST(ApiClient, SendsNoHeaderThatBreaksTheRequest) {
  Daemon daemon;
  ApiClient client(daemon.options());

  for (const std::string path : {"no-slash", "/a b", "/a\r\nX: y"}) {
    EXPECT_EQ(client.get(path).error().code, ErrorCode::invalid_argument) << path;
  }
  EXPECT_EQ(client.send({.path = "/echo/x", .headers = {{"X", "a\r\nY: b"}}}).error().code,
            ErrorCode::invalid_argument);
}

TEST(ApiClient, FollowsEventsFromTheLastOneSeenUntilItHasEnough) {
  Daemon daemon;
  ApiClient client(daemon.options());
  std::vector<std::string> seen;

  const auto followed = client.follow_events(
      "/events", {.last_event_id = 2}, [&](std::uint64_t id, std::string_view type, auto data) {
        seen.push_back(std::to_string(id) + " " + std::string(type) + " " + std::string(data));
        if (id == 3) daemon.events.publish({.id = 4, .type = "operation", .data = "live"});
        return id < 4;
      });

  EXPECT_TRUE(followed) << followed.error().describe();
  EXPECT_THAT(seen, ElementsAre("3 message past", "4 operation live"));
}

TEST(ApiClient, StopsFollowingWhenAskedToAlsoIfNothingHappens) {
  Daemon daemon;
  ApiClient client(daemon.options());
  int asked = 0;

  EXPECT_TRUE(client.follow_events("/events",
                                   {.last_event_id = 3, .keep_going = [&] { return ++asked < 2; }},
                                   [](auto, auto, auto) { return true; }));
  EXPECT_EQ(asked, 2);
}

TEST(ApiClient, TellsWhenTheEventsEndOrAreRefused) {
  Daemon daemon;
  ApiClient client(daemon.options());
  const auto ended = client.follow_events("/events", {}, [&](std::uint64_t id, auto, auto) {
    if (id == 3) daemon.events.close();
    return true;
  });

  EXPECT_EQ(ended.error().code, ErrorCode::unavailable);
  const auto refused = client.follow_events("/busy", {}, [](auto, auto, auto) { return true; });
  EXPECT_EQ(refused.error().code, ErrorCode::busy);
  EXPECT_EQ(refused.error().message, "dev is restoring it");
}

// A certificate that vouches for 127.0.0.1 and for itself.
http::TlsFiles make_certificate(const std::filesystem::path& directory) {
  const http::TlsFiles files{directory / "cert.pem", directory / "key.pem"};
  const auto made =
      run_ok({.argv = {"openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt",
                       "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2", "-subj",
                       "/CN=slipstream test", "-addext", "subjectAltName=IP:127.0.0.1", "-keyout",
                       files.private_key.string(), "-out", files.certificate_chain.string()}});
  EXPECT_TRUE(made) << made.error().describe() << made.error().detail;
  return files;
}

TEST(ApiClientOverTls, TalksToADaemonWhoseCertificateItTrustsOnly) {
  const TemporaryDirectory directory;
  const http::TlsFiles files = make_certificate(directory.path());
  Daemon daemon({.tcp = {{.port = 0, .tls = files}}});
  ApiClientOptions options = daemon.options();
  options.address.kind = ApiAddress::Kind::tls;

  ApiClient distrusting(options);
  const auto refused = distrusting.get("/echo/x");
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, ErrorCode::failed);

  options.trusted_certificate = files.certificate_chain;
  ApiClient client(options);
  for (int i = 0; i < 3; ++i) {
    const auto got = client.get("/echo/x");
    ASSERT_TRUE(got) << got.error().describe();
  }
  const auto followed = client.follow_events("/events", {}, [&](std::uint64_t id, auto, auto) {
    if (id == 3) daemon.events.publish({.id = 4, .data = "live"});
    return id < 4;
  });
  EXPECT_TRUE(followed) << followed.error().describe();
}

TEST(ApiClientOverTls, IsNotAnsweredWithoutIt) {
  const TemporaryDirectory directory;
  Daemon daemon({.tcp = {{.port = 0, .tls = make_certificate(directory.path())}}});
  ApiClient plain(daemon.options());

  EXPECT_FALSE(plain.get("/echo/x"));
}

TEST(ApiClient, ManyAtOnceAllGetTheirOwnAnswers) {
  Daemon daemon;
  std::vector<std::thread> threads;
  std::atomic<int> right = 0;
  for (int t = 0; t < 8; ++t) {
    threads.emplace_back([&, t] {
      ApiClient client(daemon.options());
      for (int i = 0; i < 100; ++i) {
        const std::string name = std::to_string(t) + "-" + std::to_string(i);
        const auto got = client.get("/echo/" + name);
        if (got && got->at("name").as_string() == name) ++right;
      }
    });
  }
  for (auto& thread : threads) thread.join();

  EXPECT_EQ(right, 800);
}

}  // namespace
}  // namespace slip
