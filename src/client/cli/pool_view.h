// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "base/json.h"

namespace slip::cli {

// "btrfs, 12.0 GiB of 50.0 GiB free": the pool in a line.
std::string pool_in_short(const json::value& pool);

// "automatic in /var/lib/slipstream/pool, made with up to 7.5 GiB, reserve=yes": what the daemon
// was started with. Empty: a daemon that does not say so.
std::string pool_settings_in_short(const json::value& pool);

// Everything that is known of it, in lines.
std::string pool_page(const json::value& pool);

}  // namespace slip::cli
