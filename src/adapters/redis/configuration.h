// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>

#include "adapters/redis/settings.h"
#include "adapters/support/run_user.h"
#include "base/directory.h"
#include "base/result.h"

namespace slip::redis {

// The only configuration that a server of ours reads, made anew before each start, where only we
// write. Nothing of the origin's comes along: the template's directives come first, and ours after
// them, which is the order in which a later one counts.
//
// A copy keeps an append-only file, and is never saved beside it. A command is in the file before
// it is answered (`always` and `no`; with `everysec` it may wait for up to two seconds while the
// disk is busy), so that a snapshot at any moment has all that was acknowledged, as long as the
// file can be written. On a full disk a server ends instead of answering with `always`; with the
// others it has answered already, accepts no more writes, and says that the last one failed:
//   full     on disk as well, before it is answered
//   relaxed  when the operating system writes it, which a crash of the machine may precede
inline constexpr const char* kConfigurationName = "redis.conf";

struct Listening {
  std::uint16_t port = 0;     // on 127.0.0.1; 0: on the unix socket only
  std::filesystem::path run;  // the folder of its socket, from where it works
};
enum class Content { log, dump };

// Makes redis.conf in `ours`, and our password. `content`: what the server reads at its start.
Result<> write_configuration(const Settings& settings, const Listening& listening, Content content,
                             const Directory& ours, const RunUser& user);
Result<std::string> read_own_password(const Directory& ours);

}  // namespace slip::redis
