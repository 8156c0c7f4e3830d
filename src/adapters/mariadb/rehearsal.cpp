// SPDX-License-Identifier: Apache-2.0
#include "adapters/mariadb/rehearsal.h"

#include <algorithm>
#include <array>
#include <regex>
#include <sstream>

#include "adapters/mariadb/definitions.h"
#include "adapters/mariadb/load_dump.h"
#include "base/words_in.h"

namespace slip::mariadb {

namespace fs = std::filesystem;

namespace {

constexpr std::string_view kReading = "reading the dump";

// Something is not there: as a rule, as what makes it was refused.
bool is_consequence(int number) {
  static constexpr std::array kNumbers = {1051, 1054, 1091, 1146, 1176, 1347, 1356, 1360, 1824};
  return std::ranges::find(kNumbers, number) != kNumbers.end();
}

}  // namespace

std::string cure_of(int number, std::string_view said) {
  if (number == 3185 || said.find("errno: 140") != std::string_view::npos) {
    return "Take ENCRYPTED=YES or ENCRYPTION='Y' out of the line: a copy has no keys.";
  }
  switch (number) {
    case 1115:  // unknown character set
    case 1273:  // unknown collation
      return "Link it with a newer server (version), or change the name in the dump.";
    case 1286:  // unknown storage engine
      return "Install the plugin that brings it, or change the engine in the dump.";
    case 1231:  // a variable cannot have this value: sql_mode
      return "Take the word out of the dump: it is of another product or version.";
    case 1193:  // unknown system variable
      return "Take the line out of the dump: it is of another product or version.";
    case 1126:  // cannot open a shared library
    case 1127:
    case 1128:  // a function is not defined
    case 1524:  // a plugin is not loaded
    case 3534:  // components
      return "Install the package that brings it, or take the statement out of the dump.";
    case 1305:  // no such function or procedure
      return "Make the dump with --routines, too.";
    case 1:  // cannot create a file
    case 1005:
    case 1030:
    case 3121:  // a directory that is not known
      return "Take DATA DIRECTORY and INDEX DIRECTORY out of the line: all of a copy lies in its "
             "own "
             "directory.";
    case 1064:  // syntax
      return "The statement is of another product or version: link the dump with kind and version "
             "of "
             "the server that it is of, or change it.";
    case 1227:  // rights
      return "Take the statement out of the dump.";
    default:
      return "Change the statement in the dump, or take it out.";
  }
}

std::vector<DumpRefusal> read_refusals(const std::string& said) {
  static const std::regex form("^ERROR ([0-9]+) (?:\\([^)]*\\) )?at line ([0-9]+): (.*)$");
  std::vector<DumpRefusal> refusals;
  std::istringstream lines(said);
  for (std::string line; std::getline(lines, line);) {
    const auto found = words_of_line(line, form);
    if (!found) continue;
    const int number = std::stoi(found->at(1));
    if (is_consequence(number) && !refusals.empty()) continue;
    const std::string& said_of_it = found->at(3);
    refusals.push_back({.line = std::stoll(found->at(2)),
                        .message = "the server refuses it: " + said_of_it,
                        .hint = cure_of(number, said_of_it)});
  }
  return refusals;
}

Result<std::vector<DumpRefusal>> rehearse(const Ingest& ingest, const ServerVersion& version,
                                          const PrivateServer& server, int dump,
                                          const fs::path& shown, const std::string& database) {
  TRY(ingest.top().remove(kPartOfDump));
  {
    const UniqueFd to = TRY(ingest.top().create_file(kPartOfDump, {}));
    TRY(write_definitions(dump, to.get(), shown));
  }
  UniqueFd part = TRY(ingest.top().open_file(kPartOfDump));
  part = TRY(as_loadable(ingest, part.get(), !database.empty(), shown));
  std::string said;
  Command command = TRY(client_of(ingest, version, server, database));
  command.argv.emplace_back("--force");
  command.input_file = path_of_open_file(part.get());
  command.watch = [&](std::string_view more) {
    said += more;
    return ingest.go_on(kReading);
  };
  const auto done = run_step(ingest, std::move(command), server.client_places(), kReading,
                             ErrorCode::invalid_argument, "the server refuses statements of it");
  TRY(ingest.top().remove(kPartOfDump));
  auto refusals = read_refusals(said);
  const bool has_ended = done || !refusals.empty();
  if (!has_ended || (!done && done.error().code == ErrorCode::canceled)) return done.error();
  return refusals;
}

}  // namespace slip::mariadb
