// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <atomic>
#include <boost/asio/generic/stream_protocol.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ssl/context.hpp>
#include <chrono>
#include <condition_variable>
#include <memory>
#include <mutex>
#include <optional>
#include <unordered_map>
#include <vector>

#include "server/http/admission.h"
#include "server/http/server.h"
#include "server/http/worker_pool.h"

namespace slip::http {

// TCP and unix sockets alike, so that the code for a connection is compiled once for both.
using Socket = boost::asio::generic::stream_protocol::socket;

// What a connection waits for. Those that wait for their client (for a request, its rest, or for an
// answer to be taken) are given up before those that wait for events, which come again by
// themselves.
struct Waiting {
  enum class For { client, events } what = For::client;
  // When the client was last seen to do something; of events, when they began.
  std::chrono::steady_clock::time_point since;
};

// One client's connection. Lives on the io thread, held by its own pending operations: when it has
// nothing more to do, it is gone.
class Connection {
 public:
  virtual ~Connection() = default;
  virtual void start() = 0;
  // Closes when the request at hand has been answered; at once if there is none.
  virtual void begin_stop() = 0;
  // Closes now, and counts no more.
  virtual void abort() = 0;
  // Who is at the other end.
  virtual const Peer& peer() const = 0;
  // Nothing while the server is at work on a request.
  virtual std::optional<Waiting> waiting() const = 0;
};

// The connections there are. Thread-safe.
class ConnectionRegistry {
 public:
  void add(const std::shared_ptr<Connection>& connection);
  void remove(const Connection* connection);
  std::size_t size() const;
  std::vector<std::shared_ptr<Connection>> all() const;
  // Whether none was left before the time was up.
  bool wait_until_empty(std::chrono::milliseconds timeout);

 private:
  mutable std::mutex mutex_;
  std::condition_variable changed_;
  std::unordered_map<const Connection*, std::weak_ptr<Connection>> connections_;
};

// What all connections of a server share. Outlives them.
struct ConnectionContext {
  const ServerOptions& options;
  const Handler& handler;
  AdmissionRules rules;
  boost::asio::io_context& io;
  WorkerPool& workers;
  ConnectionRegistry& registry;
  std::atomic<bool>& stopping;
};

struct Accepted {
  Socket socket;
  Peer peer;
  std::string local_address;
};

// `tls` is null for an unencrypted connection.
std::shared_ptr<Connection> make_connection(Accepted accepted, boost::asio::ssl::context* tls,
                                            ConnectionContext& context);

}  // namespace slip::http
