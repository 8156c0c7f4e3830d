// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <boost/describe.hpp>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "base/time.h"

namespace slip {

// When a hook runs (docs/guides/hooks.md). Those before an act run on what is there, those after it
// on what the act has made.
enum class HookMoment {
  mask,             // on a template's new data, before anybody can have a copy of it
  configure_clone,  // on a container's data that comes from its template
  pre_refresh,
  post_refresh,
  pre_restore,  // these two: reset and undo, too
  post_restore,
  pre_snapshot,
  post_snapshot,  // whatever happened to the snapshot
  pre_start,
  post_start,
  pre_stop,
  post_stop,
};
BOOST_DESCRIBE_ENUM(HookMoment, mask, configure_clone, pre_refresh, post_refresh, pre_restore,
                    post_restore, pre_snapshot, post_snapshot, pre_start, post_start, pre_stop,
                    post_stop)

enum class OnHookError { fail, continue_ };
BOOST_DESCRIBE_ENUM(OnHookError, fail, continue_)

// What a template has done to one of its sources at a moment: a script of statements that the
// source itself carries out, or a program that runs beside it, in its sandbox.
// Invariant (check_hooks): either `sql` or `command` is given.
struct Hook {
  HookMoment when = HookMoment::configure_clone;
  std::string sql = {};
  std::vector<std::string> command = {};  // program and arguments
  std::string program = {};  // content of command[0]; empty: that is a path on the server
  int time_limit_s = 60;
  OnHookError on_error = OnHookError::fail;

  bool operator==(const Hook&) const = default;
};
BOOST_DESCRIBE_STRUCT(Hook, (), (when, sql, command, program, time_limit_s, on_error))

// How one hook's run went.
struct HookRun {
  std::string source;  // its name in the template
  HookMoment when = HookMoment::configure_clone;
  std::string hook;  // label_of
  Timestamp started_at;
  Timestamp ended_at;
  std::optional<std::string> error;  // nothing: it succeeded
  std::string output;                // of a long one the end
};
BOOST_DESCRIBE_STRUCT(HookRun, (), (source, when, hook, started_at, ended_at, error, output))

// Fails with `invalid_argument`, naming the source.
Result<> check_hooks(const std::string& source_name, const std::vector<Hook>& hooks);

// "SQL", or the program's name.
std::string label_of(const Hook& hook);

// "post_refresh".
std::string_view name_of(HookMoment when);

}  // namespace slip
