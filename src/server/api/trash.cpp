#include <algorithm>

#include "operations/lookup.h"
#include "server/api/answer.h"
#include "server/api/refs.h"

namespace slip::api {
namespace {

struct TrashView {
  std::string id;
  std::string kind;
  std::string name;
  std::optional<Ref> container;
  Ref template_;
  Timestamp deleted_at;
  Timestamp purged_at;  // when it will be gone for good, at the earliest
};
BOOST_DESCRIBE_STRUCT(TrashView, (), (id, kind, name, container, template_, deleted_at, purged_at))

class TrashList {
 public:
  TrashList(CatalogUnit& catalog, const Call& call)
      : catalog_(catalog),
        call_(call),
        life_(call.api.world().settings.retention.trash),
        now_(call.api.world().clock.now()) {}

  Result<> add_containers() {
    for (const auto& container : TRY(catalog_.containers().all(Trash::with))) {
      if (!container.deleted_at || !role_in(container, call_.actor)) continue;
      const auto active = TRY(branch_of(catalog_, container.active));
      if (active.volume.empty()) continue;  // its data is gone
      TRY(add("container", container, {}, container.template_id));
    }
    return {};
  }

  Result<> add_branches() {
    for (const auto& branch : TRY(catalog_.branches().all(Trash::with))) {
      if (!branch.deleted_at || branch.container.empty() || branch.volume.empty()) continue;
      const auto home = TRY(catalog_.containers().find(branch.container));
      if (!home || home->deleted_at || !role_in(*home, call_.actor)) continue;
      TRY(add("branch", branch, home->id, home->template_id));
    }
    return {};
  }

  Result<> add_bookmarks() {
    for (const auto& bookmark : TRY(catalog_.bookmarks().all(Trash::with))) {
      if (!bookmark.deleted_at || *bookmark.deleted_at + life_ <= now_) continue;
      if (bookmark.container.empty()) {
        if (call_.actor.role != SystemRole::admin) continue;
      } else {
        const auto home = TRY(catalog_.containers().find(bookmark.container));
        if (!home || home->deleted_at || !role_in(*home, call_.actor)) continue;
      }
      const auto point = TRY(catalog_.points().find(bookmark.point));
      if (!point || !point->reachable()) continue;
      TRY(add("bookmark", bookmark, bookmark.container, bookmark.template_id));
    }
    return {};
  }

  // Newest first.
  json::array items() {
    std::ranges::stable_sort(found_, std::ranges::greater(), &TrashView::deleted_at);
    json::array out;
    for (const auto& one : found_) out.push_back(to_json(one));
    return out;
  }

 private:
  template <class Record>
  Result<> add(std::string kind, const Record& record, const ContainerId& home,
               const TemplateId& mould) {
    found_.push_back({record.id.str(), std::move(kind), record.name, TRY(ref_to(catalog_, home)),
                      TRY(must_refer(catalog_, mould)), *record.deleted_at,
                      *record.deleted_at + life_});
    return {};
  }

  CatalogUnit& catalog_;
  const Call& call_;
  const Duration life_;
  const Timestamp now_;
  std::vector<TrashView> found_;
};

Result<http::Response> list(Call& call) {
  return call.api.catalog().read([&](CatalogUnit& catalog) -> Result<http::Response> {
    TrashList trash(catalog, call);
    TRY(trash.add_containers());
    TRY(trash.add_branches());
    TRY(trash.add_bookmarks());
    return answer_list(trash.items());
  });
}

}  // namespace

void add_trash(Routes& routes) {
  routes.add("GET /trash", list);
  routes.add("DELETE /trash/{thing}",
             [](Call& call) { return carry_out(call, PurgeFromTrash{.id = call.param("thing")}); });
  routes.add("POST /trash/{thing}/recover", [](Call& call) {
    return carry_out(call, RecoverFromTrash{.id = call.param("thing")});
  });
}

}  // namespace slip::api
