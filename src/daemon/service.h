// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "daemon/installation.h"

namespace slip {

struct ServiceOptions {
  std::string address = "127.0.0.1";
  std::uint16_t port = 8747;
  std::vector<std::string> host_names = {};
  std::vector<std::string> trusted_proxies = {};  // addresses; see http::ServerOptions
  std::filesystem::path tls_certificate = {};     // empty: no TLS
  std::filesystem::path tls_key = {};
  bool allow_plain_text = false;  // beyond loopback
  std::filesystem::path socket = {};
  std::string endpoint_host = "127.0.0.1";  // in the connection strings that people see
};

// The API and the page of an installation, on a TCP port and a unix socket.
class Service {
 public:
  Service(Installation& installation, const ServiceOptions& options);
  ~Service();  // stops

  // Errors: those of http::Server::start.
  Result<> start();
  void stop();
  std::uint16_t port() const;

 private:
  class Implementation;
  std::unique_ptr<Implementation> implementation_;
};

}  // namespace slip
