// SPDX-License-Identifier: Apache-2.0
#pragma once

// What every Adapter must hold to whoever listens in the place of an instance's server. A tenant
// who may run programs as her server does can end it, and listen at its socket and port herself.

#include <fcntl.h>

#include <fstream>
#include <future>

#include "base/fd.h"
#include "tests/contract/adapter_fixture.h"
#include "tests/hostile/fluent_rogues.h"
#include "tests/hostile/questions.h"
#include "tests/hostile/rogue_servers.h"

namespace slip {

class HostileListener : public AdapterTest {
 protected:
  using Path = std::filesystem::path;
  static constexpr auto kPatience = std::chrono::seconds(30);
  static constexpr std::int64_t kMemoryMax = 512;  // MiB

  struct Manner {
    const char* name;
    test::RogueServers::Serve serve;
  };
  static std::vector<Manner> manners() {
    const auto over_and_over = [](const std::string& words) {
      return [words](const test::RogueClient& client) {
        while (client.say(words)) {
        }
      };
    };
    return {
        {"lets nobody in", {}},
        {"says nothing", [](const auto& client) { client.wait_until_it_has_gone(); }},
        {"ends every connection", [](const auto&) {}},
        {"ends half a word after",
         [](const auto& client) {
           client.say(
               std::string("\x4a\0\0\0\x0a"
                           "10.",
                           8));
         }},
        {"says half a word, and no more",
         [](const auto& client) {
           client.say(
               std::string("\x4a\0\0\0\x0a"
                           "10.",
                           8));
           client.wait_until_it_has_gone();
         }},
        {"says a byte now and then",
         [](const auto& client) {
           while (client.say("R")) std::this_thread::sleep_for(std::chrono::milliseconds(50));
         }},
        {"gives back what it hears",
         [](const auto& client) {
           for (;;) {
             const std::string heard = client.hear();
             if (heard.empty() || !client.say(heard)) return;
           }
         }},
        {"talks of something else", over_and_over("HTTP/1.1 200 OK\r\nServer: x\r\n\r\n")},
        {"says zeros without end", over_and_over(std::string(64 << 10, '\0'))},
        {"says ones without end", over_and_over(std::string(64 << 10, '\xff'))},
        {"says a line without end", over_and_over(std::string(64 << 10, 'R'))},
        {"says empty lines without end", over_and_over(std::string(64 << 10, '\n'))},
    };
  }

  // The most memory that we have had since `forget_memory`, in MiB.
  static std::int64_t most_memory() {
    std::ifstream status("/proc/self/status");
    for (std::string word; status >> word;) {
      if (word != "VmHWM:") continue;
      std::int64_t kib = 0;
      status >> kib;
      return kib >> 10;
    }
    return 0;
  }
  static void forget_memory() { std::ofstream("/proc/self/clear_refs") << "5"; }

  // An instance that has run, where nobody listens any more. `sockets_` are those that its server
  // had.
  InstanceContext stopped() {
    auto one = world_->instance("ins_one", world_->good());
    EXPECT_TRUE(ok(ingest(one)));
    EXPECT_TRUE(ok(bring_up(one)));
    world_->put(one, "a row");
    for (const auto& entry : std::filesystem::recursive_directory_iterator(one.directory)) {
      if (entry.is_socket()) sockets_.push_back(entry.path());
    }
    EXPECT_TRUE(ok(stop(one)));
    one.connect = [port = one.port]() -> Result<UniqueFd> {
      UniqueFd fd(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
      sockaddr_in address{};
      address.sin_family = AF_INET;
      address.sin_port = htons(port);
      address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
      (void)::connect(fd.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address);
      return fd;
    };
    return one;
  }
  // Whom the kernel must take the listener for.
  static uid_t listens_as(const InstanceContext& instance) {
    if (::geteuid() != 0) return ::geteuid();
    return instance.user ? *instance.user : find_user(test::run_user()).value().uid;
  }
  test::RogueServers listen(const InstanceContext& instance, test::RogueServers::Serve serve) {
    return {sockets_, instance.port, listens_as(instance), std::move(serve)};
  }

  std::vector<Path> sockets_;
};

TEST_P(HostileListener, KeepsNobodyAndFillsNoMemoryHoweverItAnswers) {
  const auto one = stopped();
  const auto questions = test::questions_of(world_->adapter(), one);
  for (const Manner& manner : manners()) {
    SCOPED_TRACE(std::string("who ") + manner.name);
    const auto rogues = listen(one, manner.serve);
    // Those that say nothing keep everybody as long as there is patience.
    std::vector<std::pair<std::string, std::future<std::string>>> asked;
    forget_memory();
    const std::int64_t before = most_memory();
    for (const auto& question : questions) {
      auto answer = std::async(std::launch::async, [&question]() -> std::string {
        const auto begin = std::chrono::steady_clock::now();
        const auto told = question.ask();
        const auto took = std::chrono::steady_clock::now() - begin;
        if (took > kPatience) {
          return "took " + std::to_string(std::chrono::duration<double>(took).count()) + " s";
        }
        if (told || told.error().code != ErrorCode::internal) return "";
        return "is our own mistake: " + told.error().describe() + " " + told.error().detail;
      });
      asked.emplace_back(question.name, std::move(answer));
    }
    for (auto& [name, answer] : asked) EXPECT_EQ(answer.get(), "") << name;
    EXPECT_LT(most_memory() - before, kMemoryMax) << "MiB";
  }
}

// Who is nobody's server is not taken for ready.
TEST_P(HostileListener, IsNotReadyWhereNobodyTalksAsTheServerDoes) {
  const auto one = stopped();
  const std::string kind = world_->good().kind;
  // Of these all that is known is whether somebody listens.
  if (sockets_.empty() || kind == "firebird") GTEST_SKIP() << "its port is all that is asked for";
  for (const Manner& manner : manners()) {
    SCOPED_TRACE(std::string("who ") + manner.name);
    const auto rogues = listen(one, manner.serve);
    const auto ready = world_->adapter().ready(one);
    ASSERT_FALSE(ready);
    EXPECT_FALSE(ready.error().message.empty());
  }
}

// It lets everybody in and talks as the server does; its answers have another shape.
// For a minute; HOSTILE_ROUNDS=1000 asks so often, and gets as many other answers.
TEST_P(HostileListener, EndsNobodyByAnswersOfAnyShape) {
  const char* const asked = std::getenv("HOSTILE_ROUNDS");
  const auto rounds = asked == nullptr ? 20U : static_cast<unsigned>(std::atoi(asked));
  const auto enough = std::chrono::steady_clock::now() + std::chrono::minutes(1);
  const auto one = stopped();
  const auto questions = test::questions_of(world_->adapter(), one);
  std::atomic<unsigned> seed = 1;
  const auto rogues = listen(one, [&](const test::RogueClient& client) {
    test::talk_like(world_->good().kind, client, seed++);
  });
  for (unsigned round = 0; round < rounds; ++round) {
    for (const auto& question : questions) {
      const auto begin = std::chrono::steady_clock::now();
      if (asked == nullptr && begin > enough) break;
      const auto told = question.ask();
      EXPECT_LT(std::chrono::steady_clock::now() - begin, kPatience)
          << question.name << " up to no. " << seed;
    }
  }
  RecordProperty("answers", static_cast<int>(seed));
  std::printf("%u conversations\n", seed.load());
}

GTEST_ALLOW_UNINSTANTIATED_PARAMETERIZED_TEST(HostileListener);

}  // namespace slip
