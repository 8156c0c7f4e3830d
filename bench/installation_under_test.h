// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <sys/types.h>

#include <filesystem>
#include <string>

#include "base/file.h"
#include "client/api_client.h"

namespace slip::bench {

// A real daemon with a pool of its own, a template of one PostgreSQL source, and a container. Ends
// and removes everything with itself. A failure ends the program with its reason.
class InstallationUnderTest {
 public:
  // `settings` are the source's, e.g. {"durability": "relaxed"}.
  InstallationUnderTest(const std::filesystem::path& parent, json::object settings);
  ~InstallationUnderTest();

  ApiClient client() const;
  // Address of the container's database, for libpq.
  const std::string& address() const { return address_; }
  pid_t daemon() const { return daemon_; }
  std::filesystem::path pool() const { return data_ / "pool"; }
  // Ends the daemon and starts it again; milliseconds from start to its first answer. Clients of
  // before have lost their connection.
  double restart_daemon();

 private:
  void start_daemon();

  std::filesystem::path data_;
  pid_t daemon_ = -1;
  std::string address_;
};

// Posts and waits for the operation's end; ends the program if it did not succeed.
json::object act(ApiClient& client, const std::string& path, json::object body = {});

[[noreturn]] void give_up(const Error& error);

double now_ms();  // monotonic

}  // namespace slip::bench
