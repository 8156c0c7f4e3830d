// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <boost/asio/basic_socket_acceptor.hpp>
#include <boost/asio/generic/stream_protocol.hpp>
#include <boost/asio/steady_timer.hpp>

#include "base/fd.h"
#include "server/http/connection.h"

namespace slip::http {

// Turns connections to one listening socket into Connections, as long as there are not too many of
// them, or idle ones can give way; more are told so and closed.
class Acceptor : public std::enable_shared_from_this<Acceptor> {
 public:
  Acceptor(boost::asio::io_context& io, int family, UniqueFd listening,
           boost::asio::ssl::context* tls);

  void start(ConnectionContext& context);
  // On the io thread.
  void close();

 private:
  void accept();
  void begin(Socket socket);
  bool has_room_for(const Peer& peer);
  void turn_away(Socket socket);

  const int family_;
  boost::asio::basic_socket_acceptor<boost::asio::generic::stream_protocol> acceptor_;
  boost::asio::steady_timer pause_;
  boost::asio::ssl::context* const tls_;
  ConnectionContext* context_ = nullptr;
};

}  // namespace slip::http
