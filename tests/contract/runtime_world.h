// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "ports/runtime.h"

namespace slip {

// The world a Runtime is tested in: programs that behave in known ways.
class RuntimeWorld {
 public:
  virtual ~RuntimeWorld() = default;

  // Valid until `restart_daemon`.
  virtual Runtime& runtime() = 0;
  // The Runtime is gone without having been told, and a new one stands over the same state.
  virtual void restart_daemon() = 0;

  // Says "started" and a newline, then goes on until it is stopped or made to exit.
  virtual LaunchSpec endless(const InstanceId& instance) = 0;
  // Says the text and ends.
  virtual LaunchSpec says(const InstanceId& instance, const std::string& text, int status) = 0;
  virtual LaunchSpec missing_program(const InstanceId& instance) = 0;
  virtual void make_exit(const InstanceId& instance, int status) = 0;
};

inline constexpr Duration runtime_contract_patience{10'000};

}  // namespace slip
