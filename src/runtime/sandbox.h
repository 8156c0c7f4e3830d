// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <utility>

#include "base/file.h"
#include "base/result.h"
#include "ports/confinement.h"
#include "ports/runtime.h"
#include "runtime/limits.h"
#include "runtime/process_identity.h"
#include "runtime/spawn.h"

namespace slip {

// Wraps programs in bubblewrap: they see the system's programs (read-only), the paths their spec
// names, and a /proc, /dev, /tmp and process table of their own, of limited size; nothing there is
// setuid or a device, and the kernel answers no call that breaks out (call_filter.h); the network
// of instances is for others to choose (network.h). When we are root the mounts are made as root
// and the program itself runs as `user`, so that data below a directory which that user may not
// enter is still usable; else in a user namespace as ourselves.
//
// The processes are: bwrap (our child, ends as the program ends) -> the sandbox's first process
// (reaps; ends the sandbox when it dies) -> the program.
inline constexpr const char* no_own_networks = "with the host's network: another is refused";
inline constexpr const char* no_own_users = "all containers as one user";

class Sandbox : public Confinement {
 public:
  // Tries one out. The error's message says why there can be none here.
  static Result<Sandbox> open(std::optional<UserIds> user);

  // Errors: `unavailable`.
  Result<Program> wrap(const LaunchSpec& spec) const;
  Result<Command> confine(Command command, const ConfinedPlaces& places) const override;
  bool hides_the_rest() const override { return true; }

  // The cgroup that confined commands run in from now on, empty: ours.
  void put_commands_into(std::filesystem::path group) { commands_ = std::move(group); }

  // What it lacks on this machine; empty: nothing.
  const std::string& weakness() const { return weakness_; }

  // What is inside, as seen from outside: whatever of it exists by now.
  struct Inside {
    std::optional<pid_t> first;    // the sandbox's first process
    std::optional<pid_t> program;  // set up, and perhaps executed
    bool executed = false;         // it is the program, no longer the tools that set it up
  };
  static Inside look(pid_t bwrap);

  // True if the output begins with a complaint of the tools, not of the program.
  static bool complained(std::string_view output);

 private:
  explicit Sandbox(std::optional<UserIds> user) : user_(user) {}
  Result<> try_out() const;

  std::optional<UserIds> user_;
  Limits limits_ = default_limits();
  std::filesystem::path commands_;
  std::string filter_;  // of system calls; empty: none
  std::string weakness_;
  bool own_networks_ = true;  // false where they are refused: everybody is in the host's
};

// Where there is no sandbox: limits alone.
class LimitsOnly : public Confinement {
 public:
  explicit LimitsOnly(std::filesystem::path commands) : commands_(std::move(commands)) {}
  Result<Command> confine(Command command, const ConfinedPlaces& places) const override;
  bool hides_the_rest() const override { return false; }

 private:
  std::filesystem::path commands_;
};

}  // namespace slip
