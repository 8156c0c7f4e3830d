// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <condition_variable>
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
#include "front/first_words.h"
#include "gateway/kernel_lane.h"
#include "ports/certificates.h"
#include "ports/runtime.h"
#include "runtime/gateway_link.h"
#include "runtime/network.h"

namespace slip {

// What comes from other machines gets in with TLS only.
struct GuestEncryption {
  ServerCertificate certificate;                     // for what has no TLS of its own
  std::function<Speech(std::uint16_t port)> speech;  // of what is behind an endpoint
};

struct TcpEndpointsOptions {
  // Begins a connection to a target, as Runtime::begin_connect.
  std::function<Result<UniqueFd>(const Target&)> connect;
  std::string listen_address = "127.0.0.1";  // IPv4, dotted
  // Of every connection that did not come to 127.0.0.1. Nothing: they are forwarded as all others.
  std::optional<GuestEncryption> encryption = {};
  // Leads what comes to 127.0.0.1, with no copying, into networks of instances. Nothing: all is
  // copied.
  std::unique_ptr<KernelLane> lane = {};
  // The network that an instance has; null: it does not run, or is in the host's.
  std::function<std::shared_ptr<const Network>(const InstanceId&)> network = {};
  GatewayOptions gateway = {};
};

// Endpoints whose connections are led by the kernel where there is a lane, and else copied by the
// gateway (gateway/tcp/forwarder.h), a process of its own: both go on when this object is gone. The
// next one takes the gateway over. One of another version passes its listening sockets on, keeps
// the connections that it has, and ends with the last of them. A gateway that dies is started
// again; what it copied is lost.
//
// A cut connection that is copied ends cleanly towards the client (what was on its way still
// arrives) and is reset towards the instance; one in the lane is reset on both sides.
class TcpEndpoints : public Endpoints {
 public:
  // Errors: `invalid_argument` (the address), `internal`, those of the gateway.
  static Result<std::unique_ptr<TcpEndpoints>> open(TcpEndpointsOptions options);
  ~TcpEndpoints() override;

  Result<> open(std::uint16_t port, const std::optional<Target>& target) override;
  void expect(const Target& target) override;
  Result<> hold(std::uint16_t port) override;
  Result<> release(std::uint16_t port, const std::optional<Target>& target) override;
  Result<> close(std::uint16_t port) override;
  // What an earlier object has left open is available.
  bool available(std::uint16_t port) override;

  // To be called once all endpoints are open after a restart: others, which an earlier daemon has
  // left in the gateway or led into the same networks, are closed.
  void forget_others();

  // Connections that the gateway has now.
  std::size_t connections();

 private:
  struct Listener {
    UniqueFd fd;
    std::optional<Target> target;
    bool held = false;
    // Where the lane was last asked to lead it, whether it could or not.
    std::weak_ptr<const Network> lane_to = {};
  };
  using Lock = std::unique_lock<std::mutex>;
  using Link = std::shared_ptr<GatewayLink>;

  explicit TcpEndpoints(TcpEndpointsOptions options) : options_(std::move(options)) {}
  Result<> find_gateways();
  Result<> start_gateway();
  Result<> tell_all();
  Result<std::uint64_t> call(Lock& lock, Link link, Letter letter, int fd = -1);
  Result<> cut_retired(Lock& lock, std::uint16_t port, const std::string& but_target);

  void run();
  void read_from(const Link& link);
  void heed(const Link& link, const Letter& letter);
  void connect(const Link& link, const Letter& want);
  void note_refusals(const Letter& letter);
  void lose(const Link& link);
  void replace_gateway_if_lost();

  Result<> lead_to(Lock& lock, std::uint16_t port, const std::optional<Target>& target);
  void lead(std::uint16_t port, Listener& listener);
  std::shared_ptr<const Network> network_of(const Listener& listener) const;
  void cut_led(std::uint16_t port);

  TcpEndpointsOptions options_;
  std::uint32_t address_ = 0;  // network byte order
  UniqueFd wake_;
  std::mutex mutex_;  // over everything below
  std::condition_variable answered_;
  std::map<std::uint16_t, Listener> listeners_;
  std::map<std::uint16_t, UniqueFd> left_;  // listening sockets of an earlier daemon
  Link gateway_;                            // null: it has died, and could not be started yet
  std::vector<Link> retired_;
  // To calls that are on their way: counts, by the letter's id; nothing: none yet.
  std::map<std::uint64_t, std::optional<std::uint64_t>> answers_;
  std::uint64_t next_call_ = 1;
  bool ending_ = false;
  std::string not_led_;      // why, as it was last logged
  std::string not_started_;  // why the gateway was not, as it was last logged
  // The thread's alone.
  std::chrono::steady_clock::time_point gateway_started_ = {};
  std::chrono::steady_clock::time_point refusals_logged_ = {};
  std::thread thread_;
};

}  // namespace slip
