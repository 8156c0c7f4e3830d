// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <regex>
#include <set>
#include <string>
#include <vector>

namespace slip {
namespace {

// What these read lies outside of every volume: programs that are installed here, /proc, dumps,
// directories, archives and passfiles that an administrator has named.
const std::set<std::string> kOutside = {
    "postgresql/server_versions.cpp", "postgresql/ingest_directory.cpp",
    "postgresql/dump_file.cpp",       "postgresql/dump_scan.cpp",
    "postgresql/edited_file.cpp",     "postgresql/follow.cpp",
    "postgresql/follow_state.cpp",    "postgresql/check_dump.cpp",
    "postgresql/origin.cpp",          "files/ingest_tree.cpp",
    "mariadb/server_versions.cpp",    "mariadb/dump_file.cpp",
    "mariadb/dump_folder.cpp",        "command/kind_file.cpp"};

// A tenant may put a link anywhere below a volume, so that adapters go there by Directory only.
TEST(Adapters, GoByNoPlainPathIntoAVolume) {
  const std::regex plain(
      R"re(base/file\.h|fstream|\b(read_file|remove_tree|write_file_durably|make_directories|copy_tree)\()re"
      R"re(|(fs|filesystem)::(exists|remove|rename|copy|create_|is_|file_size|canonical|equivalent)re"
      R"re(|permissions|read_symlink|space|(recursive_)?directory_iterator))re"
      R"re(|[^:\w]::(open|unlink|mkdir|rmdir|rename|chmod|lchown|stat|lstat)\()re");
  const std::regex is_a_test(".*(_test\\.cpp|_world\\.h|_production\\.h|_random_history\\.cpp)");
  std::vector<std::string> found;
  for (const auto& folder : std::filesystem::directory_iterator(SLIP_ADAPTERS)) {
    const std::string kind = folder.path().filename();
    if (!folder.is_directory() || kind == "support" || kind == "fake") continue;
    for (const auto& entry : std::filesystem::directory_iterator(folder.path())) {
      const std::string name = kind + "/" + entry.path().filename().string();
      if (std::regex_match(name, is_a_test) || kOutside.contains(name)) continue;
      std::ifstream file(entry.path());
      for (std::string line; std::getline(file, line);) {
        if (std::regex_search(line, plain)) found.push_back(name + ": " + line);
      }
    }
  }
  EXPECT_THAT(found, ::testing::IsEmpty());
}

}  // namespace
}  // namespace slip
