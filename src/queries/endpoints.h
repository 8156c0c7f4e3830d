// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <boost/describe.hpp>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "domain/volume_spec.h"
#include "ports/adapter.h"
#include "ports/catalog.h"
#include "ports/host.h"

namespace slip::queries {

class Reader;

// One source of a branch, and where people reach it.
struct EndpointView {
  std::string source;
  std::string kind;
  std::string host;
  std::uint16_t port = 0;
  std::optional<Connection> connection;
  std::vector<std::string> notes;  // what is wrong with it or its address, a sentence each
};
BOOST_DESCRIBE_STRUCT(EndpointView, (), (source, kind, host, port, connection, notes))

// A place that a source can be reached at, as the catalog knows it.
struct Address {
  std::string source;
  std::string kind;
  std::uint16_t port = 0;
};

// Whether sources are asked what is wrong with them: where one container or branch is looked at.
enum class Notes { none, asked };

// Which kind each source of a branch's data is, by its name.
Result<std::map<std::string, std::string>> source_kinds(CatalogUnit& catalog,
                                                        const TemplateId& mould, int version);

// What is on a branch's volume; nothing: that is gone.
std::optional<VolumeSpec> spec_of_branch(CatalogUnit& catalog, const Branch& branch);

// With the connection strings that the sources' adapters make; without one, and with a note, where
// the address leads elsewhere. Outside any transaction.
std::vector<EndpointView> endpoint_views(Reader& reader, const std::optional<VolumeSpec>& volume,
                                         const std::vector<Address>& addresses, ShowPassword show,
                                         Notes notes);

// A sentence where nothing more can be written to the volumes of the container with that number, or
// soon. Outside any transaction.
std::optional<std::string> disk_note(Reader& reader, const std::optional<Quota>& quota,
                                     const std::optional<std::uint32_t>& number);

}  // namespace slip::queries
