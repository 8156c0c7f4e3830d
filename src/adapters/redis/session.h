// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <sys/types.h>

#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "adapters/redis/data_directory.h"
#include "adapters/redis/reply.h"
#include "base/directory.h"
#include "base/fd.h"
#include "base/result.h"
#include "base/time.h"
#include "ports/adapter.h"

namespace slip::redis {

// Where a server of ours listens, and who it is.
struct LocalServer {
  const Directory& directory;
  std::filesystem::path run;  // in it: its socket's folder
  uid_t user = 0;             // whoever else listens there is not believed
};

inline constexpr auto kAnswerPatience = std::chrono::seconds(5);

// A connection to a server of ours through its unix socket. Every call ends by its time limit.
// Errors of every call: `unavailable` (nobody listens, it is loading, or it broke), `timed_out`,
// `permission_denied` (the login, or what it may do), `failed` (what it said is in `detail`).
class Session {
 public:
  static Result<Session> open(const LocalServer& server, const Login& login, Duration patience);

  // An answer that is an error is one.
  Result<Reply> ask(const std::vector<std::string>& words);
  // INFO of one section, by name.
  Result<std::map<std::string, std::string>> info(const std::string& section);

 private:
  Session(UniqueFd fd, Duration patience) : fd_(std::move(fd)), patience_(patience) {}

  UniqueFd fd_;
  Duration patience_;
};

}  // namespace slip::redis
