// SPDX-License-Identifier: Apache-2.0
#include "server/http/server.h"

#include <sys/socket.h>

#include <boost/asio/basic_socket_acceptor.hpp>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/local/stream_protocol.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <thread>

#include "base/log.h"
#include "server/http/acceptor.h"
#include "server/http/connection.h"
#include "server/http/listener.h"
#include "server/http/tls_context.h"

namespace slip::http {

namespace asio = boost::asio;

class Server::Implementation {
 public:
  Implementation(ServerOptions options, Handler handler)
      : options_(std::move(options)), handler_(std::move(handler)) {}
  ~Implementation() { stop(); }

  Result<> start() {
    if (options_.tcp.empty() && options_.unix_sockets.empty()) {
      return Error{.code = ErrorCode::invalid_argument,
                   .message = "the server has no address to listen on"};
    }
    TRY(listen());
    workers_.emplace(WorkerPoolSize{.threads = options_.threads,
                                    .reserved = options_.reserved_threads,
                                    .waiting_max = options_.waiting_requests_max});
    context_.emplace(ConnectionContext{
        .options = options_,
        .handler = handler_,
        .rules = {.host_names = options_.host_names, .trusted_proxies = options_.trusted_proxies},
        .io = io_,
        .workers = *workers_,
        .registry = registry_,
        .stopping = stopping_});
    for (auto& acceptor : acceptors_) acceptor->start(*context_);
    io_thread_ = std::thread([this] { serve(); });
    return {};
  }

  void stop() {
    if (!io_thread_.joinable()) return;
    stopping_ = true;
    asio::post(io_, [this] {
      for (const auto& acceptor : acceptors_) acceptor->close();
      for (const auto& connection : registry_.all()) connection->begin_stop();
    });
    registry_.wait_until_empty(options_.stop_timeout);
    // Handlers refer to what our owner is about to take down, so they are always waited for.
    workers_->stop();
    asio::post(io_, [this] {
      for (const auto& connection : registry_.all()) connection->abort();
    });
    registry_.wait_until_empty(std::chrono::seconds(1));
    work_.reset();
    io_.stop();
    io_thread_.join();
    acceptors_.clear();
    unix_names_.clear();
  }

  std::uint16_t port(std::size_t listener) const { return ports_.at(listener); }

 private:
  Result<> listen() {
    std::vector<ListeningTcp> tcp;
    for (const auto& listener : options_.tcp) {
      if (listener.tls) {
        tls_contexts_.push_back(
            std::make_unique<asio::ssl::context>(TRY(make_tls_context(*listener.tls))));
      } else {
        tls_contexts_.push_back(nullptr);
      }
      tcp.push_back(TRY(listen_tcp(listener)));
    }
    for (const auto& listener : options_.unix_sockets) {
      unix_names_.push_back(TRY(ListeningUnix::open(listener)));
    }
    for (std::size_t i = 0; i < tcp.size(); ++i) {
      ports_.push_back(tcp[i].port);
      acceptors_.push_back(std::make_shared<Acceptor>(io_, tcp[i].family, std::move(tcp[i].fd),
                                                      tls_contexts_[i].get()));
    }
    for (auto& socket : unix_names_) {
      acceptors_.push_back(
          std::make_shared<Acceptor>(io_, AF_UNIX, UniqueFd(::dup(socket.fd.get())), nullptr));
    }
    return {};
  }

  void serve() {
    while (true) {
      try {
        io_.run();
        return;
      } catch (const std::exception& thrown) {
        spdlog::error("A connection failed with an exception: {}", thrown.what());
      }
    }
  }

  const ServerOptions options_;
  const Handler handler_;
  std::atomic<bool> stopping_ = false;
  ConnectionRegistry registry_;
  std::vector<std::unique_ptr<asio::ssl::context>> tls_contexts_;  // null: plain
  std::vector<ListeningUnix> unix_names_;
  std::vector<std::uint16_t> ports_;
  std::optional<WorkerPool> workers_;
  std::optional<ConnectionContext> context_;
  // After what connections use: those that were cut off go with it.
  asio::io_context io_{1};
  std::optional<asio::executor_work_guard<asio::io_context::executor_type>> work_{
      asio::make_work_guard(io_)};
  std::vector<std::shared_ptr<Acceptor>> acceptors_;
  std::thread io_thread_;
};

Server::Server(ServerOptions options, Handler handler)
    : implementation_(std::make_unique<Implementation>(std::move(options), std::move(handler))) {}

Server::~Server() = default;

Result<> Server::start() {
  return implementation_->start();
}

void Server::stop() {
  implementation_->stop();
}

std::uint16_t Server::port(std::size_t listener) const {
  return implementation_->port(listener);
}

}  // namespace slip::http
