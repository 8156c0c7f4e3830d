// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "base/result.h"
#include "base/subprocess.h"
#include "domain/run_settings.h"

namespace slip {

// Where a sandbox shows a program its `home`: the same for every copy of the data there, so that a
// path that a program writes down in its data leads into whichever copy it is found in.
inline constexpr const char* kHome = "/copy";

// What a program of an adapter's own may see and reach, beyond the system's programs.
struct ConfinedPlaces {
  // A private server is reached by its unix socket, so only what talks to production needs `host`.
  enum class Network { none, host };
  // `every_place`: whoever owns them and whatever their modes say, as root would; needed for trees
  // of the owner's. Makes a difference only when we are root.
  enum class Reads { as_its_user, every_place };

  std::vector<std::filesystem::path> writable = {};  // absolute, existing
  std::vector<std::filesystem::path> readable = {};
  // As LaunchSpec::home.
  std::filesystem::path home = {};
  // As LaunchSpec::links.
  std::map<std::string, std::string> links = {};
  Network network = Network::none;
  Reads reads = Reads::as_its_user;
  // As LaunchSpec::user. Nothing: the command's user.
  std::optional<std::uint32_t> user = {};
  // Of the source that the program works for; memory is that of each process.
  RunLimits limits = {};
};

// Keeps programs that touch data from outside, or from a tenant, where instances are kept: in a
// sandbox that shows them nothing but their places. Thread-safe.
class Confinement {
 public:
  virtual ~Confinement() = default;

  // The command that runs `command` confined, to be given to `run`, `run_ok` or `run_piped`. All
  // that `command` says holds on: input, deadline, limits, watch; its environment goes inside and
  // into no argument vector. It has the places' limits, and where these say nothing what the
  // machine's size allows: no program takes the machine from the others. Inside it runs as
  // `run_as`, or if that is nothing as the user that instances run as: never as root. What it left
  // running ends with it, sessions of their own included. The program itself is readable. Where
  // there is no sandbox the command is given back as it came. The result holds open files: it may
  // be run again, but not twice at once. Errors: `not_found` (no such program or user),
  // `invalid_argument` (a place is not an absolute path, or a link lies where something else is),
  // `unavailable`.
  virtual Result<Command> confine(Command command, const ConfinedPlaces& places) const = 0;

  // True if there is a sandbox, which shows a `home` at kHome and hides what is not a program's
  // own.
  virtual bool hides_the_rest() const = 0;
};

// For machines that have no sandbox.
class NoConfinement : public Confinement {
 public:
  Result<Command> confine(Command command, const ConfinedPlaces&) const override { return command; }
  bool hides_the_rest() const override { return false; }
};

}  // namespace slip
