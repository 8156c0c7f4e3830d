// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <filesystem>

#include "adapters/command/expand.h"
#include "adapters/command/kind_file.h"
#include "ports/adapter.h"

namespace slip::command {

// The parts of a source's directory.
inline constexpr const char* kData = "data";  // the engine's own; programs work in it
inline constexpr const char* kRun = "run";    // new at each start: sockets, process numbers

// Every variable that the kind's texts may have, but for those of one table alone; without values.
//   data, run, told   folders as its programs see them; `told` has the kind's files
//   port              of 127.0.0.1, that it listens on
//   login, password   of the container; `password` not in commands
//   look              KindFile::look where a branch is only looked at, else ""
//   setting.NAME
Variables names_of(const KindFile& kind);

// Where programs of the kind run, and for what.
struct Place {
  std::filesystem::path directory;
  std::filesystem::path trusted;
  bool is_shown_at_home = false;  // a sandbox shows `directory` at kHome
  std::uint16_t port = 0;
  Login login;
  SourceConfig config;
  Purpose purpose = Purpose::work;
};
Variables variables_of(const KindFile& kind, const Place& place);

// The environment of its programs: LOGIN, PASSWORD, PORT, DATA, RUN, TOLD, and the program's own.
Result<std::map<std::string, std::string>> environment(const Program& program,
                                                       const Variables& variables);

}  // namespace slip::command
