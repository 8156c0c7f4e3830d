// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "base/time.h"
#include "domain/kind.h"

namespace slip::command {

// A program and its arguments, without a shell; variables are put in (expand.h).
struct Program {
  std::vector<std::string> command;
  std::map<std::string, std::string> env = {};  // beside LOGIN, PASSWORD, PORT, DATA, RUN, TOLD
};

// A kind of source that an administrator has defined by a file (docs/guides/add-an-engine.md).
// What is not there is not needed.
struct KindFile {
  KindDescription description;
  std::map<std::string, std::string> defaults = {};  // of its settings
  std::string login = "slip";
  // Made where only we write, before anything of it is run: by name, its content.
  std::map<std::string, std::string> files = {};
  std::vector<std::filesystem::path> readable = {};  // beyond the system's programs
  std::optional<Program> fill;                       // makes empty data
  std::optional<Program> load;                       // makes data of a dump
  std::optional<Program> prepare;  // makes a clone a branch's own, before it is started
  Program start;
  std::optional<Program> ready;   // nothing: when its port accepts connections
  std::optional<Program> flush;   // nothing: it writes what it acknowledges, in order
  std::optional<Program> admits;  // ends with 0 if the login gets in; nothing: not asked
  int stop_signal = 15;
  Duration stop_patience{30'000};
  std::string pid_file = {};  // in its directory; it removes it when it ends cleanly
  std::string look = {};      // what ${look} is where a branch is only looked at
  std::string url;            // of a connection
  std::map<std::string, std::string> formats = {};
};

// Reads one. Errors: `invalid_argument`, which says in which line or table, and what to do.
Result<KindFile> read_kind_file(const std::string& text, const std::string& name);

// Those of a folder, by their names *.toml; a folder that is not there has none. A file or folder
// that cannot be read is left out, which is logged.
std::vector<KindFile> read_kind_files(const std::filesystem::path& folder);

}  // namespace slip::command
