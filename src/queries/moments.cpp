// SPDX-License-Identifier: Apache-2.0
#include "queries/moments.h"

#include "operations/lookup.h"
#include "queries/reader.h"
#include "queries/templates.h"

namespace slip::queries {
namespace {

// `mould` is the template whose sources the branch has.
Result<MomentView> view_of(PlanContext& context, const Template& mould, const Branch& branch,
                           Timestamp asked) {
  const auto moment = TRY(find_moment(context, mould, branch, asked));
  MomentView view;
  view.asked = asked;
  view.at = moment.at();
  view.exact = view.at == asked;
  view.point = moment.point.id.str();
  view.asks = !check_not_much_earlier(context, moment, asked);
  for (const auto& one : TRY(source_moments(context, moment))) {
    view.sources.push_back({one.source, one.at, one.lacks});
  }
  return view;
}

}  // namespace

Result<MomentView> moment_view(Reader& reader, const Actor& actor, const MomentQuery& query) {
  return reader.read([&](CatalogUnit& catalog) -> Result<MomentView> {
    PlanContext context{{reader.world().ids, actor, reader.now()}, catalog, reader.world()};
    const auto container = TRY(find_container(catalog, actor, Right::look, query.container));
    const auto mould = TRY(template_of(catalog, container.template_id));
    const auto branch = query.of_template
                            ? TRY(branch_of(catalog, mould.master))
                            : TRY(find_branch_or_active(catalog, container, query.branch));
    return view_of(context, mould, branch, query.at);
  });
}

Result<MomentView> moment_of_template(Reader& reader, const Actor& actor, std::string_view mould,
                                      Timestamp at) {
  return reader.read([&](CatalogUnit& catalog) -> Result<MomentView> {
    PlanContext context{{reader.world().ids, actor, reader.now()}, catalog, reader.world()};
    const auto found = TRY(find_visible_template(catalog, actor, mould));
    return view_of(context, found, TRY(branch_of(catalog, found.master)), at);
  });
}

}  // namespace slip::queries
