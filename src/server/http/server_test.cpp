// SPDX-License-Identifier: Apache-2.0
#include "server/http/server.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <net/if.h>
#include <sched.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <atomic>
#include <future>
#include <latch>
#include <stdexcept>
#include <thread>

#include "base/file.h"
#include "server/http/raw_client.h"
#include "server/http/router.h"

namespace slip::http {
namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

ServerOptions on_any_port() {
  return {.tcp = {{.port = 0}}};
}

// Says what it understood of the request.
Response echo(const Request& request) {
  std::string text = request.method;
  for (const auto& segment : request.path) text += "/" + segment;
  return text_response(200, text + "|" + request.body);
}

struct Running {
  explicit Running(Handler handler = echo, ServerOptions options = on_any_port())
      : server(std::move(options), std::move(handler)) {
    const auto started = server.start();
    EXPECT_TRUE(started) << started.error().describe();
  }
  RawClient client() { return RawClient(server.port()); }

  Server server;
};

// Which of the two gets something first.
std::size_t first_readable(const RawClient& a, const RawClient& b) {
  pollfd ready[] = {{.fd = a.fd(), .events = POLLIN, .revents = 0},
                    {.fd = b.fd(), .events = POLLIN, .revents = 0}};
  EXPECT_GT(::poll(ready, 2, 10'000), 0);
  return ready[0].revents != 0 ? 0 : 1;
}

TEST(Server, AnswersSeveralRequestsOnOneConnectionEvenIfTheyComeAtOnce) {
  Running running;
  RawClient client = running.client();
  client.send(
      "GET /one HTTP/1.1\r\nHost: localhost\r\n\r\n"
      "POST /two HTTP/1.1\r\nHost: localhost\r\nContent-Length: 4\r\n\r\nbody"
      "GET /three HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n");

  EXPECT_THAT(client.read_response(), HasSubstr("\r\n\r\nGET/one|"));
  EXPECT_THAT(client.read_response(), HasSubstr("\r\n\r\nPOST/two|body"));
  EXPECT_THAT(client.read_response(), HasSubstr("Connection: close\r\n"));
  client.read_until_closed();
  EXPECT_TRUE(client.is_closed());
}

TEST(Server, ReadsChunkedBodiesAndGrantsToContinue) {
  Running running;
  RawClient client = running.client();
  client.send(
      "POST /c HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n"
      "Expect: 100-continue\r\n\r\n");
  EXPECT_EQ(client.read_until("\r\n\r\n"), "HTTP/1.1 100 Continue\r\n\r\n");
  client.send("3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n");

  EXPECT_THAT(client.read_response(), HasSubstr("POST/c|abcde"));
}

TEST(Server, AnswersHeadWithoutABodyAndStaysInStep) {
  Running running;
  RawClient client = running.client();
  client.send("HEAD /x HTTP/1.1\r\nHost: localhost\r\n\r\n");
  EXPECT_THAT(client.read_until("\r\n\r\n"), HasSubstr("Content-Length: 7\r\n"));

  EXPECT_THAT(client.get("/y"), StartsWith("HTTP/1.1 200 OK\r\n"));
}

TEST(Server, RefusesALargeBodyBeforeAndWhileItComes) {
  Running running;
  RawClient announced = running.client();
  announced.send("POST /x HTTP/1.1\r\nHost: localhost\r\nContent-Length: 2000000\r\n\r\n");
  EXPECT_THAT(announced.read_until_closed(),
              AllOf(StartsWith("HTTP/1.1 413 "), HasSubstr("\"code\":\"too_large\"")));

  RawClient chunked = running.client();
  chunked.send("POST /x HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n");
  const std::string chunk = "10000\r\n" + std::string(0x10000, 'x') + "\r\n";
  for (int i = 0; i < 20; ++i) chunked.send(chunk);
  EXPECT_THAT(chunked.read_until_closed(), StartsWith("HTTP/1.1 413 "));

  RawClient exact = running.client();
  exact.send("POST /x HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1048576\r\n\r\n");
  exact.send(std::string(1 << 20, 'x'));
  EXPECT_THAT(exact.read_response(), StartsWith("HTTP/1.1 200 "));
}

TEST(Server, RefusesWhatIsNotHttp) {
  Running running;
  for (const std::string text :
       {"nonsense\r\n\r\n", "GET / HTTP/9.9\r\n\r\n", "GET  HTTP/1.1\r\n\r\n",
        "GET / HTTP/1.1\r\nHost localhost\r\n\r\n",
        "POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: x\r\n\r\n",
        "POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 3\r\n"
        "Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n"}) {
    RawClient client = running.client();
    client.send(text);
    EXPECT_THAT(client.read_until_closed(),
                AllOf(StartsWith("HTTP/1.1 400 "), HasSubstr("application/problem+json")))
        << text;
  }
}

TEST(Server, RefusesPathsThatAreNoText) {
  Running running;
  for (const std::string target : {"/%ff", "/a%00b", "/%zz", "/\xff"}) {
    EXPECT_THAT(running.client().get(target), StartsWith("HTTP/1.1 400 ")) << target;
  }
  EXPECT_THAT(running.client().get("/gr%C3%BC%C3%9Fe%20an"), HasSubstr("GET/grüße an|"));
}

TEST(Server, RefusesAHeaderThatIsTooLong) {
  Running running;
  RawClient client = running.client();
  client.send("GET / HTTP/1.1\r\nHost: localhost\r\nX: " + std::string(20'000, 'x') + "\r\n\r\n");

  EXPECT_THAT(client.read_until_closed(), StartsWith("HTTP/1.1 431 "));
}

TEST(Server, RefusesForeignHostsAndOrigins) {
  Running running;
  RawClient client = running.client();
  client.send("GET / HTTP/1.1\r\nHost: evil.example\r\n\r\n");
  EXPECT_THAT(client.read_response(), StartsWith("HTTP/1.1 421 "));
  client.send(
      "POST / HTTP/1.1\r\nHost: localhost\r\nOrigin: http://localhost:1080\r\n"
      "Content-Length: 0\r\n\r\n");
  EXPECT_THAT(client.read_response(), StartsWith("HTTP/1.1 403 "));
  EXPECT_THAT(client.get("/fine"), StartsWith("HTTP/1.1 200 "));
}

TEST(Server, ClosesConnectionsOfClientsThatAreTooSlow) {
  ServerOptions options = on_any_port();
  options.header_timeout = 100ms;
  options.body_timeout = 100ms;
  Running running(echo, options);
  RawClient silent = running.client();
  RawClient slow_header = running.client();
  slow_header.send("GET / HTTP/1.1\r\nHost: local");
  RawClient slow_body = running.client();
  slow_body.send("POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 10\r\n\r\nabc");

  for (RawClient* client : {&silent, &slow_header, &slow_body}) {
    client->read_until_closed();
    EXPECT_TRUE(client->is_closed());
  }
  EXPECT_THAT(running.client().get("/"), StartsWith("HTTP/1.1 200 "));
}

TEST(Server, ToldOfAnExceptionAnswersWithoutItsText) {
  Running running([](const Request&) -> Response { throw std::runtime_error("secret"); });
  RawClient client = running.client();

  EXPECT_THAT(client.get("/"), AllOf(StartsWith("HTTP/1.1 500 "), Not(HasSubstr("secret"))));
  EXPECT_THAT(client.get("/"), StartsWith("HTTP/1.1 500 "));
}

TEST(Server, RunsHandlersBesideEachOther) {
  std::latch all_there(4);
  ServerOptions options = on_any_port();
  options.threads = 4;
  Running running(
      [&](const Request& request) {
        all_there.arrive_and_wait();
        return echo(request);
      },
      options);
  std::vector<std::future<std::string>> answers;
  for (int i = 0; i < 4; ++i) {
    answers.push_back(
        std::async(std::launch::async, [&] { return running.client().get("/together"); }));
  }
  for (auto& answer : answers) EXPECT_THAT(answer.get(), HasSubstr("GET/together|"));
}

TEST(Server, AnswersBusyWhenItsQueueIsFull) {
  std::promise<void> release;
  const auto released = release.get_future().share();
  std::latch begun(1);
  ServerOptions options = on_any_port();
  options.threads = 1;
  options.waiting_requests_max = 1;
  Running running(
      [&](const Request& request) {
        if (request.path[0] == "first") begun.count_down();
        released.wait();
        return echo(request);
      },
      options);
  RawClient first = running.client();
  first.send("GET /first HTTP/1.1\r\nHost: localhost\r\n\r\n");
  begun.wait();
  // Of two more, one waits in the queue, and the other finds it full and is told at once.
  RawClient second = running.client();
  RawClient third = running.client();
  second.send("GET /other HTTP/1.1\r\nHost: localhost\r\n\r\n");
  third.send("GET /other HTTP/1.1\r\nHost: localhost\r\n\r\n");
  const std::size_t refused = first_readable(second, third);
  EXPECT_THAT((refused == 0 ? second : third).read_response(),
              AllOf(StartsWith("HTTP/1.1 503 "), HasSubstr("Retry-After: 1")));

  release.set_value();
  EXPECT_THAT(first.read_response(), StartsWith("HTTP/1.1 200 "));
  EXPECT_THAT((refused == 0 ? third : second).read_response(), StartsWith("HTTP/1.1 200 "));
}

TEST(Server, TurnsConnectionsAwayBeyondItsMaximum) {
  ServerOptions options = on_any_port();
  options.connections_max = 2;
  std::latch go(1);
  std::latch reached(2);
  Running running(
      [&](const Request&) {
        reached.count_down();
        go.wait();
        return text_response(200, "done");
      },
      options);
  RawClient first = running.client();
  RawClient second = running.client();
  for (auto* one : {&first, &second}) one->send("GET / HTTP/1.1\r\nHost: localhost\r\n\r\n");
  reached.wait();

  RawClient third = running.client();
  EXPECT_THAT(third.read_until_closed(), StartsWith("HTTP/1.1 503 "));
  go.count_down();
  EXPECT_THAT(first.read_response(), StartsWith("HTTP/1.1 200 "));
}

TEST(Server, LetsTheLongestIdleConnectionGiveWay) {
  ServerOptions options = on_any_port();
  options.connections_max = 2;
  Running running(echo, options);
  RawClient first = running.client();
  first.get("/");
  RawClient silent = running.client();

  RawClient third = running.client();
  EXPECT_THAT(third.get("/"), StartsWith("HTTP/1.1 200 "));
  EXPECT_EQ(first.read_until_closed(), "");
  RawClient fourth = running.client();
  EXPECT_THAT(fourth.get("/"), StartsWith("HTTP/1.1 200 "));
  EXPECT_EQ(silent.read_until_closed(), "");
}

// A client that has sent a request's head, and owes its body.
RawClient owing_a_body(RawClient client) {
  client.send(
      "POST /late HTTP/1.1\r\nHost: localhost\r\nContent-Length: 8\r\n"
      "Expect: 100-continue\r\n\r\n");
  EXPECT_EQ(client.read_until("\r\n\r\n"), "HTTP/1.1 100 Continue\r\n\r\n");
  return client;
}

TEST(Server, LetsWhoeverOwesTheRestOfARequestGiveWay) {
  ServerOptions options = on_any_port();
  options.connections_max = 3;
  Running running(echo, options);
  std::vector<RawClient> owing;
  for (int i = 0; i < 3; ++i) owing.push_back(owing_a_body(running.client()));

  for (int i = 0; i < 3; ++i) {
    EXPECT_THAT(running.client().get("/"), StartsWith("HTTP/1.1 200 "));
    owing.push_back(owing_a_body(running.client()));
  }
  EXPECT_EQ(owing[0].read_until_closed(), "");
}

TEST(Server, KeepsAnUploadThatGoesOnWhereAnotherStandsStill) {
  const TemporaryDirectory dir;
  ServerOptions options = on_any_port();
  options.unix_sockets = {{.path = dir.path() / "s"}};
  options.connections_max = 2;
  Running running(echo, options);
  RawClient going_on = owing_a_body(running.client());
  RawClient standing = owing_a_body(running.client());
  going_on.send("half");
  // Answered by the thread that reads: it has seen what came before.
  RawClient(dir.path() / "s").get("/");

  EXPECT_THAT(running.client().get("/"), StartsWith("HTTP/1.1 200 "));
  EXPECT_EQ(standing.read_until_closed(), "");
  going_on.send("done");
  EXPECT_THAT(going_on.read_response(), HasSubstr("POST/late|halfdone"));
}

TEST(Server, LetsWhoeverTakesNoAnswerGiveWay) {
  ServerOptions options = on_any_port();
  options.connections_max = 2;
  Running running(
      [](const Request& request) {
        return text_response(200, std::string(request.path.empty() ? 1 : 64 << 20, 'x'));
      },
      options);
  std::vector<RawClient> not_reading;
  for (int i = 0; i < 2; ++i) {
    not_reading.emplace_back(running.server.port(), 4096);
    not_reading.back().send("GET /large HTTP/1.1\r\nHost: localhost\r\n\r\n");
    not_reading.back().read_until("\r\n\r\n");
  }

  EXPECT_THAT(running.client().get("/"), StartsWith("HTTP/1.1 200 "));
}

TEST(Server, TakesRoomFromThePeerThatHasMost) {
  ServerOptions options = on_any_port();
  options.tcp[0].address = "0.0.0.0";
  options.tcp[0].plain_text = PlainTextBeyondLoopback::allow;
  options.connections_max = 3;
  Running running(echo, options);
  RawClient idle = running.client();
  EXPECT_THAT(idle.get("/"), StartsWith("HTTP/1.1 200 "));
  RawClient first = owing_a_body(RawClient("127.0.0.2", running.server.port()));
  RawClient second = owing_a_body(RawClient("127.0.0.2", running.server.port()));

  RawClient late("127.0.0.3", running.server.port());
  EXPECT_THAT(late.get("/"), StartsWith("HTTP/1.1 200 "));
  EXPECT_EQ(first.read_until_closed(), "");
  EXPECT_THAT(idle.get("/"), StartsWith("HTTP/1.1 200 "));
}

// The kernel finishes an address of IPv6 in the background.
void await_address(const in6_addr& address) {
  sockaddr_in6 own{};
  own.sin6_family = AF_INET6;
  own.sin6_addr = address;
  const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(10);
  while (std::chrono::steady_clock::now() < deadline) {
    const UniqueFd socket(::socket(AF_INET6, SOCK_STREAM | SOCK_CLOEXEC, 0));
    if (::bind(socket.get(), reinterpret_cast<sockaddr*>(&own), sizeof own) == 0) return;
    std::this_thread::sleep_for(std::chrono::milliseconds(5));
  }
  ADD_FAILURE() << "an address that was added cannot be used";
}

// Gives the network of the calling thread, which has nothing yet, these addresses of its own.
void add_addresses(const std::vector<std::string>& addresses) {
  const UniqueFd socket(::socket(AF_INET6, SOCK_DGRAM | SOCK_CLOEXEC, 0));
  ifreq loopback{};
  std::strncpy(loopback.ifr_name, "lo", sizeof loopback.ifr_name - 1);
  loopback.ifr_flags = IFF_UP;
  ASSERT_EQ(::ioctl(socket.get(), SIOCSIFFLAGS, &loopback), 0);
  ASSERT_EQ(::ioctl(socket.get(), SIOCGIFINDEX, &loopback), 0);
  for (const auto& address : addresses) {
    // As <linux/ipv6.h> has it, which cannot be included beside <netinet/in.h>.
    struct {
      in6_addr address{};
      std::uint32_t prefix = 128;
      int interface = 0;
    } added;
    added.interface = loopback.ifr_ifindex;
    ASSERT_EQ(::inet_pton(AF_INET6, address.c_str(), &added.address), 1);
    ASSERT_EQ(::ioctl(socket.get(), SIOCSIFADDR, &added), 0);
    await_address(added.address);
  }
}

TEST(Server, CountsANetworkOfIPv6AsOnePeer) {
  if (::geteuid() != 0) GTEST_SKIP() << "needs root, for addresses of its own";
  std::thread([] {
    ASSERT_EQ(::unshare(CLONE_NEWNET), 0);
    add_addresses({"2001:db8:0:1::1", "2001:db8:0:1::2", "2001:db8:0:2::1"});
    ServerOptions options = {
        .tcp = {{.address = "::", .port = 0, .plain_text = PlainTextBeyondLoopback::allow}},
        .connections_of_peer_max = 1};
    Running running(echo, options);
    RawClient neighbour = owing_a_body(RawClient("2001:db8:0:1::1", running.server.port()));
    RawClient elsewhere = owing_a_body(RawClient("2001:db8:0:2::1", running.server.port()));
    RawClient late("2001:db8:0:1::2", running.server.port());
    EXPECT_THAT(late.get("/"), StartsWith("HTTP/1.1 200 "));
    EXPECT_EQ(neighbour.read_until_closed(), "");
    elsewhere.send("12345678");
    EXPECT_THAT(elsewhere.read_response(), StartsWith("HTTP/1.1 200 "));
  }).join();
}

// By TCP as many silent connections as it takes: a local administrator gets in all the same.
TEST(Server, KeepsRoomForLocalUsersWhateverComesByTcp) {
  const TemporaryDirectory dir;
  ServerOptions options = on_any_port();
  options.unix_sockets = {{.path = dir.path() / "s"}};
  options.connections_max = 4;
  options.connections_of_local_user_max = 2;
  Running running(echo, options);
  std::vector<std::unique_ptr<RawClient>> silent;
  for (int i = 0; i < 8; ++i) silent.push_back(std::make_unique<RawClient>(running.server.port()));

  for (int i = 0; i < 4; ++i) {
    silent.push_back(std::make_unique<RawClient>(dir.path() / "s"));
    EXPECT_THAT(silent.back()->get("/"), StartsWith("HTTP/1.1 200 "));
  }
  EXPECT_THAT(running.client().get("/"), StartsWith("HTTP/1.1 200 "));
}

// One thread for everybody, which stands still, and one request more that fills the queue.
class Overloaded : public testing::Test {
 protected:
  static ServerOptions options(const std::filesystem::path& socket) {
    ServerOptions options = on_any_port();
    options.unix_sockets = {{.path = socket}};
    options.threads = 1;
    options.reserved_threads = 1;
    options.waiting_requests_max = 1;
    return options;
  }
  Overloaded() {
    std::filesystem::permissions(dir_.path(), std::filesystem::perms(0755));
    standing_.send("GET /stand HTTP/1.1\r\nHost: localhost\r\n\r\n");
    begun_.wait();
    // Of two, one waits in the queue, and the other finds it full.
    for (RawClient* one : {&queued_, &spare_}) {
      one->send("GET /queued HTTP/1.1\r\nHost: localhost\r\n\r\n");
    }
    first_readable(queued_, spare_);
  }
  ~Overloaded() override { over_.count_down(); }

  TemporaryDirectory dir_;
  std::latch begun_{1};
  std::latch over_{1};
  Running running_{[this](const Request& request) {
                     if (!request.path.empty() && request.path[0] == "stand") {
                       begun_.count_down();
                       over_.wait();
                     }
                     return echo(request);
                   },
                   options(dir_.path() / "s")};
  RawClient standing_ = running_.client();
  RawClient queued_ = running_.client();
  RawClient spare_ = running_.client();
};

TEST_F(Overloaded, ServerAnswersTheMachinesAdministratorsAllTheSame) {
  RawClient administrator(dir_.path() / "s");
  for (int i = 0; i < 3; ++i) EXPECT_THAT(administrator.get("/"), StartsWith("HTTP/1.1 200 "));
}

TEST_F(Overloaded, ServerKeepsNoThreadForOtherUsersOfTheMachine) {
  if (::geteuid() != 0) GTEST_SKIP() << "needs root, to be somebody else";
  std::string answer;
  std::thread([&] {
    // Of this thread alone, which the library's function would not do.
    ASSERT_EQ(::syscall(SYS_setresuid, -1, 65534, -1), 0);
    answer = RawClient(dir_.path() / "s").get("/");
  }).join();
  EXPECT_THAT(answer, StartsWith("HTTP/1.1 503 "));
}

TEST(Server, CountsWhatChunksAndTrailersAreWrappedIn) {
  ServerOptions options = on_any_port();
  options.header_bytes_max = 1024;
  options.body_bytes_max = 4096;
  Running running(echo, options);
  const std::string head =
      "POST /c HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n";
  const auto answer_to = [&](const std::string& body) {
    RawClient client = running.client();
    client.send(head + body);
    return client.read_response();
  };
  EXPECT_THAT(answer_to("1;" + std::string(8192, 'x')), StartsWith("HTTP/1.1 413 "));
  EXPECT_THAT(answer_to("0\r\nX-A: " + std::string(8192, 'x')), StartsWith("HTTP/1.1 413 "));
  std::string wrapped;
  for (int i = 0; i < 100; ++i) wrapped += "1;" + std::string(100, 'x') + "\r\na\r\n";
  EXPECT_THAT(answer_to(wrapped + "0\r\n\r\n"), StartsWith("HTTP/1.1 413 "));
  EXPECT_THAT(answer_to("1;x=y\r\na\r\n0\r\nX-A: b\r\n\r\n"), HasSubstr("POST/c|a"));
}

TEST(Server, TakesNoTrailerForAHeader) {
  Running running([](const Request& request) {
    return text_response(200, request.headers.contains("Authorization") ? "taken" : "left out");
  });
  RawClient client = running.client();
  client.send(
      "POST / HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n"
      "0\r\nAuthorization: Bearer x\r\n\r\n");
  EXPECT_THAT(client.read_response(), HasSubstr("left out"));
}

TEST(Server, RefusesTransferCodingsThatItDoesNotKnowAndCloses) {
  Running running;
  for (const std::string coding : {"gzip", "gzip, chunked", "chunked, chunked", "identity"}) {
    RawClient client = running.client();
    client.send("POST /c HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: " + coding +
                "\r\n\r\nGET /smuggled HTTP/1.1\r\nHost: localhost\r\n\r\n");
    const auto answer = client.read_until_closed();
    EXPECT_THAT(answer, StartsWith("HTTP/1.1 501 ")) << coding;
    EXPECT_THAT(answer, Not(HasSubstr("smuggled"))) << coding;
  }
}

TEST(Server, BelievesOnlyATrustedProxyWhomItGotARequestFrom) {
  const auto says_peer = [](const Request& request) {
    return text_response(200, "peer " + request.peer.address +
                                  (request.transport == Transport::tls ? " tls" : " plain"));
  };
  const auto asked_of = [&](std::vector<std::string> proxies, const std::string& forwarded) {
    ServerOptions options = on_any_port();
    options.trusted_proxies = std::move(proxies);
    Running running(says_peer, options);
    RawClient client = running.client();
    client.send(
        "GET / HTTP/1.1\r\nHost: localhost\r\nX-Forwarded-Proto: https\r\n"
        "X-Forwarded-For: " +
        forwarded + "\r\n\r\n");
    return client.read_response();
  };
  EXPECT_THAT(asked_of({}, "10.1.1.1"), HasSubstr("peer 127.0.0.1 plain"));
  EXPECT_THAT(asked_of({"127.0.0.1"}, "10.1.1.1"), HasSubstr("peer 10.1.1.1 tls"));
  EXPECT_THAT(asked_of({"127.0.0.1"}, "6.6.6.6, 10.1.1.1"), HasSubstr("peer 10.1.1.1 tls"));
  EXPECT_THAT(asked_of({"127.0.0.1", "2001:db8::7"}, "6.6.6.6, 2001:DB8::9, 2001:db8:0::7"),
              HasSubstr("peer 2001:db8::9 tls"));
  EXPECT_THAT(asked_of({"127.0.0.1", "10.1.1.1"}, "10.2.2.2, 10.1.1.1"),
              HasSubstr("peer 10.2.2.2 tls"));
  EXPECT_THAT(asked_of({"127.0.0.1"}, "rubbish"), HasSubstr("peer 127.0.0.1 tls"));
}

TEST(Server, AnswersTheRequestAtHandBeforeItStops) {
  std::latch begun(1);
  std::promise<void> release;
  const auto released = release.get_future().share();
  auto running = std::make_unique<Running>([&](const Request& request) {
    begun.count_down();
    released.wait();
    return echo(request);
  });
  RawClient idle = running->client();
  RawClient busy = running->client();
  busy.send("GET /last HTTP/1.1\r\nHost: localhost\r\n\r\n");
  begun.wait();
  auto stopped = std::async(std::launch::async, [&] { running->server.stop(); });

  idle.read_until_closed();
  release.set_value();
  EXPECT_THAT(busy.read_until_closed(),
              AllOf(StartsWith("HTTP/1.1 200 "), HasSubstr("Connection: close")));
  stopped.wait();
  running->server.stop();
}

TEST(Server, CutsOffAnAnswerThatNobodyReadsWhenItStops) {
  ServerOptions options = on_any_port();
  options.stop_timeout = 100ms;
  std::latch begun(1);
  Running running(
      [&](const Request&) {
        begun.count_down();
        return text_response(200, std::string(64 << 20, 'x'));
      },
      options);
  RawClient client(running.server.port(), 4096);
  client.send("GET / HTTP/1.1\r\nHost: localhost\r\n\r\n");
  begun.wait();

  running.server.stop();
}

TEST(Server, WillNotListenBeyondLoopbackWithoutTlsUnlessAllowed) {
  for (const char* address : {"0.0.0.0", "::", "192.0.2.1"}) {
    Server server({.tcp = {{.address = address, .port = 0}}}, echo);
    const auto started = server.start();
    ASSERT_FALSE(started) << address;
    EXPECT_EQ(started.error().code, ErrorCode::invalid_argument);
    EXPECT_THAT(started.error().message, HasSubstr("TLS"));
  }
  Server allowed(
      {.tcp = {{.address = "0.0.0.0", .port = 0, .plain_text = PlainTextBeyondLoopback::allow}}},
      echo);
  ASSERT_TRUE(allowed.start());
  EXPECT_THAT(RawClient(allowed.port()).get("/"), StartsWith("HTTP/1.1 200 "));
}

TEST(Server, SaysWhyItCannotListen) {
  Running running;
  const auto failure = [](ServerOptions options) {
    Server server(std::move(options), echo);
    const auto started = server.start();
    EXPECT_FALSE(started);
    return started ? Error{} : started.error();
  };
  const Error taken = failure({.tcp = {{.port = running.server.port()}}});
  EXPECT_EQ(taken.code, ErrorCode::already_exists);
  EXPECT_THAT(taken.message, HasSubstr("127.0.0.1:" + std::to_string(running.server.port())));
  EXPECT_EQ(failure({.tcp = {{.address = "nonsense", .port = 0}}}).code,
            ErrorCode::invalid_argument);
  EXPECT_EQ(failure({}).code, ErrorCode::invalid_argument);
  EXPECT_EQ(failure({.unix_sockets = {{.path = "/tmp/" + std::string(120, 'x')}}}).code,
            ErrorCode::invalid_argument);
  EXPECT_EQ(
      failure({.tcp = {{.port = 0, .tls = TlsFiles{"/nowhere/a.pem", "/nowhere/b.pem"}}}}).code,
      ErrorCode::not_found);
}

TEST(Server, KnowsTheUserAtTheOtherEndOfAUnixSocket) {
  const TemporaryDirectory directory;
  const auto path = directory.path() / "s.sock";
  {
    Running running(
        [](const Request& request) {
          return text_response(200, "uid " + std::to_string(request.peer.uid.value_or(99999)) +
                                        (request.peer.kind == Peer::Kind::tcp ? " tcp" : " unix"));
        },
        {.unix_sockets = {{.path = path}}});
    EXPECT_THAT(RawClient(path).get("/"), HasSubstr("uid " + std::to_string(::getuid()) + " unix"));
    struct stat found {};
    ASSERT_EQ(::stat(path.c_str(), &found), 0);
    EXPECT_EQ(found.st_mode & 0777, 0666U);

    Server other({.unix_sockets = {{.path = path}}}, echo);
    EXPECT_EQ(other.start().error().code, ErrorCode::already_exists);
    EXPECT_THAT(RawClient(path).get("/"), HasSubstr("unix"));
  }
  EXPECT_FALSE(std::filesystem::exists(path));
}

TEST(Server, ReplacesAUnixSocketThatNobodyListensOnButNothingElse) {
  const TemporaryDirectory directory;
  const auto stale = directory.path() / "stale.sock";
  {
    const UniqueFd socket(::socket(AF_UNIX, SOCK_STREAM, 0));
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    std::strncpy(address.sun_path, stale.c_str(), sizeof address.sun_path - 1);
    ASSERT_EQ(::bind(socket.get(), reinterpret_cast<sockaddr*>(&address), sizeof address), 0);
  }
  Running running(echo, {.unix_sockets = {{.path = stale, .access = UnixAccess::owner}}});
  EXPECT_THAT(RawClient(stale).get("/"), StartsWith("HTTP/1.1 200 "));
  struct stat found {};
  ASSERT_EQ(::stat(stale.c_str(), &found), 0);
  EXPECT_EQ(found.st_mode & 0777, 0600U);

  const auto file = directory.path() / "file";
  ASSERT_TRUE(write_file_durably(file, "precious"));
  Server server({.unix_sockets = {{.path = file}}}, echo);
  EXPECT_EQ(server.start().error().code, ErrorCode::already_exists);
  EXPECT_EQ(read_file(file).value(), "precious");
}

}  // namespace
}  // namespace slip::http
