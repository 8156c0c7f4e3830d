// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "base/file.h"
#include "base/result.h"

namespace employees::testing {

// A program that runs beside the test and is killed with it, however the test ends.
class ChildProcess {
 public:
  // `user`: who to become when we are root; nothing means to stay who we are.
  ChildProcess(const std::vector<std::string>& argv,
               const std::map<std::string, std::string>& environment,
               const std::optional<slip::UserIds>& user, const std::filesystem::path& log);
  ChildProcess(const ChildProcess&) = delete;
  ChildProcess& operator=(const ChildProcess&) = delete;
  ~ChildProcess();

  bool running();
  // Holds it for a moment, as a bookmark does.
  void hold() const;
  // Sends the signal and waits for the end; the exit status as a shell shows it.
  int end(int signal_number);

 private:
  pid_t pid_ = -1;
};

struct Answer {
  int status = 0;
  std::string location;
  std::string body;
};

// The employees application on a PostgreSQL server of its own, both in a temporary directory.
class LiveApplication {
 public:
  LiveApplication();
  ~LiveApplication();

  // Why it could not be brought up; empty when it was.
  const std::string& problem() const { return problem_; }

  Answer get(const std::string& path) const;
  Answer post(const std::string& path, const std::vector<std::string>& curl_arguments = {}) const;
  // What comes to a browser that connects, lets the application be held, and only then asks.
  std::string get_late(const std::string& path);
  // Submits a form whose only field is `name`.
  Answer submit(const std::string& path, const std::string& name) const;
  // What psql prints for it, unaligned and without headings.
  std::string sql(const std::string& statement) const;
  std::filesystem::path photo(int id) const;

  void start_database();
  // Waits until it answers; false if it does not.
  bool database_is_up();
  void stop_database();
  ChildProcess& program() { return *program_; }

 private:
  slip::Result<> bring_up();
  slip::Result<> load_employees();
  slip::Result<> database_answers();
  slip::Result<> await(const char* what, const std::vector<std::string>& argv,
                       ChildProcess& process) const;
  Answer curl(const std::string& path, const std::vector<std::string>& arguments) const;

  slip::TemporaryDirectory directory_;
  std::optional<std::string> user_;  // who runs the server when we are root, which it refuses
  std::optional<ChildProcess> server_;
  std::optional<ChildProcess> program_;
  std::uint16_t port_ = 0;
  std::string problem_;
};

}  // namespace employees::testing
