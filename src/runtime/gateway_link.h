// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <sys/types.h>

#include <chrono>
#include <filesystem>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "base/fd.h"
#include "base/result.h"
#include "gateway/tcp/forwarder.h"
#include "gateway/tcp/letter.h"

namespace slip {

struct GatewayOptions {
  // Where gateways have their sockets; only we may enter it. Empty: the gateway is a thread of this
  // process, and its connections end with it.
  std::filesystem::path directory = {};
  std::filesystem::path program = "/proc/self/exe";  // run as `program --gateway SOCKETS`
  ForwarderOptions forwarder = {};                   // of a thread; the version is of both
};

// A daemon's connection to a gateway, and what the gateway had when the daemon came.
class GatewayLink {
 public:
  struct Port {
    std::uint16_t port = 0;
    std::string target;
    UniqueFd fd;  // listening; none: the gateway is retired
  };

  // A new one. Errors: `failed` (cannot be executed), `unavailable`, `timed_out`.
  static Result<std::unique_ptr<GatewayLink>> start(const GatewayOptions& options);
  // Those that earlier daemons have left. Errors: of the directory.
  static Result<std::vector<std::unique_ptr<GatewayLink>>> find(const GatewayOptions& options);

  // A process goes on, unless it was told to end; a thread ends.
  ~GatewayLink();
  GatewayLink(const GatewayLink&) = delete;
  GatewayLink& operator=(const GatewayLink&) = delete;

  const Letter& greeting() const { return greeting_; }
  std::vector<Port>& ports() { return ports_; }
  const UniqueFd& socket() const { return socket_; }

  Result<> send(const Letter& letter, int fd = -1) {
    return send_letter(socket_, letter, fd, Patience::until_sent);
  }
  // It listens no more, and ends with its last connection. Clients that waited come back. Errors:
  // `unavailable`, `timed_out`.
  Result<std::vector<Received>> retire();
  // It and its connections end now; returns when the process has.
  void end();
  // For one that does not listen: returns at once. Whoever reads from its socket sees it end.
  void kill() const;

 private:
  GatewayLink(UniqueFd socket, std::filesystem::path path)
      : socket_(std::move(socket)), path_(std::move(path)) {}
  static Result<std::unique_ptr<GatewayLink>> start_thread(const GatewayOptions& options);
  Result<> launch(const GatewayOptions& options, UniqueFd theirs, UniqueFd door);
  Result<> hear_greeting();
  Result<Received> await(std::chrono::steady_clock::time_point until) const;
  void reap();

  UniqueFd socket_;
  std::filesystem::path path_;  // of its own socket; empty: a thread
  Letter greeting_;
  std::vector<Port> ports_;
  pid_t child_ = 0;   // 0: not ours
  UniqueFd process_;  // a pidfd
  std::thread thread_;
};

// Ends every gateway that has its socket there, with its connections.
Result<> end_gateways(const std::filesystem::path& directory);

}  // namespace slip
