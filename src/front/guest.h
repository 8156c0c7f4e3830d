// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/local/stream_protocol.hpp>
#include <boost/asio/ssl/context.hpp>
#include <memory>

#include "front/first_words.h"
#include "front/guests.h"

namespace slip {

using ClientSocket = boost::asio::ip::tcp::socket;
using InsideSocket = boost::asio::local::stream_protocol::socket;

// One connection from another machine, from its first byte on; it lives as long as somebody at
// either end does, and keeps its place for as long.
std::shared_ptr<Guest> serve_guest(Speech speech, ClientSocket client, InsideSocket inside,
                                   boost::asio::ssl::context& tls,
                                   std::shared_ptr<const char> place);

}  // namespace slip
