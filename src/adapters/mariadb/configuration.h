#pragma once

#include <string>
#include <vector>

#include "adapters/mariadb/data_directory.h"
#include "adapters/mariadb/settings.h"
#include "base/result.h"

namespace slip::mariadb {

// Our part of a server's configuration, in two ranks:
//   command line    what must hold on every copy whatever its owner does: addresses, places, the
//                   binary log, nothing of the origin's replication
//   slipstream.cnf  our defaults, what the origin's files need, the template's settings, in this
//                   order; the only option file that is read
// The file is the same for every copy of a source, so that a clone needs no writing.

// Writes slipstream.cnf; idempotent, durable, and writes nothing where it is in place.
Result<> write_configuration(const std::filesystem::path& data, const Settings& settings,
                             const RunUser& user);

// Keeps options that the files cannot be opened without (page size, names of system tablespaces).
Result<> write_origin_options(const std::filesystem::path& data, const std::string& options,
                              const RunUser& user);

// Arguments of a server for people, and of a private one: no TCP, `run` elsewhere.
std::vector<std::string> server_arguments(const std::filesystem::path& data, std::uint16_t port);
std::vector<std::string> private_server_arguments(const std::filesystem::path& data,
                                                  const std::filesystem::path& run);

}  // namespace slip::mariadb
