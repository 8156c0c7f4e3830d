// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "domain/source_history.h"
#include "operations/lookup.h"
#include "operations/scheduled_syncs.h"
#include "operations/volume_specs.h"
#include "server/api/access.h"
#include "server/api/answer.h"
#include "server/auth/token.h"

namespace slip::api {
namespace {

struct RunBody {
  std::vector<std::string> command;
  std::map<std::string, std::string> env;
  std::optional<std::string> health;
  std::optional<std::string> stop_signal;
};
BOOST_DESCRIBE_STRUCT(RunBody, (), (command, env, health, stop_signal))

struct ConfigBody {
  std::string kind;
  std::map<std::string, std::string> settings;
  std::optional<RunBody> run;
};
BOOST_DESCRIBE_STRUCT(ConfigBody, (), (kind, settings, run))

struct SourceBody {
  std::string name;
  ConfigBody config;
  std::optional<std::string> schedule;
};
BOOST_DESCRIBE_STRUCT(SourceBody, (), (name, config, schedule))

struct ChangeBody {
  std::optional<std::string> schedule;  // "": never
  std::optional<std::string> url;
};
BOOST_DESCRIBE_STRUCT(ChangeBody, (), (schedule, url))

// What is secret in it is masked, as it is kept.
json::value config_json(const SourceConfig& config) {
  return json::object{
      {"kind", config.kind}, {"settings", to_json(config.settings)}, {"run", to_json(config.run)}};
}

json::value source_json(const Source& source) {
  return json::object{{"id", source.id.str()},
                      {"name", source.name},
                      {"config", config_json(source.config)},
                      {"position", to_json(source.position)},
                      {"synced_at", to_json(source.synced_at)},
                      {"created_at", to_json(source.created_at)},
                      {"follows", !source.volume.empty()},
                      {"schedule", source.schedule},
                      {"next_sync", to_json(next_sync(source))},
                      {"webhook", !source.webhook_hash.empty()}};
}

SourceConfig config_of(const ConfigBody& body) {
  SourceConfig config{.kind = body.kind, .settings = body.settings, .run = {}};
  if (body.run) {
    RunSection run{.command = body.run->command, .env = body.run->env};
    if (body.run->health) run.health = *body.run->health;
    if (body.run->stop_signal) run.stop_signal = *body.run->stop_signal;
    config.run = std::move(run);
  }
  return config;
}

Result<http::Response> list_sources(Call& call) {
  TRY(must_be_admin(call.actor));
  const auto sources = TRY(call.api.catalog().read(
      [](CatalogUnit& catalog) { return catalog.sources().all(Trash::without); }));
  json::array items;
  for (const auto& source : sources) items.push_back(source_json(source));
  return answer_list(std::move(items));
}

Result<http::Response> show_source(Call& call) {
  TRY(must_be_admin(call.actor));
  return answer(200, source_json(TRY(call.api.catalog().read([&](CatalogUnit& catalog) {
                  return find_source(catalog, call.param("source"));
                }))));
}

Result<http::Response> link(Call& call) {
  TRY(must_be_admin(call.actor));
  const auto body = TRY(read_body<SourceBody>(call));
  auto config = config_of(body.config);
  // An unknown kind is refused with all else that is wrong.
  const auto adapter = call.api.world().adapter(config.kind);
  if (adapter) config = (*adapter)->completed(config);
  return submit(call, LinkSource{.name = body.name,
                                 .config = std::move(config),
                                 .schedule = body.schedule.value_or("")});
}

struct LastAct {
  std::string operation;
  OperationKind kind = OperationKind::sync_source;
  OperationState state = OperationState::queued;
  Timestamp created_at;
  std::optional<Timestamp> ended_at;
  std::string failure;  // one sentence; empty: none
};
BOOST_DESCRIBE_STRUCT(LastAct, (), (operation, kind, state, created_at, ended_at, failure))

// The last that fetched its data, or tried to.
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

// How up to date it is. A source that follows production is asked itself.
Result<http::Response> show_status(Call& call) {
  TRY(must_be_admin(call.actor));
  struct Found {
    Source source;
    std::optional<LastAct> last;
    std::optional<VolumeSpec> follower;
  };
  const auto found = TRY(call.api.catalog().read([&](CatalogUnit& catalog) -> Result<Found> {
    Found out{TRY(find_source(catalog, call.param("source"))), {}, {}};
    if (const auto volume = TRY(catalog.volumes().find(out.source.volume))) {
      out.follower = TRY(spec_of(catalog, *volume));
    }
    out.last = TRY(last_act(catalog, out.source));
    return out;
  }));
  json::object shown = source_json(found.source).get_object();
  shown.erase("config");
  shown["kind"] = found.source.config.kind;
  shown["last"] = to_json(found.last);
  const auto adapter = call.api.world().adapter(found.source.config.kind);
  const bool keeps_log = adapter && (*adapter)->log_replay() != nullptr;
  shown["any_second_since"] = to_json(any_second_since(
      found.source,
      keeps_log ? std::optional(call.api.world().settings.retention.logs) : std::nullopt,
      call.api.now()));
  shown["state"] = nullptr;
  if (found.follower) {
    const auto state = call.api.world().host.ask(*found.follower, AskFollowState{});
    shown["state"] = to_json(state ? *state : not_running(state.error()));
  }
  return answer(200, shown);
}

Result<http::Response> change_source(Call& call) {
  const auto body = TRY(read_body<ChangeBody>(call));
  if (body.url && body.schedule) {
    return Error{.code = ErrorCode::invalid_argument,
                 .message = "change either the schedule or the url"};
  }
  if (body.url) return submit(call, ChangeUrl{.source = call.param("source"), .url = *body.url});
  return carry_out(
      call,
      EditSource{.source = call.param("source"), .schedule = body.schedule, .webhook_hash = {}});
}

struct ReindexBody {
  std::optional<bool> at_each_sync;
};
BOOST_DESCRIBE_STRUCT(ReindexBody, (), (at_each_sync))

Result<http::Response> reindex(Call& call) {
  const auto body = TRY(read_body<ReindexBody>(call));
  return submit(call, ReindexSource{.source = call.param("source"),
                                    .at_each_sync = body.at_each_sync.value_or(false)});
}

// The address is shown once: only its secret's hash is kept.
Result<http::Response> open_webhook(Call& call) {
  TRY(must_be_admin(call.actor));
  TRY(check_may_last(call, "a webhook"));
  const auto secret = auth::make_token();
  TRY(edit(
      call.api.world(), call.actor,
      EditSource{.source = call.param("source"), .schedule = {}, .webhook_hash = secret.hash}));
  return answer(201, json::object{{"path", "/api/v1/webhooks/" + secret.token.reveal()}});
}

Result<http::Response> close_webhook(Call& call) {
  return carry_out(call,
                   EditSource{.source = call.param("source"), .schedule = {}, .webhook_hash = ""});
}

// Whoever knows the secret may have the source synced, and nothing else.
Result<http::Response> call_webhook(Call& call) {
  const std::string hash = auth::hash_token(call.param("secret"));
  const auto sources = TRY(call.api.catalog().read(
      [](CatalogUnit& catalog) { return catalog.sources().all(Trash::without); }));
  const auto named = std::ranges::find(sources, hash, &Source::webhook_hash);
  if (named == sources.end()) {
    return Error{.code = ErrorCode::not_found,
                 .message = "there is no such webhook",
                 .hint = "An administrator makes a new one: slip source webhook NAME."};
  }
  call.actor = Actor{UserId("usr_webhook"), "the webhook of " + named->name, SystemRole::admin};
  const auto operation =
      TRY(call.api.engine.submit(call.actor, SyncSource{named->name}, TRY(call.idempotency_key())));
  return answer(202, json::object{{"id", operation.id.str()}, {"words", operation.words}});
}

}  // namespace

void add_sources(Routes& routes) {
  routes.add("GET /sources", list_sources);
  routes.add("POST /sources", link);
  routes.add("GET /sources/{source}", show_source);
  routes.add("DELETE /sources/{source}", [](Call& call) {
    return carry_out(call, UnlinkSource{.source = call.param("source")});
  });
  routes.add("PATCH /sources/{source}", change_source);
  routes.add("GET /sources/{source}/status", show_status);
  routes.add("POST /sources/{source}/webhook", open_webhook);
  routes.add("DELETE /sources/{source}/webhook", close_webhook);
  routes.add_open("POST /webhooks/{secret}", call_webhook);
  routes.add("POST /sources/{source}/reseed",
             [](Call& call) { return submit(call, ReseedSource{.source = call.param("source")}); });
  routes.add("POST /sources/{source}/reindex", reindex);
  routes.add("POST /sources/{source}/sync",
             [](Call& call) { return submit(call, SyncSource{.source = call.param("source")}); });
}

}  // namespace slip::api
