// SPDX-License-Identifier: Apache-2.0
#include "queries/containers.h"

#include "queries/users.h"
#include "server/api/access.h"
#include "server/api/answer.h"

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

json::value container_json(Call& call, queries::ContainerView view) {
  view.present = call.api.feed.presence().at(ContainerId(view.id));
  return to_json(view);
}

Result<http::Response> list_containers(Call& call) {
  json::array items;
  for (auto& view : TRY(queries::container_views(call.reader(), call.actor))) {
    items.push_back(container_json(call, std::move(view)));
  }
  return answer_list(std::move(items));
}

Result<http::Response> show_container(Call& call) {
  return answer(200, container_json(call, TRY(queries::container_view(call.reader(), call.actor,
                                                                      call.param("container")))));
}

Result<http::Response> create_container(Call& call) {
  TRY(must_be_admin(call.actor));
  const auto body = TRY(read_body<ContainerBody>(call));
  if (!body.members.empty()) TRY(check_may_last(call, "a member of a container"));
  std::vector<std::string> names;
  for (const auto& member : body.members) names.push_back(member.user);
  const auto users = TRY(queries::users_named(call.reader(), names));
  std::vector<Member> members;
  for (std::size_t i = 0; i < users.size(); ++i) {
    members.push_back({users[i], body.members[i].role});
  }
  return submit(
      call,
      CreateContainer{.name = body.name, .tmpl = body.template_, .members = std::move(members)});
}

Result<http::Response> change_container(Call& call) {
  const auto body = TRY(read_body<EditContainerBody>(call));
  if (!body.name && !body.members) {
    return Error{.code = ErrorCode::invalid_argument,
                 .message = "there is nothing to change",
                 .hint = "Give a name or members."};
  }
  EditContainer request{.container = call.param("container"), .name = body.name, .members = {}};
  if (body.members) {
    request.members.emplace();
    for (const auto& member : *body.members) {
      request.members->push_back({member.user, member.role});
    }
    if (TRY(queries::gives_rights(call.reader(), call.actor, request.container,
                                  *request.members))) {
      TRY(check_may_last(call, "more rights of a member"));
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
