// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <string>

#include "adapters/postgresql/cluster.h"
#include "adapters/postgresql/settings.h"
#include "base/result.h"
#include "ports/confinement.h"

namespace slip::postgresql {

// Places for tablespaces that a log makes which is replayed here: production's while it is
// followed, or a branch's. The log names each by its absolute path on the machine, or in the
// sandbox, where it was written, and a recovery demands a directory there. So each has one in the
// source's directory (`place_of`), and the server's sandbox a link that leads there.

// Makes the directories of all tablespaces that the log makes from the latest checkpoint on, to its
// end, and notes which links they need. True if there was one that had not been noted. The server
// does not run. Errors: `unsupported` (no copy can have a tablespace there).
Result<bool> make_places_in_log(const Layout& layout, const Confinement& confinement,
                                const RunUser& user);

// The same for those that production has now and the log has not made here yet: else each would end
// the server that is told of it, one after the other. Does what it can, where production answers.
void make_places_of_production(const Layout& layout, const Settings& settings,
                               const Confinement& confinement, const RunUser& user);

// From what a server said that ended while it replayed: as above if it lacked such a place, else
// false.
Result<bool> lacked_a_place(const std::string& said, const Layout& layout,
                            const Confinement& confinement, const RunUser& user);

// LaunchSpec::links for what was noted. It is kept as long as the volume: the server may begin
// again at the checkpoint before.
Result<std::map<std::string, std::string>> links_to_places(const Layout& layout);

}  // namespace slip::postgresql
