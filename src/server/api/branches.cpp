// SPDX-License-Identifier: Apache-2.0
#include "operations/lookup.h"
#include "server/api/answer.h"
#include "server/api/branch_view.h"
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
  const auto drafts =
      TRY(call.api.catalog().read([&](CatalogUnit& catalog) -> Result<std::vector<BranchDraft>> {
        const auto container =
            TRY(find_container(catalog, call.actor, Right::look, call.param("container")));
        std::vector<BranchDraft> all;
        for (const auto& branch :
             TRY(catalog.branches().of_container(container.id, Trash::without))) {
          all.push_back(TRY(draft_branch(catalog, call.actor, container, branch)));
        }
        return all;
      }));
  json::array items;
  for (const auto& draft : drafts) items.push_back(branch_json(call.api, draft, Notes::none));
  return answer_list(std::move(items));
}

Result<http::Response> show_branch(Call& call) {
  const auto draft = TRY(call.api.catalog().read([&](CatalogUnit& catalog) -> Result<BranchDraft> {
    const auto container =
        TRY(find_container(catalog, call.actor, Right::look, call.param("container")));
    const auto branch = TRY(find_branch(catalog, container, call.param("branch")));
    return draft_branch(catalog, call.actor, container, branch);
  }));
  return answer(200, branch_json(call.api, draft, Notes::asked));
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
