// SPDX-License-Identifier: Apache-2.0
#include "adapters/redis/programs.h"

#include <unistd.h>

#include <algorithm>
#include <charconv>

#include "base/subprocess.h"

namespace slip::redis {

namespace fs = std::filesystem;

namespace {

struct Product {
  const char* name;
  const char* server;
  const char* client;
};
constexpr Product kProducts[] = {{"Redis", "redis-server", "redis-cli"},
                                 {"Valkey", "valkey-server", "valkey-cli"}};

bool can_run(const fs::path& program) {
  return ::access(program.c_str(), X_OK) == 0;
}

}  // namespace

int Programs::major() const {
  int number = 0;
  std::from_chars(version.data(), version.data() + version.size(), number);
  return number;
}

std::string version_in(const std::string& said) {
  const auto at = said.find(" v=");
  if (at == std::string::npos) return "";
  return said.substr(at + 3, said.find_first_not_of("0123456789.", at + 3) - at - 3);
}

Found find_programs(const std::vector<fs::path>& folders) {
  Found found;
  for (const fs::path& folder : folders) {
    for (const Product& product : kProducts) {
      Programs one{.product = product.name,
                   .version = {},
                   .server = folder / product.server,
                   .client = folder / product.client};
      if (!can_run(one.server) || !can_run(one.client)) continue;
      one.version = version_in(run_ok({.argv = {one.server, "--version"}}).value_or(""));
      std::string note = one.product + " " + one.version + " in " + folder.string();
      if (one.major() < kOldestMajor) {
        note += " is too old: at least " + std::to_string(kOldestMajor) + ".0 is needed";
      } else {
        found.usable.push_back(std::move(one));
      }
      found.notes.push_back(std::move(note));
    }
  }
  std::ranges::stable_sort(found.usable, std::ranges::greater(), &Programs::major);
  return found;
}

Result<Programs> newest(const Found& found) {
  if (!found.usable.empty()) return found.usable.front();
  std::string others;
  for (const auto& note : found.notes) others += " " + note + ".";
  return Error{.code = ErrorCode::unsupported,
               .message = "no server of Redis is installed here",
               .hint = "Install the package redis-server, and start slipstreamd again." + others};
}

}  // namespace slip::redis
