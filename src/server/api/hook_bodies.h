// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "base/json.h"
#include "domain/hook.h"
#include "domain/user.h"

namespace slip::api {

// A hook as it is sent.
struct HookBody {
  HookMoment when = HookMoment::configure_clone;
  std::optional<std::string> sql;
  std::vector<std::string> command;
  std::optional<std::string> program;
  std::optional<int> time_limit_s;
  std::optional<OnHookError> on_error;
};
BOOST_DESCRIBE_STRUCT(HookBody, (), (when, sql, command, program, time_limit_s, on_error))

std::vector<Hook> hooks_of(const std::vector<HookBody>& bodies);

}  // namespace slip::api
