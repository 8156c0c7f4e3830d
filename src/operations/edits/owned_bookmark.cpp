// SPDX-License-Identifier: Apache-2.0
#include "operations/edits/owned_bookmark.h"

#include <fmt/format.h>

#include "domain/name.h"
#include "operations/lookup.h"
#include "operations/name_free.h"

namespace slip {
namespace {

Result<std::vector<Bookmark>> siblings(CatalogUnit& catalog, const ContainerId& container,
                                       const TemplateId& mould) {
  if (!container.empty()) return catalog.bookmarks().of_container(container, Trash::without);
  auto all = TRY(catalog.bookmarks().of_template(mould, Trash::without));
  std::erase_if(all, [](const Bookmark& one) { return !one.container.empty(); });
  return all;
}

Error no_such_bookmark(std::string_view reference, const std::string& owner,
                       const std::vector<Bookmark>& there) {
  std::string names;
  for (std::size_t i = 0; i < there.size() && i < 10; ++i) {
    names += (names.empty() ? "" : ", ") + there[i].name;
  }
  if (there.size() > 10) names += fmt::format(", ... ({} in all)", there.size());
  return Error{.code = ErrorCode::not_found,
               .message = fmt::format("{} has no bookmark \"{}\"", owner, reference.substr(0, 300)),
               .hint = there.empty() ? "It has none." : "There are: " + names + "."};
}

}  // namespace

Result<OwnedBookmark> find_owned_bookmark(EditContext& context, const BookmarkOwner& owner,
                                          std::string_view reference) {
  OwnedBookmark found;
  if (const auto* of = std::get_if<OfContainer>(&owner)) {
    found.container =
        TRY(find_container(context.catalog, context.actor, Right::look, of->container));
    found.owner_name = found.container->name;
    context.operation.container = found.container->id;
    context.operation.template_id = found.container->template_id;
  } else {
    const auto mould = TRY(find_template(context.catalog, std::get<OfTemplate>(owner).tmpl));
    TRY(must_be_admin(context.actor));
    found.owner_name = "template " + mould.name;
    context.operation.template_id = mould.id;
  }
  const auto there =
      TRY(siblings(context.catalog, context.operation.container, context.operation.template_id));
  for (const auto& one : there) {
    if (one.name != normal_form(reference) && one.id.str() != reference) continue;
    TRY(may_edit(context.actor, one, found.container ? &*found.container : nullptr));
    found.bookmark = one;
    context.operation.point = one.point;
    return found;
  }
  return no_such_bookmark(reference, found.owner_name, there);
}

Result<> check_bookmark_name_free(CatalogUnit& catalog, const Bookmark& bookmark) {
  return check_name_free(
      "bookmark", TRY(siblings(catalog, bookmark.container, bookmark.template_id)), bookmark.name,
      bookmark.id, "Choose another name, or rename or delete that one.");
}

Result<> tell_of_change(EditContext& context, const Bookmark& bookmark) {
  const bool is_shared =
      bookmark.container.empty() || bookmark.audience != Audience::only_container;
  if (is_shared) TRY(context.tell_template("bookmark", bookmark.id.str()));
  return context.tell("bookmark", bookmark.id.str());
}

}  // namespace slip
