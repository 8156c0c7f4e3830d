// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <ranges>

#include "base/log.h"
#include "domain/name.h"
#include "domain/run_settings.h"
#include "host/instances.h"
#include "ports/kinds.h"

namespace slip {
namespace {

constexpr std::size_t output_max = 64 << 10;
constexpr int subset_limit_s = 24 * 3600;

// "db.main" -> "DB_MAIN".
std::string variable(std::string_view name) {
  std::string out(name);
  std::ranges::transform(out, out.begin(), [](unsigned char c) {
    return std::isalnum(c) != 0 ? static_cast<char>(std::toupper(c)) : '_';
  });
  return out;
}

// True for what every sandbox shows anyway.
bool is_system_program(std::string_view program) {
  return std::ranges::any_of(std::array{"/usr/", "/bin/", "/sbin/", "/lib/"},
                             [&](const char* folder) { return program.starts_with(folder); });
}

// Programs may say anything, and the beginning of a long output is cut off, perhaps within a
// character: what is none is shown as U+FFFD.
std::string as_utf8(std::string_view bytes) {
  std::string out;
  for (std::size_t at = 0; at < bytes.size();) {
    std::size_t length = 1;
    while (length <= 4 && utf8_length(bytes.substr(at, length)) != 1U) ++length;
    out += length <= 4 ? bytes.substr(at, length) : std::string_view("\uFFFD");
    at += length <= 4 ? length : 1;
  }
  return out;
}

// Moments of data that is going to be left or saved, however it is. Nobody is kept there because
// its database is broken.
bool is_before_leaving(HookMoment when) {
  return when == HookMoment::pre_snapshot || when == HookMoment::post_snapshot ||
         when == HookMoment::pre_stop || when == HookMoment::pre_restore ||
         when == HookMoment::pre_refresh;
}

bool goes_backwards(HookMoment when) {
  return when == HookMoment::pre_stop || when == HookMoment::post_stop;
}

}  // namespace

Result<std::string> Instances::run_program(const Member& member, const Hook& hook,
                                           const HookRound& round) {
  const auto& instance = member.context;
  OneRun run{.spec = {.argv = hook.command,
                      .env = round.env,
                      .working_directory = instance.directory,
                      .writable = {instance.directory},
                      .network = member.network,
                      .limits = member.limits,
                      .together = member.together,
                      .user = instance.user},
             .program = hook.program,
             .time_limit = std::chrono::seconds(hook.time_limit_s),
             .output_max = output_max,
             .keep_going = round.context.keep_going};
  run.spec.env["HOME"] = instance.directory.string();
  run.spec.env["SLIP_SOURCE"] = instance.source_name;
  run.spec.env["SLIP_HOOK"] = name_of(hook.when);
  for (const auto& [key, value] : member.adapter->as_sibling(instance).env) {
    run.spec.env["SELF_" + key] = value;
  }
  if (hook.program.empty() && !is_system_program(hook.command.front())) {
    run.spec.readable.push_back(std::filesystem::path(hook.command.front()).parent_path());
  }
  const auto outcome = TRY(machine_.runtime.run_once(hook_of(instance.id), run));
  if (outcome.exit_status == 0) return outcome.output;
  return Error{.code = ErrorCode::failed,
               .message = fmt::format("it ended with exit status {}", outcome.exit_status),
               .detail = outcome.output};
}

Result<std::string> Instances::run_sql(const Member& member, const Hook& hook,
                                       const HookRound& round) {
  const auto* scripts = TRY(sql_scripts_of(*member.adapter));
  return scripts->run_sql(member.context, {.text = hook.sql,
                                           .time_limit = std::chrono::seconds(hook.time_limit_s),
                                           .output_max = output_max,
                                           .keep_going = round.context.keep_going});
}

Result<> Instances::run_hook(const Member& member, const Hook& hook, const std::string& label,
                             const HookRound& round) {
  const auto& instance = member.context;
  HookRun run{.source = instance.source_name,
              .when = hook.when,
              .hook = label,
              .started_at = machine_.clock.now(),
              .ended_at = {},
              .error = {},
              .output = {}};
  auto said = hook.sql.empty() ? run_program(member, hook, round) : run_sql(member, hook, round);
  run.ended_at = machine_.clock.now();
  run.output = as_utf8(said ? *said : said.error().detail);
  if (!said) run.error = said.error().describe();
  round.context.ran(run);
  if (said) return {};
  Error error = std::move(said).error();
  if (error.code == ErrorCode::canceled) return error;
  if (hook.on_error == OnHookError::continue_) {
    spdlog::warn("{} hook of {} ({}), which may fail: {}", name_of(hook.when), instance.source_name,
                 label, error.describe());
    return {};
  }
  // Whatever it ran into, doing the same again is for people to decide.
  return Error{.code = ErrorCode::failed,
               .message = fmt::format("the {} hook of {} ({}) failed: {}", name_of(hook.when),
                                      instance.source_name, label, error.describe()),
               .hint =
                   "Its output says why. Hooks are part of the template; an administrator can "
                   "change them.",
               .detail = run.output};
}

Result<> Instances::mask(const Member& member, const HookRound& round) {
  const auto& source = *member.source;
  if (!source.subset.empty()) {
    const auto* scripts = TRY(sql_scripts_of(*member.adapter));
    const Hook subset{.when = HookMoment::mask,
                      .sql = TRY(scripts->subset_script(source.subset)),
                      .time_limit_s = subset_limit_s};
    TRY(run_hook(member, subset, "subset", round));
  }
  for (const auto& hook : source.hooks) {
    if (hook.when == HookMoment::mask) TRY(run_hook(member, hook, label_of(hook), round));
  }
  return {};
}

// All are masked before the first forgets: a database that does so may end.
Result<> Instances::mask_all(const std::vector<Member>& all, const HookRound& round) {
  const Timestamp began = machine_.clock.now();
  for (const auto& member : all) TRY(mask(member, round));
  for (const auto& member : all) {
    if (!has_hooks(*member.source, HookMoment::mask)) continue;
    const auto* masking = TRY(masking_of(*member.adapter));
    TRY(in_context("remove what was in " + member.source->name + " before",
                   masking->forget_the_past(member.context, began, round.context.keep_going)));
  }
  return {};
}

Result<> Instances::run_hooks(const VolumeSpec& volume, HookMoment when,
                              const HookContext& context) {
  auto all = TRY(members_to_run(volume));
  HookRound round{context,
                  {{"PATH", "/usr/local/bin:/usr/bin:/bin"},
                   {"LANG", "C.UTF-8"},
                   {"SLIP_OPERATION", context.operation.str()}}};
  for (const auto& member : all) {
    const auto address = member.adapter->as_sibling(member.context);
    for (const auto& [key, value] : address.env) {
      round.env[variable(address.name) + "_" + key] = value;
    }
    for (const auto& [key, value] : address.hook_env) {
      const auto [known, is_new] = round.env.emplace(key, value);
      if (!is_new && value.size() < known->second.size()) known->second = value;
    }
  }
  if (when == HookMoment::mask) return mask_all(all, round);
  if (goes_backwards(when)) std::ranges::reverse(all);
  for (const auto& member : all) {
    const bool any = has_hooks(*member.source, when);
    const bool is_broken = any && is_before_leaving(when) && !TRY(answers(member));
    for (const auto& hook : member.source->hooks) {
      if (hook.when != when) continue;
      TRY(is_broken ? leave_out(member, hook, round)
                    : run_hook(member, hook, label_of(hook), round));
    }
  }
  return {};
}

Result<bool> Instances::answers(const Member& member) {
  if (!member.adapter->info().recovers) return true;
  return TRY(state(member)) == InstanceState::running &&
         member.adapter->position(member.context).has_value();
}

Result<> Instances::leave_out(const Member& member, const Hook& hook, const HookRound& round) {
  const Timestamp now = machine_.clock.now();
  round.context.ran({.source = member.context.source_name,
                     .when = hook.when,
                     .hook = label_of(hook),
                     .started_at = now,
                     .ended_at = now,
                     .error = "it was left out: the database does not answer",
                     .output = {}});
  spdlog::warn("{} hook of {} ({}): left out, the database does not answer", name_of(hook.when),
               member.context.source_name, label_of(hook));
  return {};
}

Result<> Instances::end_hook(const InstanceId& instance, const SourceSpec& source) {
  const bool runs_programs =
      std::ranges::any_of(source.hooks, [](const Hook& hook) { return !hook.command.empty(); });
  if (!runs_programs) return {};
  return machine_.runtime.stop(hook_of(instance), Duration(0));
}

Result<> Instances::end_hooks(const VolumeSpec& volume) {
  for (const auto& source : volume.sources) {
    TRY(end_hook(instance_on(volume.id, source.name), source));
  }
  return {};
}

}  // namespace slip
