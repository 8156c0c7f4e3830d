// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <sys/types.h>

#include <cstddef>
#include <filesystem>
#include <memory>
#include <string>

#include "base/directory.h"
#include "base/fd.h"
#include "base/result.h"
#include "base/time.h"

namespace slip {

// A server on this machine, by its unix socket, which lies where a tenant may write.
struct ServerSocket {
  const Directory& directory;
  std::filesystem::path name;
  uid_t user = 0;    // whoever else listens there is told nothing
  std::string what;  // for messages: "the PostgreSQL server"
};

// Connects without waiting; the kernel has said who listens before anything is said to him. Errors:
// `unavailable` (nobody listens), `permission_denied` (somebody else), those of Directory.
Result<UniqueFd> connect_to_server(const ServerSocket& server);

// Lies between a server and a client library that gathers what it says before anybody can look at
// it: a message of any length, the columns of an answer, however many, and as long as there is
// something to read. Whoever listens in a server's place could use up our memory and keep us for
// ever. The library gets one end of a connection of our own, and as much of what the server says as
// it is allowed, a piece at a time. Not thread-safe.
class ServerLine {
 public:
  // Errors: as `connect_to_server`.
  static Result<std::unique_ptr<ServerLine>> open(const ServerSocket& server,
                                                  const std::string& name);
  // Passes on what the library has said last, as far as the server takes it at once.
  ~ServerLine();
  ServerLine(const ServerLine&) = delete;
  ServerLine& operator=(const ServerLine&) = delete;

  // The folder in which the library finds a socket called `name`.
  const std::filesystem::path& folder() const { return folder_; }
  // When the library has connected: nobody else can any more.
  Result<> accept();

  // The server may say so much from now on.
  void allow(std::size_t bytes) { allowed_ = bytes; }

  // Passes on what both say until `library`, the socket at the library's end, is ready for one of
  // the events `wanted` (those of poll): then true. False: `patience` is over. Errors: `too_large`
  // (the server says more than it may).
  Result<bool> pass(int library, short wanted, Duration patience);

 private:
  ServerLine(std::string what, UniqueFd server)
      : what_(std::move(what)), server_(std::move(server)) {}

  void remove_folder();
  void say();
  Result<> hear();
  void end();

  std::string what_;
  UniqueFd server_;
  std::filesystem::path folder_;  // empty: it is gone
  std::string name_;              // of the socket in it
  UniqueFd listening_;
  UniqueFd ours_;     // the library's other end
  std::string said_;  // by the library, and not taken by the server yet
  std::size_t allowed_ = 0;
  bool has_ended_ = false;  // the server
};

}  // namespace slip
