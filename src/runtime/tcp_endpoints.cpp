// SPDX-License-Identifier: Apache-2.0
#include "runtime/tcp_endpoints.h"

#include <arpa/inet.h>
#include <fmt/format.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <set>
#include <utility>

#include "base/file.h"
#include "base/log.h"
#include "runtime/tcp_socket.h"

namespace slip {
namespace {

// Tags of pairs have other bits set; a port number alone is a listener.
constexpr std::uint64_t listener_tag = std::uint64_t{1} << 63;
constexpr std::uint64_t wake_tag = ~std::uint64_t{0};
constexpr std::uint64_t lane_tag = wake_tag - 1;
constexpr std::size_t scratch_bytes = 64 << 10;
constexpr int accepts_at_once = 64;
constexpr int starved_retry_ms = 100;

Error not_open(std::uint16_t port) {
  return Error{.code = ErrorCode::not_found, .message = fmt::format("port {} is not open", port)};
}

constexpr std::chrono::minutes refusals_logged_every{1};
constexpr std::uint64_t elsewhere = std::uint64_t{1} << 32;

std::size_t of_one_port(std::size_t all) {
  return all - all / 4;
}

// Two file descriptors a connection soon go beyond the usual 1024.
void allow_many_files() {
  rlimit limit{};
  if (getrlimit(RLIMIT_NOFILE, &limit) != 0) return;
  limit.rlim_cur = limit.rlim_max;
  setrlimit(RLIMIT_NOFILE, &limit);
}

// The page, the unix socket, data files and programs need file descriptors of the same process.
std::size_t pairs_allowed() {
  constexpr rlim_t files_of_others = 4096;
  constexpr rlim_t files_of_pair = 2;
  rlimit limit{};
  if (getrlimit(RLIMIT_NOFILE, &limit) != 0) limit.rlim_cur = 1024;
  const rlim_t others = std::min(files_of_others, limit.rlim_cur / 4);
  return static_cast<std::size_t>((limit.rlim_cur - others) / files_of_pair);
}

}  // namespace

Result<std::unique_ptr<TcpEndpoints>> TcpEndpoints::open(TcpEndpointsOptions options) {
  std::unique_ptr<TcpEndpoints> endpoints(new TcpEndpoints(std::move(options)));
  in_addr address{};
  if (inet_pton(AF_INET, endpoints->options_.listen_address.c_str(), &address) != 1) {
    return Error{
        .code = ErrorCode::invalid_argument,
        .message = "\"" + endpoints->options_.listen_address + "\" is not an IPv4 address"};
  }
  endpoints->address_ = address.s_addr;
  endpoints->scratch_.resize(scratch_bytes);
  endpoints->epoll_.reset(epoll_create1(EPOLL_CLOEXEC));
  endpoints->wake_.reset(eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK));
  epoll_event event{.events = EPOLLIN, .data = {.u64 = wake_tag}};
  if (!endpoints->epoll_ || !endpoints->wake_ ||
      epoll_ctl(endpoints->epoll_.get(), EPOLL_CTL_ADD, endpoints->wake_.get(), &event) != 0) {
    return error_from_errno(errno, "watch connections");
  }
  if (const auto& lane = endpoints->options_.lane) {
    epoll_event news{.events = EPOLLIN, .data = {.u64 = lane_tag}};
    epoll_ctl(endpoints->epoll_.get(), EPOLL_CTL_ADD, lane->events(), &news);
  }
  allow_many_files();
  endpoints->pairs_max_ = endpoints->options_.pairs_max.value_or(pairs_allowed());
  endpoints->thread_ = std::thread([raw = endpoints.get()] { raw->run(); });
  return endpoints;
}

TcpEndpoints::~TcpEndpoints() {
  const std::uint64_t one = 1;
  [[maybe_unused]] const ssize_t told = write(wake_.get(), &one, sizeof one);
  if (thread_.joinable()) thread_.join();
  for (auto& [id, pair] : pairs_) pair->cut();
}

Result<> TcpEndpoints::open(std::uint16_t port, const std::optional<Target>& target) {
  const std::lock_guard lock(mutex_);
  auto found = listeners_.find(port);
  if (found == listeners_.end()) {
    found = listeners_.emplace(port, Listener{TRY(listen_on(address_, port)), {}}).first;
    if (options_.lane) KernelLane::allow(found->second.fd);
  } else if (found->second.target != target) {
    cut(port);
  }
  found->second.target = target;
  found->second.held = false;
  lead(port, found->second);
  set_accepting(port, found->second, true);
  return {};
}

Result<> TcpEndpoints::hold(std::uint16_t port) {
  const std::lock_guard lock(mutex_);
  const auto found = listeners_.find(port);
  if (found == listeners_.end()) return {};
  found->second.held = true;
  set_accepting(port, found->second, false);
  cut(port);
  return {};
}

Result<> TcpEndpoints::release(std::uint16_t port, const std::optional<Target>& target) {
  const std::lock_guard lock(mutex_);
  const auto found = listeners_.find(port);
  if (found == listeners_.end()) return not_open(port);
  if (found->second.target != target) cut(port);
  found->second.target = target;
  found->second.held = false;
  lead(port, found->second);
  set_accepting(port, found->second, true);
  return {};
}

Result<> TcpEndpoints::close(std::uint16_t port) {
  const std::lock_guard lock(mutex_);
  cut(port);
  // What is not open here may be led by another installation.
  if (listeners_.erase(port) > 0 && options_.lane) options_.lane->forget(port);
  return {};
}

void TcpEndpoints::forget_other_leads() {
  if (!options_.lane) return;
  const std::lock_guard lock(mutex_);
  std::set<std::uint16_t> ports;
  for (const auto& [port, listener] : listeners_) ports.insert(port);
  options_.lane->forget_all_but(ports);
}

bool TcpEndpoints::available(std::uint16_t port) {
  return port != 0 && can_listen_everywhere(port);
}

std::size_t TcpEndpoints::connections() const {
  const std::lock_guard lock(mutex_);
  return pairs_.size();
}

void TcpEndpoints::run() {
  std::array<epoll_event, 128> events;
  while (true) {
    const int count = epoll_wait(epoll_.get(), events.data(), static_cast<int>(events.size()),
                                 starved_ ? starved_retry_ms : -1);
    const std::lock_guard lock(mutex_);
    for (int i = 0; i < count; ++i) {
      const auto& event = events[static_cast<std::size_t>(i)];
      if (event.data.u64 == wake_tag) return;
      if (event.data.u64 == lane_tag) {
        options_.lane->look();
        continue;
      }
      handle(event.data.u64, event.events);
    }
    if (starved_) resume_accepting();
  }
}

void TcpEndpoints::handle(std::uint64_t tag, std::uint32_t events) {
  if (tag & listener_tag) {
    const auto port = static_cast<std::uint16_t>(tag & ~listener_tag);
    const auto found = listeners_.find(port);
    // Held or closed since the kernel reported it.
    if (found != listeners_.end() && found->second.accepting) accept_from(port, found->second);
    return;
  }
  const auto found = pairs_.find(tag >> 1);
  if (found == pairs_.end()) return;
  TcpPair& pair = *found->second;
  if (pair.handle(epoll_.get(), static_cast<TcpPair::Side>(tag & 1), events, scratch_) ==
      TcpPair::Fate::ended) {
    forget(pair.id());
  }
}

void TcpEndpoints::accept_from(std::uint16_t port, Listener& listener) {
  for (int i = 0; i < accepts_at_once; ++i) {
    UniqueFd client(accept4(listener.fd.get(), nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC));
    if (!client) {
      if (errno == ECONNABORTED || errno == EINTR) continue;
      if (errno == EAGAIN) return;
      // Out of file descriptors or memory: asking again at once would only spin.
      starved_ = true;
      set_accepting(port, listener, false);
      return;
    }
    if (!listener.target) continue;
    const std::uint64_t payer = payer_of(port, client);
    if (!has_room_for(payer)) continue;
    if (came_to_loopback(client)) {
      // Its instance may have been started since, in another network: those that follow are led.
      if (listener.lane_to.lock() != network_of(listener)) lead(port, listener);
    } else if (options_.from_elsewhere) {
      SocketPair ends = make_pair();
      if (!ends.one) {
        starved_ = true;
        continue;
      }
      options_.from_elsewhere(port, std::exchange(client, std::move(ends.one)),
                              std::move(ends.other));
    }
    auto instance = options_.connect(*listener.target);
    if (!instance) continue;
    prepare_forwarded(client);
    prepare_forwarded(*instance);
    const std::uint64_t id = next_pair_++;
    auto pair = std::make_unique<TcpPair>(id, port, std::move(client), *std::move(instance));
    if (!pair->join(epoll_.get())) continue;
    payer_of_pair_[id] = payer;
    ++pairs_of_payer_[payer];
    pairs_of_port_[port][id] = pair.get();
    pairs_[id] = std::move(pair);
  }
}

// Ports and addresses do not meet: an address has a bit of its own above it.
std::uint64_t TcpEndpoints::payer_of(std::uint16_t port, const UniqueFd& client) const {
  sockaddr_in peer{};
  socklen_t size = sizeof peer;
  if (getpeername(client.get(), reinterpret_cast<sockaddr*>(&peer), &size) != 0) return port;
  const std::uint32_t address = ntohl(peer.sin_addr.s_addr);
  const bool here = address >> 24 == IN_LOOPBACKNET;
  return here ? port : elsewhere | address;
}

bool TcpEndpoints::has_room_for(std::uint64_t payer) {
  const auto found = pairs_of_payer_.find(payer);
  const std::size_t has = found == pairs_of_payer_.end() ? 0 : found->second;
  const bool is_elsewhere = payer >= elsewhere;
  const std::size_t most = is_elsewhere ? options_.pairs_of_address_max : of_one_port(pairs_max_);
  if (pairs_.size() < pairs_max_ && has < most) return true;
  ++refused_;
  const auto now = std::chrono::steady_clock::now();
  if (now - refusals_logged_ >= refusals_logged_every) {
    spdlog::warn(
        "{} connections to addresses of containers were closed, being too many: {} are "
        "allowed in all, {} from one address, {} to one port from this machine",
        std::exchange(refused_, 0), pairs_max_, options_.pairs_of_address_max,
        of_one_port(pairs_max_));
    refusals_logged_ = now;
  }
  return false;
}

void TcpEndpoints::set_accepting(std::uint16_t port, Listener& listener, bool accepting) {
  if (listener.accepting == accepting) return;
  epoll_event event{.events = EPOLLIN, .data = {.u64 = listener_tag | port}};
  epoll_ctl(epoll_.get(), accepting ? EPOLL_CTL_ADD : EPOLL_CTL_DEL, listener.fd.get(), &event);
  listener.accepting = accepting;
}

void TcpEndpoints::resume_accepting() {
  starved_ = false;
  for (auto& [port, listener] : listeners_) set_accepting(port, listener, !listener.held);
}

std::shared_ptr<const Network> TcpEndpoints::network_of(const Listener& listener) const {
  if (!options_.lane || !listener.target) return nullptr;
  return options_.network(listener.target->instance);
}

void TcpEndpoints::lead(std::uint16_t port, Listener& listener) {
  if (!options_.lane) return;
  const auto network = network_of(listener);
  listener.lane_to = network;
  if (!network) return options_.lane->forget(port);
  const auto led = options_.lane->lead(port, network->door().network, listener.target->port);
  if (led) return;
  const std::string why = led.error().describe();
  if (std::exchange(not_led_, why) != why) {
    spdlog::warn("port {}: connections are copied, which is slower: {}", port, why);
  }
}

void TcpEndpoints::cut_led(std::uint16_t port) {
  const auto found = listeners_.find(port);
  if (!options_.lane || found == listeners_.end()) return;
  options_.lane->hold(port);
  const auto network = network_of(found->second);
  if (!network) return;  // its connections have ended with it
  const auto cut = options_.lane->cut(port, network->door().network);
  if (!cut) spdlog::warn("port {}: connections may go on: {}", port, cut.error().describe());
}

void TcpEndpoints::cut(std::uint16_t port) {
  cut_led(port);
  const auto found = pairs_of_port_.find(port);
  if (found == pairs_of_port_.end()) return;
  for (auto& [id, pair] : found->second) {
    pair->cut();
    pay_back(id);
    pairs_.erase(id);
  }
  pairs_of_port_.erase(found);
}

void TcpEndpoints::forget(std::uint64_t pair_id) {
  const auto found = pairs_.find(pair_id);
  const auto siblings = pairs_of_port_.find(found->second->port());
  siblings->second.erase(pair_id);
  pay_back(pair_id);
  if (siblings->second.empty()) pairs_of_port_.erase(siblings);
  pairs_.erase(found);
}

void TcpEndpoints::pay_back(std::uint64_t pair_id) {
  const auto payer = payer_of_pair_.extract(pair_id);
  const auto found = pairs_of_payer_.find(payer.mapped());
  if (--found->second == 0) pairs_of_payer_.erase(found);
}

}  // namespace slip
