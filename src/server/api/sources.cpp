// SPDX-License-Identifier: Apache-2.0
#include "queries/sources.h"

#include "domain/schedule.h"
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
  json::array items;
  for (const auto& source : TRY(queries::sources(call.reader()))) {
    items.push_back(source_json(source));
  }
  return answer_list(std::move(items));
}

Result<http::Response> show_source(Call& call) {
  TRY(must_be_admin(call.actor));
  return answer(200, source_json(TRY(queries::source_named(call.reader(), call.param("source")))));
}

Result<http::Response> link(Call& call) {
  TRY(must_be_admin(call.actor));
  const auto body = TRY(read_body<SourceBody>(call));
  return submit(
      call, LinkSource{.name = body.name,
                       .config = queries::completed_config(call.reader(), config_of(body.config)),
                       .schedule = body.schedule.value_or("")});
}

Result<http::Response> show_status(Call& call) {
  TRY(must_be_admin(call.actor));
  const auto status = TRY(queries::source_status(call.reader(), call.param("source")));
  json::object shown = source_json(status.source).get_object();
  shown.erase("config");
  shown["kind"] = status.source.config.kind;
  shown["last"] = to_json(status.last);
  shown["any_second_since"] = to_json(status.any_second_since);
  shown["state"] = to_json(status.state);
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
  TRY(call.api.product.edit(
      call.actor,
      EditSource{.source = call.param("source"), .schedule = {}, .webhook_hash = secret.hash}));
  return answer(201, json::object{{"path", "/api/v1/webhooks/" + secret.token.reveal()}});
}

Result<http::Response> close_webhook(Call& call) {
  return carry_out(call,
                   EditSource{.source = call.param("source"), .schedule = {}, .webhook_hash = ""});
}

// Whoever knows the secret may have the source synced, and nothing else.
Result<http::Response> call_webhook(Call& call) {
  const auto named =
      TRY(queries::source_of_webhook(call.reader(), auth::hash_token(call.param("secret"))));
  call.actor = Actor{UserId("usr_webhook"), "the webhook of " + named.name, SystemRole::admin};
  const auto operation =
      TRY(call.api.product.submit(call.actor, SyncSource{named.name}, TRY(call.idempotency_key())));
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
  routes.add_once("POST /sources/{source}/webhook", open_webhook);
  routes.add("DELETE /sources/{source}/webhook", close_webhook);
  routes.add_open("POST /webhooks/{secret}", call_webhook);
  routes.add("POST /sources/{source}/reseed",
             [](Call& call) { return submit(call, ReseedSource{.source = call.param("source")}); });
  routes.add("POST /sources/{source}/reindex", reindex);
  routes.add("POST /sources/{source}/sync",
             [](Call& call) { return submit(call, SyncSource{.source = call.param("source")}); });
}

}  // namespace slip::api
