// SPDX-License-Identifier: Apache-2.0
#include "adapters/redis/manifest.h"

#include <sstream>

namespace slip::redis {

namespace {

Error broken(const std::string& line) {
  return Error{.code = ErrorCode::invalid_argument,
               .message = "the manifest of the append-only file has a line that is not understood",
               .detail = line.substr(0, 200)};
}

Result<LogPart> read_line(const std::string& line) {
  std::istringstream words(line);
  std::string file;
  std::string seq;
  std::string type;
  std::string letter;
  LogPart part;
  words >> file >> part.name >> seq >> part.number >> type >> letter;
  const bool plain = part.name.find_first_of("/\"'\\") == std::string::npos && part.name != ".." &&
                     part.name != ".";
  if (!words || file != "file" || seq != "seq" || type != "type" || !plain || part.number < 0) {
    return broken(line);
  }
  if (letter == "b") {
    part.type = LogPart::Type::base;
  } else if (letter == "i") {
    part.type = LogPart::Type::increment;
  } else if (letter == "h") {
    part.type = LogPart::Type::history;
  } else {
    return broken(line);
  }
  return part;
}

}  // namespace

Result<std::vector<LogPart>> read_manifest(const std::string& text) {
  std::vector<LogPart> parts;
  std::istringstream lines(text);
  for (std::string line; std::getline(lines, line);) {
    if (line.empty() || line.front() == '#') continue;
    parts.push_back(TRY(read_line(line)));
  }
  return parts;
}

std::string manifest_of(const std::vector<LogPart>& parts) {
  std::string text;
  for (const LogPart& part : parts) {
    const char letter = part.type == LogPart::Type::base        ? 'b'
                        : part.type == LogPart::Type::increment ? 'i'
                                                                : 'h';
    text += "file " + part.name + " seq " + std::to_string(part.number) + " type " + letter + "\n";
  }
  return text;
}

}  // namespace slip::redis
