// SPDX-License-Identifier: Apache-2.0
#include "server/api/answer.h"
#include "server/api/data_choice.h"

// What replaces a container's data, and what starts and stops it. The same acts are under a branch,
// for that one instead of the active.

namespace slip::api {
namespace {

struct RestoreBody {
  std::optional<std::string> bookmark;
  std::optional<Timestamp> time;
  std::optional<std::string> branch;
  std::optional<std::string> point;
  std::optional<bool> template_;  // goes with a time
  std::optional<bool> accept_earlier;
  std::optional<bool> safety_point;
};
BOOST_DESCRIBE_STRUCT(RestoreBody, (),
                      (bookmark, time, branch, point, template_, accept_earlier, safety_point))

struct ReplaceBody {
  std::optional<bool> safety_point;
};
BOOST_DESCRIBE_STRUCT(ReplaceBody, (), (safety_point))

struct RunBody {
  std::optional<std::string> branch;
};
BOOST_DESCRIBE_STRUCT(RunBody, (), (branch))

Safety safety_of(const std::optional<bool>& safety_point) {
  return safety_point.value_or(true) ? Safety::take_point : Safety::none;
}

enum class Of { active, named };

std::string acted_on(const Call& call, Of which) {
  return which == Of::named ? call.param("branch") : std::string();
}

template <Of which>
Result<http::Response> restore(Call& call) {
  const auto body = TRY(read_body<RestoreBody>(call));
  if (body.template_.value_or(false) && !body.time) {
    return Error{.code = ErrorCode::invalid_argument,
                 .message = "no time is given for the template's data",
                 .hint = "Give one, or refresh the container: that takes the newest data."};
  }
  const auto to = TRY(data_choice({.bookmark = body.bookmark,
                                   .time = body.time,
                                   .branch = body.branch,
                                   .point = body.point,
                                   .template_ = body.template_,
                                   .accept_earlier = body.accept_earlier}));
  return submit(call, RestoreContainer{.container = call.param("container"),
                                       .to = to,
                                       .safety = safety_of(body.safety_point),
                                       .branch = acted_on(call, which)});
}

template <class Request, Of which>
Result<http::Response> replace(Call& call) {
  const auto body = TRY(read_body<ReplaceBody>(call));
  return submit(call, Request{.container = call.param("container"),
                              .safety = safety_of(body.safety_point),
                              .branch = acted_on(call, which)});
}

template <Of which>
void add_replacing(Routes& routes, const std::string& path) {
  routes.add("POST " + path + "/restore", restore<which>);
  routes.add("POST " + path + "/refresh", replace<RefreshContainer, which>);
  routes.add("POST " + path + "/reset", replace<ResetContainer, which>);
  routes.add("POST " + path + "/undo", replace<UndoContainer, which>);
}

template <class Request>
Result<http::Response> run(Call& call) {
  const auto body = TRY(read_body<RunBody>(call));
  return submit(call,
                Request{.container = call.param("container"), .branch = body.branch.value_or("")});
}

}  // namespace

void add_data_acts(Routes& routes) {
  add_replacing<Of::active>(routes, "/containers/{container}");
  add_replacing<Of::named>(routes, "/containers/{container}/branches/{branch}");
  routes.add("POST /containers/{container}/start", run<StartContainer>);
  routes.add("POST /containers/{container}/stop", run<StopContainer>);
}

}  // namespace slip::api
