// SPDX-License-Identifier: Apache-2.0
#include <fstream>
#include <set>

#include "server/api/api_world.h"

namespace slip::api {
namespace {

// The methods and paths that the description has. It is kept in one form, so that lines can be read
// without a YAML parser: paths are indented by two spaces, methods by four.
std::set<std::string> described_routes() {
  std::ifstream in(SLIP_OPENAPI);
  EXPECT_TRUE(in) << SLIP_OPENAPI;
  std::set<std::string> routes;
  std::string path;
  bool in_paths = false;
  for (std::string line; std::getline(in, line);) {
    if (!line.empty() && line[0] != ' ' && line[0] != '#') in_paths = line == "paths:";
    if (!in_paths || line.size() < 5 || line.back() != ':') continue;
    if (line.starts_with("  /")) path = line.substr(2, line.size() - 3);
    if (!line.starts_with("    ") || line[4] == ' ') continue;
    std::string method = line.substr(4, line.size() - 5);
    if (method == "parameters") continue;
    for (auto& letter : method) letter = static_cast<char>(std::toupper(letter));
    routes.insert(method + " /api/v1" + path);
  }
  return routes;
}

class Description : public ApiWorld {};

TEST_F(Description, HasEveryRouteAndNoOther) {
  const auto there = router.routes();
  EXPECT_THAT(described_routes(),
              ::testing::ContainerEq(std::set<std::string>(there.begin(), there.end())));
}

}  // namespace
}  // namespace slip::api
