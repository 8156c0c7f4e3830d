// SPDX-License-Identifier: Apache-2.0
#include "runtime/tcp_endpoints.h"

#include <arpa/inet.h>
#include <fmt/format.h>
#include <poll.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <set>
#include <utility>

#include "base/file.h"
#include "base/log.h"
#include "gateway/tcp/tcp_socket.h"

namespace slip {
namespace {

constexpr std::chrono::seconds kDoneWithin{10};
constexpr std::chrono::milliseconds kGatewayRetry{1'000};
constexpr int kLettersAtOnce = 64;
constexpr std::chrono::seconds kRefusalsLoggedEvery{50};
constexpr std::size_t kLoggedMax = 200;

Error not_open(std::uint16_t port) {
  return Error{.code = ErrorCode::not_found, .message = fmt::format("port {} is not open", port)};
}

// As the gateway knows it.
std::string name_of(const std::optional<Target>& target) {
  return target ? fmt::format("{}:{}", target->instance.str(), target->port) : "";
}

std::string name_of(Speech speech) {
  switch (speech) {
    case Speech::postgresql:
      return "postgresql";
    case Speech::mysql:
      return "mysql";
    case Speech::any:
      return "any";
  }
  return "any";
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
  endpoints->wake_.reset(eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK));
  if (!endpoints->wake_) return error_from_errno(errno, "watch the gateway");
  allow_many_files();
  TRY(in_context("open the gateway", endpoints->find_gateways()));
  endpoints->thread_ = std::thread([raw = endpoints.get()] { raw->run(); });
  return endpoints;
}

TcpEndpoints::~TcpEndpoints() {
  {
    const Lock lock(mutex_);
    ending_ = true;
  }
  const std::uint64_t one = 1;
  [[maybe_unused]] const ssize_t told = write(wake_.get(), &one, sizeof one);
  if (thread_.joinable()) thread_.join();
}

// The gateways.

Result<> TcpEndpoints::find_gateways() {
  std::vector<Link> others;
  for (auto& found : TRY(GatewayLink::find(options_.gateway))) {
    Link link = std::move(found);
    const Letter& greeting = link->greeting();
    const bool is_same = greeting.protocol == kGatewayProtocol &&
                         greeting.text == options_.gateway.forwarder.version;
    const bool listens_here = std::ranges::all_of(
        link->ports(), [&](const auto& port) { return !port.fd || listens_at(port.fd, address_); });
    for (auto& port : link->ports()) {
      if (port.fd && listens_here) left_[port.port] = std::move(port.fd);
    }
    if (is_same && listens_here && !greeting.is_retired && !gateway_) {
      gateway_ = std::move(link);
      continue;
    }
    others.push_back(std::move(link));
  }
  // The others are given up only once there is one in their place.
  if (!gateway_) TRY(start_gateway());
  std::vector<Received> clients;
  for (auto& link : others) {
    if (!link->greeting().is_retired) {
      auto waiting = link->retire();
      if (!waiting) spdlog::warn("take over a gateway: {}", waiting.error().describe());
      if (waiting) std::ranges::move(*waiting, std::back_inserter(clients));
    }
    retired_.push_back(std::move(link));
  }
  for (const auto& client : clients) {
    TRY(gateway_->send({.kind = LetterKind::client, .port = client.letter.port}, client.fd.get()));
  }
  return tell_all();
}

Result<> TcpEndpoints::start_gateway() {
  gateway_ = TRY(GatewayLink::start(options_.gateway));
  return {};
}

// Whether they are encrypted comes before any connection. A port that is held gets its listening
// socket when it leads somewhere again.
Result<> TcpEndpoints::tell_all() {
  std::string certificate;
  if (options_.encryption) {
    certificate = options_.encryption->certificate.certificate +
                  options_.encryption->certificate.key.reveal();
  }
  TRY(gateway_->send({.kind = LetterKind::front, .text = certificate}));
  for (const auto& [port, listener] : listeners_) {
    if (listener.held) continue;
    TRY(gateway_->send({.kind = LetterKind::lead, .port = port, .target = name_of(listener.target)},
                       listener.fd.get()));
  }
  return {};
}

// Where the gateway has died, what it should have done is done: its connections are cut, and the
// next one is told all that is wanted. One that does not answer is ended, since its connections
// might go on otherwise while nobody can cut them.
Result<std::uint64_t> TcpEndpoints::call(Lock& lock, Link link, Letter letter, int fd) {
  if (!link) return std::uint64_t{0};
  letter.id = next_call_++;
  const auto answer = answers_.emplace(letter.id, std::nullopt).first;
  // Where it cannot be sent the thread finds out why, and ends the gateway.
  (void)link->send(letter, fd);
  const auto is_gone = [&] { return link != gateway_ && std::ranges::count(retired_, link) == 0; };
  const auto is_over = [&] { return answer->second || ending_ || is_gone(); };
  if (!answered_.wait_for(lock, kDoneWithin, is_over)) {
    spdlog::error("the gateway does not answer, and is ended");
    link->kill();
    answered_.wait_for(lock, kDoneWithin, is_over);
  }
  const bool over = is_over();
  const auto count = answer->second;
  answers_.erase(answer);
  if (over) return count.value_or(0);
  return Error{.code = ErrorCode::unavailable, .message = "the gateway does not answer"};
}

Result<> TcpEndpoints::cut_retired(Lock& lock, std::uint16_t port, const std::string& but_target) {
  const auto links = retired_;
  for (const auto& link : links) {
    auto& has = link->ports();
    const auto found = std::ranges::find(has, port, &GatewayLink::Port::port);
    if (found == has.end() || (!but_target.empty() && found->target == but_target)) continue;
    has.erase(found);
    TRY(call(lock, link, {.kind = LetterKind::cut, .port = port}));
  }
  return {};
}

void TcpEndpoints::run() {
  while (true) {
    std::vector<pollfd> waiting{{.fd = wake_.get(), .events = POLLIN, .revents = 0}};
    std::vector<Link> links;
    {
      const Lock lock(mutex_);
      if (ending_) return;
      links = retired_;
      if (gateway_) links.push_back(gateway_);
      for (const auto& link : links) {
        waiting.push_back({.fd = link->socket().get(), .events = POLLIN, .revents = 0});
      }
      if (options_.lane) {
        waiting.push_back({.fd = options_.lane->events(), .events = POLLIN, .revents = 0});
      }
    }
    const bool has_gateway =
        std::ranges::any_of(links, [](const Link& link) { return !link->greeting().is_retired; });
    if (poll(waiting.data(), waiting.size(),
             has_gateway ? -1 : static_cast<int>(kGatewayRetry.count())) < 0)
      continue;
    for (std::size_t i = 0; i < links.size(); ++i) {
      if (waiting[i + 1].revents != 0) read_from(links[i]);
    }
    if (options_.lane && waiting.back().revents != 0) {
      const Lock lock(mutex_);
      options_.lane->look();
    }
    replace_gateway_if_lost();
  }
}

void TcpEndpoints::read_from(const Link& link) {
  for (int i = 0; i < kLettersAtOnce; ++i) {
    const auto received = receive_letter(link->socket());
    if (!received) return lose(link);
    if (!*received) return;
    heed(link, (*received)->letter);
  }
}

void TcpEndpoints::heed(const Link& link, const Letter& letter) {
  if (letter.kind == LetterKind::want) return connect(link, letter);
  if (letter.kind == LetterKind::refused) return note_refusals(letter);
  if (letter.kind != LetterKind::done) return;
  const Lock lock(mutex_);
  const auto call = answers_.find(letter.id);
  if (call == answers_.end()) return;
  call->second = letter.count;
  answered_.notify_all();
}

// A gateway that somebody has broken into must not fill the log, nor write lines of its own there.
void TcpEndpoints::note_refusals(const Letter& letter) {
  const auto now = std::chrono::steady_clock::now();
  if (now - refusals_logged_ < kRefusalsLoggedEvery) return;
  refusals_logged_ = now;
  std::string text = letter.text.substr(0, kLoggedMax);
  std::ranges::replace_if(
      text, [](unsigned char c) { return c < ' ' || c > '~'; }, '?');
  spdlog::warn("{} connections to addresses of containers were closed, being too many: {}",
               letter.count, text);
}

void TcpEndpoints::connect(const Link& link, const Letter& want) {
  std::optional<Target> target;
  {
    const Lock lock(mutex_);
    const auto found = listeners_.find(want.port);
    // It will ask again when it is led somewhere.
    if (found == listeners_.end() || found->second.held || !found->second.target) return;
    target = found->second.target;
    // Its instance may have been started since, in another network: those that follow are led.
    if (want.is_here && found->second.lane_to.lock() != network_of(found->second)) {
      lead(want.port, found->second);
    }
  }
  const auto socket = options_.connect(*target);
  Letter answer{.kind = LetterKind::socket, .id = want.id};
  if (!want.is_here && options_.encryption) {
    answer.text = name_of(options_.encryption->speech(want.port));
  }
  // One that is gone is noticed by whoever reads from it.
  (void)link->send(answer, socket ? socket->get() : -1);
}

void TcpEndpoints::lose(const Link& link) {
  if (!link->greeting().is_retired) {
    spdlog::error(
        "the gateway has ended, and connections that it copied with it; the next is "
        "started");
  }
  link->end();
  const Lock lock(mutex_);
  if (gateway_ == link) gateway_ = nullptr;
  std::erase(retired_, link);
  answered_.notify_all();
}

// One that dies at once is not started as fast as it can.
void TcpEndpoints::replace_gateway_if_lost() {
  {
    const Lock lock(mutex_);
    if (gateway_) return;
  }
  const auto now = std::chrono::steady_clock::now();
  if (now - gateway_started_ < kGatewayRetry) return;
  gateway_started_ = now;
  auto made = GatewayLink::start(options_.gateway);
  const std::string why = made ? std::string() : made.error().describe();
  if (!why.empty() && why != not_started_) spdlog::error("start the gateway: {}", why);
  not_started_ = why;
  if (!made) return;
  const Lock lock(mutex_);
  gateway_ = *std::move(made);
  if (const auto told = tell_all(); !told) {
    spdlog::error("tell the gateway: {}", told.error().describe());
  }
}

// The ports.

Result<> TcpEndpoints::open(std::uint16_t port, const std::optional<Target>& target) {
  Lock lock(mutex_);
  auto found = listeners_.find(port);
  if (found == listeners_.end()) {
    auto left = left_.extract(port);
    UniqueFd fd = left.empty() ? TRY(listen_on(address_, port)) : std::move(left.mapped());
    found = listeners_.emplace(port, Listener{std::move(fd), {}}).first;
    if (options_.lane) KernelLane::allow(found->second.fd);
  } else if (found->second.target != target) {
    cut_led(port);
  }
  return lead_to(lock, port, target);
}

// What does not work is said by whoever leads a port there.
void TcpEndpoints::expect(const Target& target) {
  if (!options_.lane) return;
  const auto network = options_.network(target.instance);
  const std::lock_guard lock(mutex_);
  if (network) (void)options_.lane->make_way(network->door().network);
}

Result<> TcpEndpoints::hold(std::uint16_t port) {
  Lock lock(mutex_);
  const auto found = listeners_.find(port);
  if (found != listeners_.end()) found->second.held = true;
  // New ones wait before old ones are cut. Some may be left of a port that is not open yet.
  if (found != listeners_.end() || left_.contains(port)) {
    TRY(call(lock, gateway_, {.kind = LetterKind::hold, .port = port}));
  }
  cut_led(port);
  return cut_retired(lock, port, "");
}

Result<> TcpEndpoints::release(std::uint16_t port, const std::optional<Target>& target) {
  Lock lock(mutex_);
  const auto found = listeners_.find(port);
  if (found == listeners_.end()) return not_open(port);
  if (found->second.target != target) cut_led(port);
  return lead_to(lock, port, target);
}

Result<> TcpEndpoints::lead_to(Lock& lock, std::uint16_t port,
                               const std::optional<Target>& target) {
  Listener& listener = listeners_.at(port);
  listener.target = target;
  listener.held = false;
  lead(port, listener);
  const std::string name = name_of(target);
  TRY(call(lock, gateway_, {.kind = LetterKind::lead, .port = port, .target = name},
           listener.fd.get()));
  return cut_retired(lock, port, name);
}

Result<> TcpEndpoints::close(std::uint16_t port) {
  Lock lock(mutex_);
  cut_led(port);
  // What is not open here may be led by another installation.
  const auto listener = listeners_.extract(port);
  const auto left = left_.extract(port);
  if (!listener.empty() && options_.lane) options_.lane->forget(port);
  if (!listener.empty() || !left.empty()) {
    TRY(call(lock, gateway_, {.kind = LetterKind::close, .port = port}));
  }
  return cut_retired(lock, port, "");
}

void TcpEndpoints::forget_others() {
  std::set<std::uint16_t> others;
  {
    const Lock lock(mutex_);
    for (const auto& [port, fd] : left_) others.insert(port);
    for (const auto& link : retired_) {
      for (const auto& port : link->ports()) {
        if (!listeners_.contains(port.port)) others.insert(port.port);
      }
    }
  }
  for (const auto port : others) {
    const auto closed = close(port);
    if (!closed) spdlog::warn("close port {}: {}", port, closed.error().describe());
  }
  if (!options_.lane) return;
  const Lock lock(mutex_);
  std::set<std::uint16_t> ports;
  for (const auto& [port, listener] : listeners_) ports.insert(port);
  options_.lane->forget_all_but(ports);
}

bool TcpEndpoints::available(std::uint16_t port) {
  {
    const Lock lock(mutex_);
    if (left_.contains(port)) return true;
  }
  return port != 0 && can_listen_everywhere(port);
}

std::size_t TcpEndpoints::connections() {
  Lock lock(mutex_);
  const auto count = call(lock, gateway_, {.kind = LetterKind::count});
  return count ? *count : 0;
}

// The lane.

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

}  // namespace slip
