// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "operations/lookup.h"
#include "server/api/answer.h"

namespace slip::api {
namespace {

constexpr std::int64_t bytes_default = 64 << 10;
constexpr std::int64_t bytes_max = 1 << 20;

// The instance that runs the source on the branch.
Result<InstanceId> find_instance(CatalogUnit& catalog, const Call& call) {
  const auto container =
      TRY(find_container(catalog, call.actor, Right::look, call.param("container")));
  const auto wanted = call.query("branch");
  const auto branch = wanted ? TRY(find_branch(catalog, container, *wanted))
                             : TRY(branch_of(catalog, container.active));
  const auto volume = TRY(volume_of(catalog, branch.volume));
  const auto mould = TRY(template_of(catalog, volume.template_id));
  const auto& sources = mould.version(volume.template_version).sources;
  const std::string& source = call.param("source");
  if (std::ranges::find(sources, source, &TemplateSource::name) != sources.end()) {
    return instance_on(volume.id, source);
  }
  std::string names;
  for (const auto& one : sources) names += (names.empty() ? "" : ", ") + one.name;
  return Error{.code = ErrorCode::not_found,
               .message = container.name + " has no source \"" + source + "\"",
               .hint = "There are: " + names + "."};
}

Result<http::Response> show_logs(Call& call) {
  const auto bytes = TRY(call.number("bytes", 1, bytes_max)).value_or(bytes_default);
  const auto instance = TRY(
      call.api.catalog().read([&](CatalogUnit& catalog) { return find_instance(catalog, call); }));
  return http::text_response(
      200, TRY(call.api.world().host.log(instance, static_cast<std::size_t>(bytes))));
}

}  // namespace

void add_logs(Routes& routes) {
  routes.add("GET /containers/{container}/logs/{source}", show_logs);
}

}  // namespace slip::api
