// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>

#include "adapters/postgresql/cluster.h"
#include "adapters/postgresql/settings.h"
#include "base/result.h"

namespace slip::postgresql {

// The settings that keep a server from starting, from the end of what it has said: which they are,
// what is wrong with them, in which of its files they are, and what to do. Nothing: none that we
// know of. Its owner may have written the files, and made it say anything: people read this, nobody
// acts upon it.
std::optional<Error> setting_in_the_way(const Layout& layout, const Settings& settings,
                                        const std::string& said);

}  // namespace slip::postgresql
