// SPDX-License-Identifier: Apache-2.0
// The demo application: a list of employees, in a PostgreSQL database, with their photos as files.
// It is an application as any user's: it knows nothing of what copies, freezes and restores it.
//
//   PORT             the port on 127.0.0.1 to listen on
//   DATABASE_URL     a libpq connection string
//   EMPLOYEES_FILES  the directory it keeps its files in
//   EMPLOYEES_TITLE  what its page is headed with (optional)

#include <charconv>
#include <csignal>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <string>

#include "site.h"

namespace {

std::string from_environment(const char* name, const char* otherwise = "") {
  const char* const value = std::getenv(name);
  return value && *value ? value : otherwise;
}

int fail(const std::string& why) {
  std::fprintf(stderr, "employees: %s\n", why.c_str());
  return 1;
}

}  // namespace

int main() {
  const std::string port_text = from_environment("PORT");
  const std::string url = from_environment("DATABASE_URL");
  const std::string files = from_environment("EMPLOYEES_FILES");
  const std::string title = from_environment("EMPLOYEES_TITLE", "Employees");
  std::uint16_t port = 0;
  const auto parsed = std::from_chars(port_text.data(), port_text.data() + port_text.size(), port);
  if (parsed.ec != std::errc() || parsed.ptr != port_text.data() + port_text.size() || port == 0) {
    return fail("PORT must be a number from 1 to 65535");
  }
  if (url.empty()) return fail("DATABASE_URL is not set");
  if (files.empty()) return fail("EMPLOYEES_FILES is not set");

  // Blocked before the threads are made, so that only this one gets them.
  sigset_t ending;
  sigemptyset(&ending);
  sigaddset(&ending, SIGTERM);
  sigaddset(&ending, SIGINT);
  sigprocmask(SIG_BLOCK, &ending, nullptr);

  employees::Site site(title, employees::Database(url), employees::Photos(files));
  const auto serving =
      web::serve(port, [&site](const web::Request& request) { return site.answer(request); });
  if (!serving) return fail(serving.error());
  std::fprintf(stderr, "employees: listening on 127.0.0.1:%d\n", static_cast<int>(port));

  int signal_number = 0;
  sigwait(&ending, &signal_number);
  // Everything is in the database or in a whole file at any moment: there is nothing to tidy up,
  // and a request that waits for the database must not keep us.
  std::_Exit(0);
}
