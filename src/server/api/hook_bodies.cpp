// SPDX-License-Identifier: Apache-2.0
#include "server/api/hook_bodies.h"

namespace slip::api {
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

}  // namespace slip::api
