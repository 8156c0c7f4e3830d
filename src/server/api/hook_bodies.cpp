// SPDX-License-Identifier: Apache-2.0
#include "server/api/hook_bodies.h"

namespace slip::api {
namespace {

void hide(std::string& text) {
  if (!text.empty()) text = "***";
}

}  // namespace

std::vector<Hook> hooks_of(const std::vector<HookBody>& bodies) {
  std::vector<Hook> hooks;
  for (const auto& body : bodies) {
    Hook hook{.when = body.when,
              .sql = body.sql.value_or(""),
              .command = body.command,
              .program = body.program.value_or("")};
    hook.time_limit_s = body.time_limit_s.value_or(hook.time_limit_s);
    hook.on_error = body.on_error.value_or(hook.on_error);
    hooks.push_back(std::move(hook));
  }
  return hooks;
}

json::value hooks_json(const Actor& actor, std::vector<Hook> hooks) {
  if (actor.role != SystemRole::admin) {
    for (auto& hook : hooks) {
      hide(hook.sql);
      hide(hook.program);
      if (!hook.command.empty()) hook.command = {label_of(hook)};
    }
  }
  return to_json(hooks);
}

json::value subset_json(const Actor& actor, std::map<std::string, std::string> subset) {
  if (actor.role != SystemRole::admin) {
    for (auto& [table, condition] : subset) hide(condition);
  }
  return to_json(subset);
}

}  // namespace slip::api
