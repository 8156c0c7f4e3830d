// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <sys/stat.h>

#include <cstdint>
#include <filesystem>

#include "base/fd.h"
#include "base/result.h"
#include "server/http/server.h"

namespace slip::http {

// Listening sockets, made with plain system calls because those say exactly what was wrong. Errors
// are those of Server::start.

struct ListeningTcp {
  UniqueFd fd;
  int family = 0;          // AF_INET or AF_INET6
  std::uint16_t port = 0;  // the real one
};
Result<ListeningTcp> listen_tcp(const TcpListener& listener);

// A listening unix socket and its name in the file system, which goes with it unless somebody else
// has put something in its place.
class ListeningUnix {
 public:
  static Result<ListeningUnix> open(const UnixListener& listener);
  ListeningUnix(ListeningUnix&&) = default;
  ListeningUnix& operator=(ListeningUnix&&) = delete;
  ~ListeningUnix();

  UniqueFd fd;

 private:
  ListeningUnix() = default;

  std::filesystem::path path_;
  dev_t device_ = 0;
  ino_t inode_ = 0;
};

}  // namespace slip::http
