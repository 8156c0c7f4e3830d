// SPDX-License-Identifier: Apache-2.0
#include "queries/branches.h"

#include "server/api/answer.h"
#include "server/api/data_choice.h"

namespace slip::api {
namespace {

struct BranchBody {
  std::string name;
  std::optional<DataChoiceBody> from;
  std::optional<bool> beside;
  std::optional<bool> read_only;  // beside, too
};
BOOST_DESCRIBE_STRUCT(BranchBody, (), (name, from, beside, read_only))

Activation activation_of(const BranchBody& body) {
  if (body.read_only.value_or(false)) return Activation::look;
  return body.beside.value_or(false) ? Activation::beside : Activation::activate;
}

struct ActivateBody {
  std::optional<bool> keep_running;
};
BOOST_DESCRIBE_STRUCT(ActivateBody, (), (keep_running))

struct RenameBody {
  std::string name;
};
BOOST_DESCRIBE_STRUCT(RenameBody, (), (name))

Result<http::Response> list_branches(Call& call) {
  json::array items;
  for (const auto& view :
       TRY(queries::branch_views(call.reader(), call.actor, call.param("container")))) {
    items.push_back(to_json(view));
  }
  return answer_list(std::move(items));
}

Result<http::Response> show_branch(Call& call) {
  return answer(200,
                to_json(TRY(queries::branch_view(call.reader(), call.actor, call.param("container"),
                                                 call.param("branch")))));
}

Result<http::Response> create_branch(Call& call) {
  const auto body = TRY(read_body<BranchBody>(call));
  CreateBranch request{.container = call.param("container"),
                       .name = body.name,
                       .from = FromNow{},
                       .activation = activation_of(body)};
  if (body.from) request.from = TRY(in_context("from", data_choice(*body.from)));
  return submit(call, request);
}

Result<http::Response> activate(Call& call) {
  const auto body = TRY(read_body<ActivateBody>(call));
  return submit(
      call, ActivateBranch{.container = call.param("container"),
                           .branch = call.param("branch"),
                           .former = body.keep_running.value_or(false) ? FormerBranch::keep_running
                                                                       : FormerBranch::stop});
}

Result<http::Response> rename(Call& call) {
  const auto body = TRY(read_body<RenameBody>(call));
  return carry_out(call, RenameBranch{.container = call.param("container"),
                                      .branch = call.param("branch"),
                                      .name = body.name});
}

}  // namespace

void add_branches(Routes& routes) {
  routes.add("GET /containers/{container}/branches", list_branches);
  routes.add("POST /containers/{container}/branches", create_branch);
  routes.add("GET /containers/{container}/branches/{branch}", show_branch);
  routes.add("PATCH /containers/{container}/branches/{branch}", rename);
  routes.add("DELETE /containers/{container}/branches/{branch}", [](Call& call) {
    return submit(
        call, DeleteBranch{.container = call.param("container"), .branch = call.param("branch")});
  });
  routes.add("POST /containers/{container}/branches/{branch}/activate", activate);
}

}  // namespace slip::api
