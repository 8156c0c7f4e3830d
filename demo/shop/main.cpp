// SPDX-License-Identifier: Apache-2.0
// The demo's shop, whose data lies in two databases and in files.
//
//   shop           its page, on 127.0.0.1:PORT, as a container's application
//   shop produce   sells something about once a second, as its production; ends with its databases
//
// Where everything is: Places in store.h.

#include <chrono>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <mutex>
#include <string>
#include <thread>

#include "page.h"
#include "store.h"

namespace {

std::string from_environment(const char* name) {
  const char* const value = std::getenv(name);
  if (value != nullptr && *value != '\0') return value;
  std::fprintf(stderr, "shop: %s is not set\n", name);
  std::exit(1);
}

int fail(const std::string& why) {
  std::fprintf(stderr, "shop: %s\n", why.c_str());
  return 1;
}

int produce(shop::Store& store) {
  constexpr auto pause = std::chrono::milliseconds(800);
  constexpr int tries_max = 60;
  constexpr int orders_between_tidying = 50;
  int failures = 0;
  for (int sold = 1;; ++sold) {
    const auto number = store.sell();
    failures = number ? 0 : failures + 1;
    if (failures > tries_max) return fail(number.error());
    if (number && sold % orders_between_tidying == 0) (void)store.tidy_up(*number);
    std::this_thread::sleep_for(pause);
  }
}

int serve(shop::Store& store) {
  std::mutex one_at_a_time;
  const auto serving =
      web::serve(static_cast<std::uint16_t>(std::atoi(from_environment("PORT").c_str())),
                 [&](const web::Request& request) {
                   const std::lock_guard lock(one_at_a_time);
                   return shop::answer(store, request);
                 });
  if (!serving) return fail(serving.error());
  int signal_number = 0;
  sigset_t ending;
  sigemptyset(&ending);
  sigaddset(&ending, SIGTERM);
  sigaddset(&ending, SIGINT);
  sigwait(&ending, &signal_number);
  std::_Exit(0);
}

}  // namespace

int main(int count, char** arguments) {
  sigset_t ending;
  sigemptyset(&ending);
  sigaddset(&ending, SIGTERM);
  sigaddset(&ending, SIGINT);
  const bool produces = count > 1 && std::string(arguments[1]) == "produce";
  // Blocked before threads are made, so that only the first gets them.
  if (!produces) sigprocmask(SIG_BLOCK, &ending, nullptr);
  std::srand(static_cast<unsigned>(std::chrono::steady_clock::now().time_since_epoch().count()));
  shop::Store store(
      {.orders_url = from_environment("DATABASE_URL"),
       .stock_host = from_environment("STOCK_HOST"),
       .stock_port = static_cast<unsigned>(std::atoi(from_environment("STOCK_PORT").c_str())),
       .stock_user = from_environment("STOCK_USER"),
       .stock_password = from_environment("STOCK_PASSWORD"),
       .stock_database = from_environment("STOCK_DATABASE"),
       .files = from_environment("SHOP_FILES")});
  if (const auto opened = store.open(); !opened) return fail(opened.error());
  return produces ? produce(store) : serve(store);
}
