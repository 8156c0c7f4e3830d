// SPDX-License-Identifier: Apache-2.0
#include "domain/hook.h"

#include <fmt/format.h>

namespace slip {
namespace {

constexpr std::size_t hooks_max = 32;
constexpr std::size_t text_bytes_max = 64 << 10;  // a template is read whole, and often
constexpr std::size_t arguments_max = 64;
constexpr int time_limit_s_max = 24 * 3600;

// What is wrong with it; empty: nothing.
std::string complaint(const Hook& hook) {
  if (hook.sql.empty() == hook.command.empty()) return "has to have either sql or a command";
  if (!hook.program.empty() && hook.command.empty()) return "has a program but no command";
  if (hook.sql.size() > text_bytes_max || hook.program.size() > text_bytes_max) {
    return fmt::format("is longer than {} KB", text_bytes_max >> 10);
  }
  if (hook.command.size() > arguments_max) {
    return fmt::format("has more than {} arguments", arguments_max);
  }
  if (hook.sql.empty() && hook.program.empty() && !hook.command.front().starts_with('/')) {
    return fmt::format("runs \"{}\", which is no absolute path", hook.command.front());
  }
  if (hook.time_limit_s < 1 || hook.time_limit_s > time_limit_s_max) {
    return fmt::format("has a time limit of {} s, which is not from 1 to {}", hook.time_limit_s,
                       time_limit_s_max);
  }
  const bool runs_while_stopped =
      hook.when == HookMoment::pre_start || hook.when == HookMoment::post_stop;
  if (runs_while_stopped && !hook.sql.empty()) {
    return "is SQL, and the source does not run at that moment";
  }
  if (hook.when == HookMoment::mask && hook.on_error == OnHookError::continue_) {
    return "must not continue after an error: its data would not be masked";
  }
  return "";
}

}  // namespace

Result<> check_hooks(const std::string& source_name, const std::vector<Hook>& hooks) {
  if (hooks.size() > hooks_max) {
    return Error{
        .code = ErrorCode::invalid_argument,
        .message = fmt::format("source \"{}\" has more than {} hooks", source_name, hooks_max)};
  }
  for (const auto& hook : hooks) {
    const auto wrong = complaint(hook);
    if (wrong.empty()) continue;
    return Error{.code = ErrorCode::invalid_argument,
                 .message = fmt::format("the {} hook of source \"{}\" {}", name_of(hook.when),
                                        source_name, wrong)};
  }
  return {};
}

std::string label_of(const Hook& hook) {
  if (hook.command.empty()) return "SQL";
  const std::string& program = hook.command.front();
  return program.substr(program.rfind('/') + 1);
}

std::string_view name_of(HookMoment when) {
  return boost::describe::enum_to_string(when, "");
}

}  // namespace slip
