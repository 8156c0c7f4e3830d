// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include "domain/name.h"
#include "domain/schedule.h"
#include "operations/drafts.h"
#include "operations/lookup.h"
#include "operations/name_free.h"
#include "operations/scenes.h"
#include "ports/kinds.h"

namespace slip {
namespace {

// As it is shown; nobody's password is that.
Result<> check_not_masked(const SourceConfig& config) {
  const auto url = config.setting("url");
  if (!url || url->find(":***@") == std::string::npos) return {};
  return Error{.code = ErrorCode::invalid_argument,
               .message = "the url has \"***\" in place of its password",
               .hint = "Give it with the password."};
}

// What its path names: "shop" of "scheme://user@host/shop?option=value".
std::string database_in(const std::string& url) {
  const auto host = url.find("//");
  const auto path = host == std::string::npos ? host : url.find('/', host + 2);
  if (path == std::string::npos) return "";
  return url.substr(path + 1, url.find('?', path) - path - 1);
}

Result<SourceScene> find_syncable(PlanContext& context, const std::string& name) {
  const auto source = TRY(find_source(context.catalog, name));
  const Adapter* adapter = TRY(context.world.adapter(source.config.kind));
  TRY(in_context("source " + source.name, adapter->validate(source.config)));
  return scene_of(context.catalog, context.world, source);
}

}  // namespace

Result<Plan> plan(PlanContext& context, const LinkSource& request) {
  TRY(must_be_admin(context.actor));
  const auto name = TRY(accept_name("source name", request.name));
  if (!request.schedule.empty()) TRY(parse_schedule(request.schedule));
  TRY(check_name_free("source", TRY(context.catalog.sources().all(Trash::without)), name,
                      SourceId(), "Sync it, or choose another name."));
  TRY(in_context("source " + name,
                 TRY(context.world.adapter(request.config.kind))->validate(request.config)));
  SourceConfig config = request.config;
  TRY(check_not_masked(config));
  context.secrets->seal(config);
  const Source source{.id = context.next_id<SourceId>(),
                      .name = name,
                      .config = std::move(config),
                      .snapshot = {},
                      .position = {},
                      .synced_at = {},
                      .created_at = context.now,
                      .deleted_at = {},
                      .schedule = request.schedule};
  return draft_link(context, TRY(scene_of(context.catalog, context.world, source)));
}

Result<Plan> plan(PlanContext& context, const SyncSource& request) {
  TRY(must_be_admin(context.actor));
  const auto scene = TRY(find_syncable(context, request.source));
  return draft_sync(context, scene);
}

Result<Plan> plan(PlanContext& context, const ReseedSource& request) {
  TRY(must_be_admin(context.actor));
  const auto scene = TRY(find_syncable(context, request.source));
  if (scene.upkeep != Upkeep::followed) {
    return Error{.code = ErrorCode::precondition_failed,
                 .message = fmt::format("source {} does not follow production", scene.source.name),
                 .hint = "Sync it: that fetches its newest data."};
  }
  return draft_reseed(context, scene);
}

Result<Plan> plan(PlanContext& context, const ReindexSource& request) {
  TRY(must_be_admin(context.actor));
  const auto source = TRY(find_source(context.catalog, request.source));
  const Adapter* adapter = TRY(context.world.adapter(source.config.kind));
  TRY(text_order_of(*adapter));
  if (source.snapshot.empty()) {
    return Error{.code = ErrorCode::precondition_failed,
                 .message = "source " + source.name + " has no data yet",
                 .hint = "Sync it first."};
  }
  std::optional<SourceConfig> config;
  if (request.at_each_sync) {
    config = source.config;
    config->settings["reindex"] = "automatic";
    TRY(in_context("source " + source.name, adapter->validate(*config)));
  }
  return draft_reindex(context, TRY(scene_of(context.catalog, context.world, source)), config);
}

Result<Plan> plan(PlanContext& context, const ChangeUrl& request) {
  TRY(must_be_admin(context.actor));
  const auto source = TRY(find_source(context.catalog, request.source));
  SourceConfig config = source.config;
  if (!config.setting("url")) {
    return Error{.code = ErrorCode::precondition_failed,
                 .message = fmt::format("source {} does not come from a url", source.name),
                 .hint = "Link another one, and make a version of the template with it."};
  }
  // The follower would go on with the rows of another, beside those that it has.
  if (database_in(request.url) != database_in(*config.setting("url"))) {
    return Error{.code = ErrorCode::invalid_argument,
                 .message = "the url leads to another database than that of source " + source.name,
                 .hint = "Link that as a source of its own."};
  }
  config.settings["url"] = request.url;
  config.secrets.erase("url");
  TRY(check_not_masked(config));
  TRY(in_context("source " + source.name,
                 TRY(context.world.adapter(config.kind))->validate(config)));
  context.secrets->seal(config);
  return draft_new_url(context, source, config);
}

Result<Plan> plan(PlanContext& context, const TakeSourcePoint& request) {
  const auto source = TRY(context.catalog.sources().find(request.source));
  if (!source || source->deleted_at || source->volume.empty()) {
    return Error{.code = ErrorCode::precondition_failed,
                 .message = "source " + request.source.str() + " does not follow production"};
  }
  return draft_source_point(context, *source);
}

}  // namespace slip
