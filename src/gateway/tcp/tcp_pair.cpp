// SPDX-License-Identifier: Apache-2.0
#include "gateway/tcp/tcp_pair.h"

#include <sys/epoll.h>
#include <sys/socket.h>

#include <cerrno>

namespace slip {

bool TcpPair::join(int epoll_fd) {
  end(Side::client).interest = 0;  // nothing is read before there is somebody to pass it to
  end(Side::instance).interest = EPOLLOUT;
  for (const Side side : {Side::client, Side::instance}) {
    epoll_event event{.events = end(side).interest, .data = {.u64 = tag(id_, side)}};
    if (epoll_ctl(epoll_fd, EPOLL_CTL_ADD, end(side).fd.get(), &event) != 0) return false;
  }
  return true;
}

TcpPair::Fate TcpPair::handle(int epoll_fd, Side side, std::uint32_t events,
                              std::vector<char>& scratch) {
  if (events & EPOLLERR) return Fate::ended;
  if (!connected_) {
    if (side == Side::client || (events & EPOLLHUP)) return Fate::ended;
    connected_ = true;
  }
  End& self = end(side);
  End& peer = end(other(side));
  if ((events & EPOLLOUT) && !flush(self)) return Fate::ended;
  if ((events & (EPOLLIN | EPOLLHUP)) && !self.read_done && self.fd && peer.backlog() == 0) {
    if (pump(self, peer, scratch) == Fate::ended) return Fate::ended;
  }
  pass_end(self, peer);
  pass_end(peer, self);
  if (self.write_done && peer.write_done) return Fate::ended;
  update(epoll_fd, side);
  update(epoll_fd, other(side));
  return Fate::goes_on;
}

// One buffer's worth, so that one busy connection does not keep the others waiting.
TcpPair::Fate TcpPair::pump(End& from, End& to, std::vector<char>& scratch) {
  const ssize_t got = recv(from.fd.get(), scratch.data(), scratch.size(), 0);
  if (got == 0) {
    from.read_done = true;
    return Fate::goes_on;
  }
  if (got < 0) return errno == EAGAIN || errno == EINTR ? Fate::goes_on : Fate::ended;
  const ssize_t put =
      send(to.fd.get(), scratch.data(), static_cast<std::size_t>(got), MSG_NOSIGNAL);
  if (put < 0 && errno != EAGAIN && errno != EINTR) return Fate::ended;
  const ssize_t taken = put < 0 ? 0 : put;
  to.pending.assign(scratch.data() + taken, scratch.data() + got);
  to.sent = 0;
  return Fate::goes_on;
}

bool TcpPair::flush(End& to) {
  if (to.backlog() == 0) return true;
  const ssize_t put = send(to.fd.get(), to.pending.data() + to.sent, to.backlog(), MSG_NOSIGNAL);
  if (put < 0) return errno == EAGAIN || errno == EINTR;
  to.sent += static_cast<std::size_t>(put);
  if (to.backlog() == 0) {
    std::vector<char>().swap(to.pending);
    to.sent = 0;
  }
  return true;
}

void TcpPair::pass_end(End& from, End& to) {
  if (!from.read_done || to.write_done || to.backlog() > 0) return;
  shutdown(to.fd.get(), SHUT_WR);
  to.write_done = true;
}

void TcpPair::update(int epoll_fd, Side side) {
  End& self = end(side);
  std::uint32_t wanted = 0;
  if (!self.read_done && end(other(side)).backlog() == 0) wanted |= EPOLLIN;
  if (self.backlog() > 0) wanted |= EPOLLOUT;
  // A socket that both sides have ended reports a hang-up for ever, also while nothing may be read
  // from it because the other side has not taken what came before.
  const bool watch = wanted != 0 || !self.write_done;
  if (wanted == self.interest && watch == self.watched) return;
  const int how = !watch ? EPOLL_CTL_DEL : self.watched ? EPOLL_CTL_MOD : EPOLL_CTL_ADD;
  epoll_event event{.events = wanted, .data = {.u64 = tag(id_, side)}};
  epoll_ctl(epoll_fd, how, self.fd.get(), &event);
  self.interest = wanted;
  self.watched = watch;
}

void TcpPair::cut() {
  const linger at_once{.l_onoff = 1, .l_linger = 0};
  setsockopt(end(Side::instance).fd.get(), SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
  end(Side::instance).fd.reset();
  end(Side::client).fd.reset();
}

}  // namespace slip
