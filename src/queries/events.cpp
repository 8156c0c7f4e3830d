// SPDX-License-Identifier: Apache-2.0
#include "queries/events.h"

#include "queries/reader.h"

namespace slip::queries {
namespace {

void add_members(const Container& container, std::set<UserId>& users) {
  for (const auto& member : container.members) users.insert(member.user);
}

Result<EventReach> reach_in(CatalogUnit& catalog, const Event& event) {
  EventReach reach;
  if (event.topic == "pool") {
    reach.is_everyone = true;
    return reach;
  }
  if (!event.container.empty()) {
    const auto container = TRY(catalog.containers().find(event.container));
    if (container) add_members(*container, reach.users);
  } else if (!event.template_id.empty()) {
    for (const auto& container : TRY(catalog.containers().all(Trash::without))) {
      if (container.template_id == event.template_id) add_members(container, reach.users);
    }
  }
  if (event.topic == "operation") {
    const auto operation = TRY(catalog.operations().find(OperationId(event.subject)));
    if (operation) reach.users.insert(operation->actor.user);
  }
  return reach;
}

}  // namespace

Result<EventReach> reach_of(Reader& reader, const Event& event) {
  return reader.read([&](CatalogUnit& catalog) { return reach_in(catalog, event); });
}

Result<std::vector<HeardEvent>> events_after(Reader& reader, std::int64_t sequence,
                                             std::size_t limit) {
  return reader.read([&](CatalogUnit& catalog) -> Result<std::vector<HeardEvent>> {
    std::vector<HeardEvent> heard;
    for (auto& event : TRY(catalog.events().after(sequence, limit))) {
      auto reach = TRY(reach_in(catalog, event));
      heard.push_back({std::move(event), std::move(reach)});
    }
    return heard;
  });
}

Result<std::int64_t> last_event(Reader& reader) {
  return reader.read([](CatalogUnit& catalog) { return catalog.events().last(); });
}

}  // namespace slip::queries
