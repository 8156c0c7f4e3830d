// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <sys/types.h>

#include <filesystem>
#include <optional>
#include <string_view>

#include "adapters/support/run_user.h"
#include "base/directory.h"
#include "base/result.h"

namespace slip {

// Small acts on what lies where a tenant may write, by directories held open.

// Writes a small file durably, of the run user; leaves it alone if it has this content.
Result<> write_owned(const Directory& directory, const std::filesystem::path& name,
                     std::string_view content, const RunUser& user);

// A new file in a directory that only we write. Not synced: after a crash of the machine there is
// no server, and what it is told is made anew for the next.
Result<> write_new(const Directory& ours, const std::filesystem::path& name,
                   std::string_view content, Directory::Access access);
// The same, of which the server that is going to be started is told: the run user may read it, and
// only we may write it.
Result<> tell_server(const Directory& ours, const std::filesystem::path& name,
                     std::string_view content, const RunUser& user);

// An open file as a path, for what takes only those. It holds as long as the file is open.
std::filesystem::path path_of_open_file(int fd);

// Opens again, for something else, what is open: whatever has taken its name since.
Result<UniqueFd> reopen(int fd, int flags);

// Who listens at the other end of a connected unix socket, as the kernel tells it: a process in our
// own numbering, whatever namespace it lives in. Nothing: it is not connected.
struct Peer {
  pid_t process = 0;
  uid_t user = 0;
};
std::optional<Peer> peer_of(int socket);

// Who listens on a unix socket of that name. Nothing: nobody, or it is no socket.
std::optional<Peer> listener(const Directory& directory, const std::filesystem::path& name);

// Whom servers run as.
uid_t user_id(const RunUser& user);

}  // namespace slip
