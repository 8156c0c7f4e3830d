// SPDX-License-Identifier: Apache-2.0
#include "gateway/tcp/forwarder.h"

#include <arpa/inet.h>
#include <fmt/format.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <utility>

#include "base/log.h"
#include "base/system_error.h"
#include "gateway/tcp/tcp_socket.h"

namespace slip {
namespace {

// Tags of pairs have other bits set; a port number alone is a listener.
constexpr std::uint64_t kListenerTag = std::uint64_t{1} << 63;
constexpr std::uint64_t kDaemonTag = ~std::uint64_t{0};
constexpr std::uint64_t kDoorTag = kDaemonTag - 1;
constexpr std::size_t kScratchBytes = 64 << 10;
constexpr int kAcceptsAtOnce = 64;
constexpr int kLettersAtOnce = 64;
constexpr int kStarvedRetryMs = 100;
constexpr int kFrontEmptyRetryMs = 50;
constexpr std::chrono::minutes kRefusalsToldEvery{1};
constexpr std::uint64_t kElsewhere = std::uint64_t{1} << 32;

std::size_t of_one_port(std::size_t all) {
  return all - all / 4;
}

constexpr rlim_t kFilesOfPair = 2;

rlim_t files_allowed() {
  rlimit limit{};
  return getrlimit(RLIMIT_NOFILE, &limit) == 0 ? limit.rlim_cur : 1024;
}

// The front, listening sockets and what is on its way need file descriptors of the same process.
rlim_t files_of_others() {
  constexpr rlim_t enough = 4096;
  return std::min(enough, files_allowed() / 4);
}

std::size_t connections_allowed() {
  return static_cast<std::size_t>((files_allowed() - files_of_others()) / kFilesOfPair);
}

// So many that daemons and listening sockets find some, too.
GuestBounds bounds_of_front() {
  constexpr rlim_t kept = 96;
  const rlim_t others = files_of_others();
  const rlim_t guests = others > kept ? (others - kept) / kFilesOfPair : 1;
  GuestBounds bounds;
  bounds.all = std::min(bounds.all, static_cast<std::size_t>(guests));
  return bounds;
}

// Ports and addresses do not meet: an address has a bit of its own above it.
std::uint64_t payer_of(std::uint16_t port, const UniqueFd& client) {
  sockaddr_in peer{};
  socklen_t size = sizeof peer;
  if (getpeername(client.get(), reinterpret_cast<sockaddr*>(&peer), &size) != 0) return port;
  const std::uint32_t address = ntohl(peer.sin_addr.s_addr);
  const bool here = address >> 24 == IN_LOOPBACKNET;
  return here ? port : kElsewhere | address;
}

Speech speech_named(const std::string& name) {
  if (name == "postgresql") return Speech::postgresql;
  if (name == "mysql") return Speech::mysql;
  return Speech::any;
}

bool is_ours(const UniqueFd& daemon) {
  ucred peer{};
  socklen_t size = sizeof peer;
  return getsockopt(daemon.get(), SOL_SOCKET, SO_PEERCRED, &peer, &size) == 0 &&
         peer.uid == geteuid();
}

}  // namespace

Forwarder::Forwarder(ForwarderOptions options, UniqueFd daemon, UniqueFd door)
    : options_(std::move(options)),
      seats_(options_.connections_max.value_or(connections_allowed())),
      daemon_(std::move(daemon)),
      door_(std::move(door)),
      scratch_(kScratchBytes) {}

Forwarder::~Forwarder() {
  for (auto& [id, led] : led_) led->pair.cut();
}

Result<> Forwarder::prepare() {
  epoll_.reset(epoll_create1(EPOLL_CLOEXEC));
  epoll_event daemon{.events = EPOLLIN, .data = {.u64 = kDaemonTag}};
  epoll_event door{.events = EPOLLIN, .data = {.u64 = kDoorTag}};
  if (!epoll_ || epoll_ctl(epoll_.get(), EPOLL_CTL_ADD, daemon_.get(), &daemon) != 0 ||
      (door_ && epoll_ctl(epoll_.get(), EPOLL_CTL_ADD, door_.get(), &door) != 0)) {
    return error_from_errno(errno, "watch connections");
  }
  return {};
}

Result<> Forwarder::run() {
  TRY(prepare());
  greet();
  std::array<epoll_event, 128> events;
  for (post(); !has_ended(); post()) {
    const bool was_starved = is_starved_;
    const int count =
        epoll_wait(epoll_.get(), events.data(), static_cast<int>(events.size()), next_timeout());
    for (int i = 0; i < count; ++i) {
      const auto& event = events[static_cast<std::size_t>(i)];
      handle(event.data.u64, event.events);
    }
    if (was_starved) {
      is_starved_ = false;
      set_accepting_everywhere();
    }
    if (!daemon_ && !has_given_up_ && Clock::now() - alone_since_ >= options_.patience) give_up();
  }
  return {};
}

bool Forwarder::has_ended() const {
  if (is_told_to_end_) return true;
  if (daemon_ && !outgoing_.empty()) return false;
  if (!daemon_ && !door_) return true;
  return (is_retired_ || has_given_up_) && !has_connections();
}

// What an instance has said last may be in the front when its connection has ended here.
bool Forwarder::has_connections() const {
  if (seats_.all() > 0) return true;
  return front_ && front_->connections() > 0 && Clock::now() - last_ended_ < options_.patience;
}

int Forwarder::next_timeout() const {
  if (is_starved_) return kStarvedRetryMs;
  if ((is_retired_ || has_given_up_) && seats_.all() == 0) return kFrontEmptyRetryMs;
  if (daemon_ || has_given_up_) return -1;
  const auto left =
      std::chrono::ceil<std::chrono::milliseconds>(alone_since_ + options_.patience - Clock::now());
  return static_cast<int>(std::max<std::int64_t>(0, left.count()));
}

void Forwarder::handle(std::uint64_t tag, std::uint32_t events) {
  if (tag == kDaemonTag) return read_daemon();
  if (tag == kDoorTag) return welcome();
  if (tag & kListenerTag) {
    const auto number = static_cast<std::uint16_t>(tag & ~kListenerTag);
    const auto found = ports_.find(number);
    // Held or closed since the kernel reported it.
    if (found != ports_.end() && found->second.accepting) accept_from(number, found->second);
    return;
  }
  const auto found = led_.find(tag >> 1);
  if (found == led_.end()) return;
  TcpPair& pair = found->second->pair;
  const auto side = static_cast<TcpPair::Side>(tag & 1);
  if (pair.handle(epoll_.get(), side, events, scratch_) == TcpPair::Fate::goes_on) return;
  const auto siblings = led_of_port_.find(pair.port());
  siblings->second.erase(found->first);
  if (siblings->second.empty()) led_of_port_.erase(siblings);
  led_.erase(found);
  last_ended_ = Clock::now();
}

void Forwarder::accept_from(std::uint16_t number, Port& port) {
  for (int i = 0; i < kAcceptsAtOnce; ++i) {
    UniqueFd client(accept4(port.fd.get(), nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC));
    if (!client) {
      if (errno == ECONNABORTED || errno == EINTR) continue;
      if (errno == EAGAIN) return;
      // Out of file descriptors or memory: asking again at once would only spin.
      is_starved_ = true;
      return set_accepting(number, port);
    }
    if (port.target.empty() || has_given_up_) continue;
    const std::uint64_t payer = payer_of(number, client);
    auto seat = seats_.take(
        payer, payer >= kElsewhere ? options_.of_address_max : of_one_port(seats_.max()));
    if (!seat) {
      note_refusal();
      continue;
    }
    const bool is_here = came_to_loopback(client);
    const std::uint64_t id = next_id_++;
    const auto at =
        waiting_.emplace(id, Waiting{std::move(client), number, is_here, false, *std::move(seat)});
    ask_for(id, at.first->second);
  }
}

void Forwarder::note_refusal() {
  ++refused_;
  const auto now = Clock::now();
  if (!daemon_ || now - refusals_told_ < kRefusalsToldEvery) return;
  refusals_told_ = now;
  say({.kind = LetterKind::refused,
       .text = fmt::format("{} are allowed in all, {} from one address, {} to one port from this "
                           "machine",
                           seats_.max(), options_.of_address_max, of_one_port(seats_.max())),
       .count = std::exchange(refused_, 0)});
}

void Forwarder::begin(Waiting waiting, UniqueFd instance, const std::string& speech) {
  if (!waiting.is_here && encrypts_) {
    SocketPair ends = make_pair();
    if (!ends.one) return;
    prepare_forwarded(waiting.client);
    front_->take(speech_named(speech), std::exchange(waiting.client, std::move(ends.one)),
                 std::move(ends.other));
  }
  prepare_forwarded(waiting.client);
  prepare_forwarded(instance);
  const std::uint64_t id = next_id_++;
  auto led = std::make_unique<Led>(
      Led{TcpPair(id, waiting.port, std::move(waiting.client), std::move(instance)),
          std::move(waiting.seat)});
  if (!led->pair.join(epoll_.get())) return;
  led_of_port_[waiting.port][id] = led.get();
  led_[id] = std::move(led);
}

void Forwarder::set_accepting(std::uint16_t number, Port& port) {
  const bool accepting = port.fd && !is_starved_ && (has_given_up_ || (daemon_ && port.is_led));
  if (port.accepting == accepting) return;
  epoll_event event{.events = EPOLLIN, .data = {.u64 = kListenerTag | number}};
  epoll_ctl(epoll_.get(), accepting ? EPOLL_CTL_ADD : EPOLL_CTL_DEL, port.fd.get(), &event);
  port.accepting = accepting;
}

void Forwarder::set_accepting_everywhere() {
  for (auto& [number, port] : ports_) set_accepting(number, port);
}

// The daemons.

void Forwarder::welcome() {
  UniqueFd daemon(accept4(door_.get(), nullptr, nullptr, SOCK_CLOEXEC));
  if (!daemon || !is_ours(daemon)) return;
  has_given_up_ = false;
  lose_daemon();
  daemon_ = std::move(daemon);
  epoll_event event{.events = EPOLLIN, .data = {.u64 = kDaemonTag}};
  epoll_ctl(epoll_.get(), EPOLL_CTL_ADD, daemon_.get(), &event);
  greet();
}

void Forwarder::greet() {
  say({.kind = LetterKind::greeting,
       .text = options_.version,
       .protocol = kGatewayProtocol,
       .is_retired = is_retired_});
  for (const auto& [number, port] : ports_) {
    say({.kind = LetterKind::port, .port = number, .target = port.target},
        UniqueFd(port.fd ? dup(port.fd.get()) : -1));
  }
  say({.kind = LetterKind::ready});
}

// The next one has to say where ports lead.
void Forwarder::lose_daemon() {
  daemon_.reset();
  outgoing_.clear();
  waits_to_say_ = false;
  alone_since_ = Clock::now();
  unask(std::nullopt);
  for (auto& [number, port] : ports_) port.is_led = false;
  set_accepting_everywhere();
}

void Forwarder::give_up() {
  has_given_up_ = true;
  waiting_.clear();
  set_accepting_everywhere();
}

void Forwarder::read_daemon() {
  for (int i = 0; i < kLettersAtOnce && daemon_; ++i) {
    auto received = receive_letter(daemon_);
    if (!received) return lose_daemon();
    if (!*received) return;
    obey(*std::move(*received));
  }
}

void Forwarder::obey(Received received) {
  const Letter& letter = received.letter;
  switch (letter.kind) {
    case LetterKind::lead:
      lead(letter, std::move(received.fd));
      break;
    case LetterKind::hold:
      hold(letter.port);
      break;
    case LetterKind::close:
      close(letter.port);
      break;
    case LetterKind::cut:
      cut(letter.port);
      break;
    case LetterKind::retire:
      retire();
      break;
    case LetterKind::count:
      break;
    case LetterKind::front:
      return use_front(letter.text);
    case LetterKind::socket:
      return connect_waiting(letter, std::move(received.fd));
    case LetterKind::client:
      if (!received.fd) return;
      if (auto seat = seats_.take(payer_of(letter.port, received.fd), seats_.max())) {
        const bool is_here = came_to_loopback(received.fd);
        waiting_.emplace(next_id_++, Waiting{std::move(received.fd), letter.port, is_here, false,
                                             *std::move(seat)});
      }
      return;
    case LetterKind::end:
      is_told_to_end_ = true;
      return;
    default:
      return;
  }
  say({.kind = LetterKind::done, .id = letter.id, .count = seats_.all()});
}

void Forwarder::lead(const Letter& letter, UniqueFd fd) {
  if (is_retired_) return;
  Port& port = ports_[letter.port];
  if (!port.fd) port.fd = std::move(fd);
  if (port.target != letter.target) cut(letter.port);
  unask(letter.port);
  port.target = letter.target;
  port.is_led = true;
  if (port.target.empty()) {
    send_away(letter.port);
  } else {
    ask(letter.port);
  }
  set_accepting(letter.port, port);
}

void Forwarder::hold(std::uint16_t number) {
  const auto found = ports_.find(number);
  if (found != ports_.end()) {
    found->second.is_led = false;
    set_accepting(number, found->second);
  }
  unask(number);
  cut(number);
}

void Forwarder::close(std::uint16_t number) {
  cut(number);
  send_away(number);
  const auto found = ports_.find(number);
  if (found == ports_.end()) return;
  stop_listening(found->second);
  ports_.erase(found);
}

// A daemon may have the same socket, which the kernel would go on to report.
void Forwarder::stop_listening(Port& port) {
  if (port.accepting) epoll_ctl(epoll_.get(), EPOLL_CTL_DEL, port.fd.get(), nullptr);
  port = Port{.fd = {}, .target = port.target};
}

// Those that wait are the next gateway's, as the listening sockets are.
void Forwarder::retire() {
  is_retired_ = true;
  for (auto& [id, waiting] : waiting_) {
    say({.kind = LetterKind::client, .port = waiting.port}, std::move(waiting.client));
  }
  waiting_.clear();
  for (auto& [number, port] : ports_) stop_listening(port);
  std::erase_if(ports_, [this](const auto& one) { return !led_of_port_.contains(one.first); });
}

void Forwarder::use_front(const std::string& text) {
  encrypts_ = !text.empty();
  if (!encrypts_) return;
  // The key is found in the same text as the certificate.
  const ServerCertificate certificate{.certificate = text, .key = Secret(text)};
  Result<> used;
  if (front_) {
    used = front_->use(certificate);
  } else if (auto made = Front::open({.certificate = certificate, .bounds = bounds_of_front()})) {
    front_ = *std::move(made);
  } else {
    used = std::move(made).error();
  }
  if (used) return;
  // Nothing may get in unencrypted.
  spdlog::error("encrypt connections from other machines: {}", used.error().describe());
  is_told_to_end_ = true;
}

void Forwarder::connect_waiting(const Letter& letter, UniqueFd instance) {
  auto found = waiting_.extract(letter.id);
  if (found.empty() || !instance) return;  // held or led elsewhere since; or the client is closed
  begin(std::move(found.mapped()), std::move(instance), letter.text);
}

void Forwarder::ask(std::uint16_t number) {
  if (!daemon_ || !ports_[number].is_led) return;
  for (auto& [id, waiting] : waiting_) {
    if (waiting.port == number && !waiting.is_asked) ask_for(id, waiting);
  }
}

void Forwarder::ask_for(std::uint64_t id, Waiting& waiting) {
  waiting.is_asked = true;
  say({.kind = LetterKind::want, .id = id, .port = waiting.port, .is_here = waiting.is_here});
}

// What was asked for must not come any more: they get other ids.
void Forwarder::unask(std::optional<std::uint16_t> number) {
  std::vector<std::uint64_t> asked;
  for (const auto& [id, waiting] : waiting_) {
    if (waiting.is_asked && (!number || waiting.port == *number)) asked.push_back(id);
  }
  for (const auto id : asked) {
    auto waiting = waiting_.extract(id);
    waiting.key() = next_id_++;
    waiting.mapped().is_asked = false;
    waiting_.insert(std::move(waiting));
  }
}

void Forwarder::cut(std::uint16_t number) {
  const auto found = led_of_port_.find(number);
  if (found == led_of_port_.end()) return;
  for (auto& [id, led] : found->second) {
    led->pair.cut();
    led_.erase(id);
  }
  led_of_port_.erase(found);
  last_ended_ = Clock::now();
}

void Forwarder::send_away(std::uint16_t number) {
  std::erase_if(waiting_, [number](const auto& one) { return one.second.port == number; });
}

// It must not wait for a daemon that waits for it.
void Forwarder::say(Letter letter, UniqueFd fd) {
  if (daemon_) outgoing_.push_back({std::move(letter), std::move(fd)});
}

void Forwarder::post() {
  while (daemon_ && !outgoing_.empty()) {
    const auto& [letter, fd] = outgoing_.front();
    const auto sent = send_letter(daemon_, letter, fd.get(), Patience::none);
    if (!sent && sent.error().code == ErrorCode::busy) break;
    if (!sent) return lose_daemon();
    outgoing_.pop_front();
  }
  const bool waits = !outgoing_.empty();
  if (!daemon_ || waits == waits_to_say_) return;
  waits_to_say_ = waits;
  epoll_event event{.events = waits ? EPOLLIN | EPOLLOUT : EPOLLIN, .data = {.u64 = kDaemonTag}};
  epoll_ctl(epoll_.get(), EPOLL_CTL_MOD, daemon_.get(), &event);
}

}  // namespace slip
