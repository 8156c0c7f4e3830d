// SPDX-License-Identifier: Apache-2.0
#include "queries/sources.h"

#include <algorithm>

#include "domain/source_history.h"
#include "operations/lookup.h"
#include "operations/volume_specs.h"
#include "queries/reader.h"

namespace slip::queries {
namespace {

Result<std::optional<LastAct>> last_act(CatalogUnit& catalog, const Source& source) {
  OperationQuery query;
  query.source = source.id;
  query.limit = 20;
  for (const auto& one : TRY(catalog.operations().query(query))) {
    if (one.kind == OperationKind::edit_source) continue;
    return std::optional(LastAct{one.id.str(), one.kind, one.state, one.created_at, one.ended_at,
                                 one.failure ? one.failure->message : ""});
  }
  return std::optional<LastAct>();
}

// The follower itself does not answer.
FollowState not_running(const Error& error) {
  FollowState state;
  state.problem = error.message;
  state.hint = error.hint;
  return state;
}

}  // namespace

Result<std::vector<Source>> sources(Reader& reader) {
  return reader.read([](CatalogUnit& catalog) { return catalog.sources().all(Trash::without); });
}

Result<Source> source_named(Reader& reader, std::string_view source) {
  return reader.read([&](CatalogUnit& catalog) { return find_source(catalog, source); });
}

Result<Source> source_of_webhook(Reader& reader, std::string_view hash) {
  const auto all = TRY(sources(reader));
  const auto named = std::ranges::find(all, hash, &Source::webhook_hash);
  if (named != all.end()) return *named;
  return Error{.code = ErrorCode::not_found,
               .message = "there is no such webhook",
               .hint = "An administrator makes a new one: slip source webhook NAME."};
}

Result<SourceStatus> source_status(Reader& reader, std::string_view source) {
  SourceStatus status;
  const auto follower =
      TRY(reader.read([&](CatalogUnit& catalog) -> Result<std::optional<VolumeSpec>> {
        status.source = TRY(find_source(catalog, source));
        status.last = TRY(last_act(catalog, status.source));
        const auto volume = TRY(catalog.volumes().find(status.source.volume));
        if (!volume) return std::optional<VolumeSpec>();
        return std::optional(TRY(spec_of(catalog, *volume)));
      }));
  World& world = reader.world();
  const auto adapter = world.adapter(status.source.config.kind);
  const bool keeps_log = adapter && (*adapter)->log_replay() != nullptr;
  status.any_second_since = any_second_since(
      status.source, keeps_log ? std::optional(world.settings.retention.logs) : std::nullopt,
      reader.now());
  if (follower) {
    const auto state = world.host.ask(*follower, AskFollowState{});
    status.state = state ? *state : not_running(state.error());
  }
  return status;
}

SourceConfig completed_config(Reader& reader, SourceConfig config) {
  const auto adapter = reader.world().adapter(config.kind);
  return adapter ? (*adapter)->completed(config) : config;
}

}  // namespace slip::queries
