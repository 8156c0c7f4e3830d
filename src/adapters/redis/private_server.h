// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <memory>

#include "adapters/redis/configuration.h"
#include "adapters/redis/data_directory.h"
#include "adapters/redis/programs.h"
#include "adapters/redis/session.h"
#include "adapters/redis/settings.h"
#include "ports/confinement.h"

namespace slip::redis {

// What a server of ours runs on, and how.
struct ServerPlace {
  Programs programs;
  Layout layout;
  Settings settings;
  RunUser user;
  std::shared_ptr<const Confinement> confinement;
};

// Has a server of ours load what lies in `data`, confined to it and without any network, and leave
// it as an append-only file that begins with all of it: what a copy starts from quickly. Errors:
// `invalid_argument` (it cannot read the data), `unsupported` (a newer server's data, or a
// module's), `canceled`, `no_space`, `failed`.
Result<> rewrite_as_log(const ServerPlace& place, Content content,
                        const std::function<bool()>& keep_going);

}  // namespace slip::redis
