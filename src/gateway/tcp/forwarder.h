// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstdint>
#include <deque>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/fd.h"
#include "base/result.h"
#include "front/front.h"
#include "gateway/tcp/letter.h"
#include "gateway/tcp/seats.h"
#include "gateway/tcp/tcp_pair.h"

namespace slip {

struct ForwarderOptions {
  std::string version = {};  // for the greeting
  // Connections at once in all; nothing: as file descriptors allow, with room for others.
  std::optional<std::size_t> connections_max = {};
  // And of one address elsewhere. Those from this machine are of anybody's: three quarters of all
  // may come to one port.
  std::size_t of_address_max = 500;
  // For how long new connections wait for the next daemon. After that they are closed.
  std::chrono::milliseconds patience = std::chrono::seconds(30);
};

// Forwards TCP (IPv4) in one thread, by copying: a connection that is idle costs two file
// descriptors and no buffer. What a side does not read stops the other side from being read; the
// end of one direction is passed on by itself. While a port is held the kernel completes new
// connections and keeps them in its queue (up to 4096); they are taken from it when it leads
// somewhere again. No address elsewhere, and no port from here, takes all connections: what is too
// many is closed at once. A cut connection ends cleanly towards the client (what was on its way
// still arrives) and is reset towards the instance.
//
// It opens nothing and connects to nothing. A daemon gives it the listening sockets, and for each
// connection the socket that leads on; it is told by letters (gateway/tcp/letter.h). Connections go
// on when the daemon is gone, and new ones wait for the next.
class Forwarder {
 public:
  // `daemon`: the connection to the first one. `door`: where others come, listening; none: all ends
  // with the first.
  Forwarder(ForwarderOptions options, UniqueFd daemon, UniqueFd door);
  ~Forwarder();  // cuts all
  Forwarder(const Forwarder&) = delete;
  Forwarder& operator=(const Forwarder&) = delete;

  // Until a daemon ends it, the last connection of a retired one has ended, or no daemon has come
  // and nobody is connected any more. Errors: `internal`.
  Result<> run();

 private:
  using Clock = std::chrono::steady_clock;
  struct Port {
    UniqueFd fd = {};  // none: retired
    std::string target = {};
    bool is_led = false;     // by this daemon, and not held
    bool accepting = false;  // in the epoll set
  };
  // Accepted, until there is a socket that leads on.
  struct Waiting {
    UniqueFd client;
    std::uint16_t port = 0;
    bool is_here = false;
    bool is_asked = false;
    Seat seat = {};
  };
  struct Led {
    TcpPair pair;
    Seat seat;
  };
  struct Outgoing {
    Letter letter;
    UniqueFd fd = {};
  };

  Result<> prepare();
  int next_timeout() const;
  bool has_ended() const;
  bool has_connections() const;
  void handle(std::uint64_t tag, std::uint32_t events);
  void accept_from(std::uint16_t number, Port& port);
  void begin(Waiting waiting, UniqueFd instance, const std::string& speech);
  void set_accepting(std::uint16_t number, Port& port);
  void set_accepting_everywhere();
  void note_refusal();

  void welcome();
  void greet();
  void lose_daemon();
  void give_up();
  void read_daemon();
  void obey(Received received);
  void lead(const Letter& letter, UniqueFd fd);
  void hold(std::uint16_t number);
  void close(std::uint16_t number);
  void retire();
  void use_front(const std::string& text);
  void connect_waiting(const Letter& letter, UniqueFd instance);
  void stop_listening(Port& port);
  void ask(std::uint16_t number);
  void ask_for(std::uint64_t id, Waiting& waiting);
  void unask(std::optional<std::uint16_t> number);
  void cut(std::uint16_t number);
  void send_away(std::uint16_t number);
  void say(Letter letter, UniqueFd fd = {});
  void post();

  const ForwarderOptions options_;
  Seats seats_;
  UniqueFd daemon_;
  UniqueFd door_;
  UniqueFd epoll_;
  std::map<std::uint16_t, Port> ports_;
  std::map<std::uint64_t, Waiting> waiting_;
  std::map<std::uint64_t, std::unique_ptr<Led>> led_;
  std::map<std::uint16_t, std::map<std::uint64_t, Led*>> led_of_port_;
  std::deque<Outgoing> outgoing_;
  std::unique_ptr<Front> front_;  // none: never told of one
  bool encrypts_ = false;         // what comes from elsewhere
  std::uint64_t next_id_ = 1;
  std::size_t refused_ = 0;  // since it was last told
  Clock::time_point refusals_told_ = {};
  Clock::time_point alone_since_ = {};
  Clock::time_point last_ended_ = {};  // a connection; the front may yet have something of it
  bool has_given_up_ = false;
  bool waits_to_say_ = false;  // the daemon has not read what came before
  bool is_starved_ = false;    // out of file descriptors: no accepting until one is free
  bool is_retired_ = false;
  bool is_told_to_end_ = false;
  std::vector<char> scratch_;
};

}  // namespace slip
