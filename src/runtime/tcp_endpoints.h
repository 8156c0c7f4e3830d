// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "base/fd.h"
#include "gateway/kernel_lane.h"
#include "ports/runtime.h"
#include "runtime/network.h"
#include "runtime/tcp_pair.h"

namespace slip {

struct TcpEndpointsOptions {
  // Begins a connection to a target, as Runtime::begin_connect.
  std::function<Result<UniqueFd>(const Target&)> connect;
  std::string listen_address = "127.0.0.1";  // IPv4, dotted
  // Given every connection that did not come to 127.0.0.1, and one that leads on to the instance:
  // in its hands is what goes from one to the other. Called with a lock held: it returns at once.
  // Nothing: they are forwarded as all others.
  std::function<void(std::uint16_t port, UniqueFd client, UniqueFd inside)> from_elsewhere = {};
  // Leads what comes to 127.0.0.1, with no copying, into networks of instances. Nothing: all is
  // copied.
  std::unique_ptr<KernelLane> lane = {};
  // Connections copied at once in all; nothing: as file descriptors allow, with room for others.
  std::optional<std::size_t> pairs_max = {};
  // And of one address elsewhere. Those from this machine are of anybody's: three quarters of all
  // may come to one port.
  std::size_t pairs_of_address_max = 500;
  // The network that an instance has; null: it does not run, or is in the host's.
  std::function<std::shared_ptr<const Network>(const InstanceId&)> network = {};
};

// Forwards TCP (IPv4) in one thread, by copying: a connection that is idle costs two file
// descriptors and no buffer. What a side does not read stops the other side from being read; the
// end of one direction is passed on by itself. While a port is held the kernel completes new
// connections and keeps them in its queue (up to 4096); they are taken from it at the release.
// No address elsewhere, and no port from here, takes all connections: what is too many is closed at
// once, and logged.
// Where there is a lane it takes the connections that it can, and they go on when this object is
// gone; the others end with it.
//
// A cut connection that is copied ends cleanly towards the client (what was on its way still
// arrives) and is reset towards the instance; one in the lane is reset on both sides.
class TcpEndpoints : public Endpoints {
 public:
  // Errors: `invalid_argument` (the address), `internal`.
  static Result<std::unique_ptr<TcpEndpoints>> open(TcpEndpointsOptions options);
  ~TcpEndpoints() override;

  Result<> open(std::uint16_t port, const std::optional<Target>& target) override;
  Result<> hold(std::uint16_t port) override;
  Result<> release(std::uint16_t port, const std::optional<Target>& target) override;
  Result<> close(std::uint16_t port) override;
  bool available(std::uint16_t port) override;

  // To be called once all endpoints are open after a restart: other ports, which a daemon that was
  // killed has left led into the same networks, lead nowhere any more.
  void forget_other_leads();

  // Connections being copied now.
  std::size_t connections() const;

 private:
  struct Listener {
    UniqueFd fd;
    std::optional<Target> target;
    bool held = false;
    bool accepting = false;  // in the epoll set
    // Where the lane was last asked to lead it, whether it could or not.
    std::weak_ptr<const Network> lane_to = {};
  };

  explicit TcpEndpoints(TcpEndpointsOptions options) : options_(std::move(options)) {}
  void run();
  void handle(std::uint64_t tag, std::uint32_t events);
  void accept_from(std::uint16_t port, Listener& listener);
  // Whom a connection counts against.
  std::uint64_t payer_of(std::uint16_t port, const UniqueFd& client) const;
  bool has_room_for(std::uint64_t payer);
  void set_accepting(std::uint16_t port, Listener& listener, bool accepting);
  void resume_accepting();
  void lead(std::uint16_t port, Listener& listener);
  std::shared_ptr<const Network> network_of(const Listener& listener) const;
  void cut(std::uint16_t port);
  void cut_led(std::uint16_t port);
  void forget(std::uint64_t pair_id);
  void pay_back(std::uint64_t pair_id);

  const TcpEndpointsOptions options_;
  std::size_t pairs_max_ = 0;
  std::uint32_t address_ = 0;  // network byte order
  UniqueFd epoll_;
  UniqueFd wake_;
  mutable std::mutex mutex_;  // over everything below; the thread holds it while it handles events
  std::map<std::uint16_t, Listener> listeners_;
  std::map<std::uint64_t, std::unique_ptr<TcpPair>> pairs_;
  std::map<std::uint16_t, std::map<std::uint64_t, TcpPair*>> pairs_of_port_;
  std::map<std::uint64_t, std::uint64_t> payer_of_pair_;
  std::map<std::uint64_t, std::size_t> pairs_of_payer_;
  std::size_t refused_ = 0;  // since it was last logged
  std::chrono::steady_clock::time_point refusals_logged_ = {};
  std::uint64_t next_pair_ = 1;
  bool starved_ = false;  // out of file descriptors: no accepting until one is free
  std::string not_led_;   // why, as it was last logged
  std::vector<char> scratch_;
  std::thread thread_;
};

}  // namespace slip
