// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>

#include "adapters/mariadb/data_directory.h"
#include "adapters/mariadb/settings.h"
#include "base/result.h"

namespace slip::mariadb {

// What keeps a server from starting, from the end of what it has said: a setting, its own tables
// that are gone; and what to do. Nothing: nothing that we know of. Its owner may have made it say
// anything: people read this, nobody acts upon it.
std::optional<Error> what_is_in_the_way(const Layout& layout, const Settings& settings,
                                        const std::string& said);

}  // namespace slip::mariadb
