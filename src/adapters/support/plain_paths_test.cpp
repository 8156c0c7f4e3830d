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
    "mariadb/dump_folder.cpp",        "command/kind_file.cpp",
    "support/program_folders.cpp",    "support/dump_stream.cpp",
    "postgresql/installed_files.cpp", "redis/programs.cpp"};

// What may have a path that leads into a volume.
constexpr const char* kFolders[] = {"adapters", "host", "operations"};

// A tenant may put a link anywhere below a volume, so that everybody goes there by Directory only.
TEST(Adapters, GoByNoPlainPathIntoAVolume) {
  const std::regex plain(
      R"re(base/(file|presence|tree|copy_file|copy_tree)\.h|fstream|\bfopen\()re"
      R"re(|\b(read_file|remove_tree|write_file_durably|make_directories|copy_tree|is_present)\()re"
      R"re(|\b(fsync_directory|set_no_copy_on_write)\([^)])re"
      R"re(|(fs|filesystem)::(exists|remove|rename|copy|create_|is_|file_size|canonical|equivalent)re"
      R"re(|permissions|read_symlink|space|status|symlink_status|weakly_canonical|hard_link_count)re"
      R"re(|last_write_time|resize_file|(recursive_)?directory_iterator))re"
      R"re(|[^:\w]::(open|creat|unlink|mkdir|rmdir|rename|chmod|lchown|chown|stat|lstat|access)re"
      R"re(|opendir|truncate|readlink|link|symlink|statvfs|mkfifo|mknod|mount)\()re");
  // What is open leads nowhere else; what lies in a folder that we have just made, neither.
  const std::regex is_ours(R"re(::open\(path_of_open_file\(|::symlink\(path_of_open_file\()re"
                           R"re(|::access\(kCompressor)re"
                           R"re(|::chown\((sockets|scratch\.path\(\))\.c_str)re");
  const std::regex is_a_test(
      ".*(_test\\.cpp|_world\\.h|_production\\.h|_random_history\\.cpp|rogue_server\\.h)");
  std::vector<std::string> found;
  std::set<std::string> seen;
  for (const char* folder : kFolders) {
    const auto top = std::filesystem::path(SLIP_SOURCES) / folder;
    for (const auto& entry : std::filesystem::recursive_directory_iterator(top)) {
      const std::string ending = entry.path().extension();
      const auto name = entry.path().lexically_relative(SLIP_SOURCES);
      const std::string of_adapter = name.lexically_relative("adapters");
      if ((ending != ".cpp" && ending != ".h") || std::regex_match(name.string(), is_a_test) ||
          kOutside.contains(of_adapter)) {
        continue;
      }
      seen.insert(name.parent_path());
      std::ifstream file(entry.path());
      for (std::string line; std::getline(file, line);) {
        if (std::regex_search(line, plain) && !std::regex_search(line, is_ours)) {
          found.push_back(name.string() + ": " + line);
        }
      }
    }
  }
  EXPECT_THAT(found, ::testing::IsEmpty());
  EXPECT_THAT(seen, ::testing::IsSupersetOf({"adapters/support", "adapters/redis", "host",
                                             "operations", "operations/edits"}));
}

// base/words_in.h says why. These look at short texts only, or are run by whoever wrote the text.
TEST(Sources, GiveNoLongTextToARegularExpression) {
  const std::set<std::string> checked = {"base/words_in.cpp", "adapters/command/kind_file.cpp",
                                         "adapters/mariadb/dump_file.cpp"};
  const std::regex matches(
      R"re(std::regex_(match|search|replace)\(|\bs?regex_(token_)?iterator)re");
  std::vector<std::string> found;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(SLIP_SOURCES)) {
    const std::string name = entry.path().lexically_relative(SLIP_SOURCES);
    if (entry.path().extension() != ".cpp" || name.ends_with("_test.cpp") ||
        name.starts_with("client/") || checked.contains(name)) {
      continue;
    }
    std::ifstream file(entry.path());
    for (std::string line; std::getline(file, line);) {
      if (std::regex_search(line, matches)) found.push_back(name + ": " + line);
    }
  }
  EXPECT_THAT(found, ::testing::IsEmpty());
}

}  // namespace
}  // namespace slip
