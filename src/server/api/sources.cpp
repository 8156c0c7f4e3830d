#include "operations/lookup.h"
#include "server/api/answer.h"
#include "server/api/mask.h"

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
};
BOOST_DESCRIBE_STRUCT(SourceBody, (), (name, config))

json::value source_json(const Source& source) {
  return json::object{{"id", source.id.str()},
                      {"name", source.name},
                      {"config", masked_json(source.config)},
                      {"position", to_json(source.position)},
                      {"synced_at", to_json(source.synced_at)},
                      {"created_at", to_json(source.created_at)}};
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

Result<http::Response> list(Call& call) {
  TRY(must_be_admin(call.actor));
  const auto sources = TRY(call.api.catalog().read(
      [](CatalogUnit& catalog) { return catalog.sources().all(Trash::without); }));
  json::array items;
  for (const auto& source : sources) items.push_back(source_json(source));
  return answer_list(std::move(items));
}

Result<http::Response> show(Call& call) {
  TRY(must_be_admin(call.actor));
  return answer(200, source_json(TRY(call.api.catalog().read([&](CatalogUnit& catalog) {
                  return find_source(catalog, call.param("source"));
                }))));
}

Result<http::Response> link(Call& call) {
  const auto body = TRY(read_body<SourceBody>(call));
  return submit(call, LinkSource{.name = body.name, .config = config_of(body.config)});
}

}  // namespace

void add_sources(Routes& routes) {
  routes.add("GET /sources", list);
  routes.add("POST /sources", link);
  routes.add("GET /sources/{source}", show);
  routes.add("DELETE /sources/{source}", [](Call& call) {
    return carry_out(call, UnlinkSource{.source = call.param("source")});
  });
  routes.add("POST /sources/{source}/sync",
             [](Call& call) { return submit(call, SyncSource{.source = call.param("source")}); });
}

}  // namespace slip::api
