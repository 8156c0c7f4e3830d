// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "adapters/postgresql/cluster.h"
#include "adapters/postgresql/settings.h"
#include "adapters/support/server_certificate.h"
#include "base/result.h"

namespace slip::postgresql {

// Our part of a cluster's configuration, in three ranks:
//   command line  what must hold on every copy whatever its owner does: addresses, durability of
//                 snapshots, nothing of the origin's replication and archiving
//   ALTER SYSTEM  the copy's owner; stays with the copy
//   slipstream.conf  the template's settings and our defaults, over the origin's postgresql.conf
// Files are the same for every copy of a source, so that a clone needs no writing.

// Writes slipstream.conf and includes it; idempotent, durable, and writes nothing where all is in
// place. The cluster is stopped.
Result<> write_configuration(const Directory& data, const Settings& settings, const RunUser& user);

// Who is let in: people by TCP with their login's password, or nobody; and whoever can enter the
// socket's folder, which are we and the server. The file lies where its owner cannot change it.
enum class Doors { people, none };
inline constexpr const char* kDoorsFile = "pg_hba.conf";
Result<> write_doors(const Directory& ours, Doors doors, const RunUser& user);

// "-c name=value" arguments of a server for people, and of a private one (no TCP), whose `doors` is
// such a file. The former has TLS where it has a certificate.
std::vector<std::string> server_arguments(int major, std::uint16_t port,
                                          const std::filesystem::path& doors,
                                          const std::optional<CertificateFiles>& certificate);
std::vector<std::string> private_server_arguments(int major,
                                                  const std::filesystem::path& socket_directory);

// What the recovery of a cluster that came from elsewhere needs: as much room for prepared
// transactions as there was.
std::vector<std::string> recovery_arguments(const ControlData& control);

// The lines of a configuration file without those of settings of which that is true; names are in
// lower case.
std::string without(const std::string& text, const std::function<bool(const std::string&)>& named);

// The lines of a configuration file without those that slipstream.conf or the command line decides.
std::string without_ours(const std::string& text);

}  // namespace slip::postgresql
