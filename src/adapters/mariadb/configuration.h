// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "adapters/mariadb/data_directory.h"
#include "adapters/mariadb/server_versions.h"
#include "adapters/mariadb/settings.h"
#include "adapters/support/server_certificate.h"
#include "base/result.h"

namespace slip::mariadb {

// Our part of a server's configuration, in two ranks:
//   command line    what must hold on every copy whatever its owner does: addresses, places, the
//                   binary log, nothing of the origin's replication
//   slipstream.cnf  our defaults, what the origin's files need, the template's settings, in this
//                   order; the only option file that is read. It lies where only we write
//
// A small redo log, and dirty pages written from the first on, bound what a start from a snapshot
// has to recover (docs/adr/0007-mariadb-commits.md). Paths are relative to the data directory,
// which servers work in: however long its own path, the socket's address stays within its limit of
// 107 bytes.
inline constexpr const char* kOptionFileName = "slipstream.cnf";

// Makes slipstream.cnf in `ours` (own_user.h).
Result<> write_configuration(const Dialect& dialect, const Layout& layout, const Settings& settings,
                             const Directory& ours, const RunUser& user);

// The option that says whether names of tables are told apart by their case, and a line with it
// where they are not.
inline constexpr const char* kNameCaseOption = "lower_case_table_names";
std::string name_option(bool ignores_case);

// Keeps options that the files cannot be opened without, or whose tables are not found (page size,
// files of system tablespaces, the case of names): those lines of the text, beside the data.
// Nothing else that may stand there is ever used.
Result<> write_origin_options(const Layout& layout, const std::string& options,
                              const RunUser& user);

// Arguments of a server for people, with TLS by a certificate of ours or as it can by itself, and
// of a private one: no TCP, `run` elsewhere. What we tell it is in `ours`.
enum class Tls { by_certificate, by_itself };
std::vector<std::string> server_arguments(const ServerVersion& version,
                                          const std::filesystem::path& ours, std::uint16_t port,
                                          Tls tls);
std::vector<std::string> private_server_arguments(const ServerVersion& version,
                                                  const std::filesystem::path& ours,
                                                  const std::filesystem::path& run);

}  // namespace slip::mariadb
