// SPDX-License-Identifier: Apache-2.0
#include "queries/endpoints.h"

#include <fmt/format.h>

#include "operations/lookup.h"
#include "operations/quotas.h"
#include "operations/volume_specs.h"
#include "queries/reader.h"

namespace slip::queries {
namespace {

std::vector<std::string> notes_of(Reader& reader, const VolumeSpec& volume,
                                  const std::string& source) {
  auto notes = reader.engine().notes().of(volume, source);
  if (auto used_up = disk_note(reader, volume.quota, volume.number)) {
    notes.insert(notes.begin(), *std::move(used_up));
  }
  return notes;
}

}  // namespace

Result<std::map<std::string, std::string>> source_kinds(CatalogUnit& catalog,
                                                        const TemplateId& mould, int version) {
  std::map<std::string, std::string> kinds;
  const auto of = TRY(template_of(catalog, mould));
  for (const auto& place : of.version(version).sources) {
    const auto source = TRY(catalog.sources().find(place.source));
    kinds[place.name] = source ? source->config.kind : "";
  }
  return kinds;
}

std::optional<VolumeSpec> spec_of_branch(CatalogUnit& catalog, const Branch& branch) {
  const auto volume = catalog.volumes().find(branch.volume);
  if (!volume || !*volume) return std::nullopt;
  auto spec = spec_of(catalog, **volume);
  return spec ? std::optional(*std::move(spec)) : std::nullopt;
}

std::vector<EndpointView> endpoint_views(Reader& reader, const std::optional<VolumeSpec>& volume,
                                         const std::vector<Address>& addresses, ShowPassword show,
                                         Notes notes) {
  std::vector<EndpointView> views;
  for (const auto& address : addresses) {
    EndpointView view{address.source, address.kind, reader.host(), address.port, std::nullopt, {}};
    // Without a connection string the address alone is still of use.
    if (volume) {
      auto connection = reader.world().host.ask(
          *volume,
          AskConnection{
              .source = address.source, .host = reader.host(), .port = address.port, .show = show});
      if (connection) view.connection = *std::move(connection);
      if (notes == Notes::asked) view.notes = notes_of(reader, *volume, address.source);
    }
    // What is listened to by another program is not to be given passwords.
    if (auto closed = reader.world().closed_endpoints->why(address.port)) {
      view.connection.reset();
      view.notes.insert(view.notes.begin(), *std::move(closed));
    }
    views.push_back(std::move(view));
  }
  return views;
}

std::optional<std::string> disk_note(Reader& reader, const std::optional<Quota>& quota,
                                     const std::optional<std::uint32_t>& number) {
  const auto use = disk_use(reader.world().storage, quota, number);
  if (!use || !*use || (*use)->room() == DiskRoom::ample) return std::nullopt;
  return fmt::format(
      "The container's disk quota is used up: {} MiB of {} MiB. What it writes is refused, and a "
      "database that ended by that starts again when there is room: delete bookmarks and purge "
      "them from the trash, go back to earlier data, or ask an administrator for more.",
      (*use)->used >> 20, (*use)->quota >> 20);
}

}  // namespace slip::queries
