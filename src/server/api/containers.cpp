// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "operations/lookup.h"
#include "server/api/access.h"
#include "server/api/answer.h"
#include "server/api/container_view.h"

namespace slip::api {
namespace {

struct MemberBody {
  std::string user;
  ContainerRole role = ContainerRole::viewer;
};
BOOST_DESCRIBE_STRUCT(MemberBody, (), (user, role))

struct ContainerBody {
  std::string name;
  std::string template_;
  std::vector<MemberBody> members;
};
BOOST_DESCRIBE_STRUCT(ContainerBody, (), (name, template_, members))

struct EditContainerBody {
  std::optional<std::string> name;
  std::optional<std::vector<MemberBody>> members;
};
BOOST_DESCRIBE_STRUCT(EditContainerBody, (), (name, members))

struct LockBody {
  std::optional<std::string> why;
};
BOOST_DESCRIBE_STRUCT(LockBody, (), (why))

Result<http::Response> list_containers(Call& call) {
  const auto drafts =
      TRY(call.api.catalog().read([&](CatalogUnit& catalog) -> Result<std::vector<ContainerDraft>> {
        std::vector<ContainerDraft> visible;
        for (const auto& container : TRY(catalog.containers().all(Trash::without))) {
          if (!role_in(container, call.actor)) continue;
          visible.push_back(TRY(draft_container(catalog, container)));
        }
        return visible;
      }));
  json::array items;
  for (const auto& draft : drafts) items.push_back(container_json(call, draft, Notes::none));
  return answer_list(std::move(items));
}

Result<http::Response> show_container(Call& call) {
  const auto draft =
      TRY(call.api.catalog().read([&](CatalogUnit& catalog) -> Result<ContainerDraft> {
        return draft_container(catalog, TRY(find_container(catalog, call.actor, Right::look,
                                                           call.param("container"))));
      }));
  return answer(200, container_json(call, draft, Notes::asked));
}

Result<http::Response> create_container(Call& call) {
  TRY(must_be_admin(call.actor));
  const auto body = TRY(read_body<ContainerBody>(call));
  if (!body.members.empty()) TRY(check_may_last(call, "a member of a container"));
  auto members =
      TRY(call.api.catalog().read([&](CatalogUnit& catalog) -> Result<std::vector<Member>> {
        std::vector<Member> found;
        for (const auto& member : body.members) {
          const auto user = TRY(find_user_named(catalog, member.user));
          found.push_back({user.id, member.role});
        }
        return found;
      }));
  return submit(
      call,
      CreateContainer{.name = body.name, .tmpl = body.template_, .members = std::move(members)});
}

// Whether somebody may do more afterwards than now.
Result<bool> gives_rights(Call& call, const std::vector<MemberBody>& wanted) {
  return call.api.catalog().read([&](CatalogUnit& catalog) -> Result<bool> {
    const auto container =
        TRY(find_container(catalog, call.actor, Right::own, call.param("container")));
    for (const auto& one : wanted) {
      const auto user = TRY(find_user_named(catalog, one.user)).id;
      const auto now = std::ranges::find(container.members, user, &Member::user);
      if (now == container.members.end() || now->role < one.role) return true;
    }
    return false;
  });
}

Result<http::Response> change_container(Call& call) {
  const auto body = TRY(read_body<EditContainerBody>(call));
  if (!body.name && !body.members) {
    return Error{.code = ErrorCode::invalid_argument,
                 .message = "there is nothing to change",
                 .hint = "Give a name or members."};
  }
  if (body.members && TRY(gives_rights(call, *body.members))) {
    TRY(check_may_last(call, "more rights of a member"));
  }
  EditContainer request{.container = call.param("container"), .name = body.name, .members = {}};
  if (body.members) {
    request.members.emplace();
    for (const auto& member : *body.members) {
      request.members->push_back({member.user, member.role});
    }
  }
  return carry_out(call, request);
}

Result<http::Response> set_quota(Call& call) {
  TRY(must_be_admin(call.actor));
  return carry_out(
      call, SetQuota{.container = call.param("container"), .quota = TRY(read_body<Quota>(call))});
}

}  // namespace

void add_containers(Routes& routes) {
  routes.add("GET /containers", list_containers);
  routes.add("POST /containers", create_container);
  routes.add("GET /containers/{container}", show_container);
  routes.add("PATCH /containers/{container}", change_container);
  routes.add("DELETE /containers/{container}", [](Call& call) {
    return submit(call, DeleteContainer{.container = call.param("container")});
  });
  routes.add("PUT /containers/{container}/quota", set_quota);
  routes.add("DELETE /containers/{container}/quota", [](Call& call) {
    return carry_out(call, SetQuota{.container = call.param("container"), .quota = {}});
  });
  routes.add("PUT /containers/{container}/lock", [](Call& call) -> Result<http::Response> {
    const auto body = TRY(read_body<LockBody>(call));
    return carry_out(
        call, LockContainer{.container = call.param("container"), .why = body.why.value_or("")});
  });
  routes.add("DELETE /containers/{container}/lock", [](Call& call) {
    return carry_out(call, UnlockContainer{.container = call.param("container")});
  });
}

}  // namespace slip::api
