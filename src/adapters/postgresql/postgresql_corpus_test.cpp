// SPDX-License-Identifier: Apache-2.0
// Every dump of tests/dumps/postgresql comes to what is expected of it: what its own file
// NAME.expected says, or, of those that tests/dumps/make-postgresql.sh makes with several tools,
// the one of their kind: 18-of-14-plain.sql is what pg_dump 18 makes of a server of version 14, and
// is to come to what plain.sql.expected says. A line of it is one of
//   as OTHER                   all that OTHER.expected says
//   needs MAJOR                only where such a server is here; without: the one it was made of
//   set KEY VALUE              a setting of the source
//   refused: WORDS             it is refused with these
//   before MAJOR: WORDS        the same, where the newest server here is older
//   DATABASE: QUERY => VALUE
#include <fstream>
#include <regex>

#include "adapters/postgresql/postgresql_world.h"

namespace slip {
namespace {

namespace fs = std::filesystem;

struct Expected {
  std::optional<int> needs;
  std::map<std::string, std::string> settings;
  std::string refused;
  struct Answer {
    std::string database, query, value;
  };
  std::vector<Answer> answers;
};

int newest_server() {
  static const int newest = postgresql::find_server_versions(test::program_folders()).front().major;
  return newest;
}

void read_lines(const fs::path& file, Expected& expected) {
  std::ifstream lines(file);
  EXPECT_TRUE(lines) << file;
  for (std::string line; std::getline(lines, line);) {
    const auto colon = line.find(": ");
    const auto arrow = line.rfind(" => ");
    if (line.starts_with("as ")) {
      read_lines(file.parent_path() / (line.substr(3) + ".expected"), expected);
    } else if (line.starts_with("needs ")) {
      expected.needs = std::stoi(line.substr(6));
    } else if (line.starts_with("set ")) {
      const auto space = line.find(' ', 4);
      expected.settings[line.substr(4, space - 4)] = line.substr(space + 1);
    } else if (line.starts_with("refused: ")) {
      expected.refused = line.substr(colon + 2);
    } else if (line.starts_with("before ")) {
      if (newest_server() < std::stoi(line.substr(7))) expected.refused = line.substr(colon + 2);
    } else {
      expected.answers.push_back({line.substr(0, colon), line.substr(colon + 2, arrow - colon - 2),
                                  line.substr(arrow + 4)});
    }
  }
}

Expected read_expected(const fs::path& dump) {
  static const std::regex by_tools("([0-9]+)-(?:of-([0-9]+)-)?(.+)");
  Expected expected;
  fs::path file = dump.string() + ".expected";
  const std::string name = dump.filename();
  std::smatch parts;
  if (std::regex_match(name, parts, by_tools)) {
    expected.needs = std::stoi(parts[2].matched ? parts[2] : parts[1]);
    if (!fs::exists(file)) file = dump.parent_path() / (parts[3].str() + ".expected");
  }
  read_lines(file, expected);
  return expected;
}

// Those for which there is a server here.
std::vector<std::string> dumps() {
  std::vector<std::string> names;
  for (const auto& entry : fs::directory_iterator(SLIP_DUMPS "/postgresql")) {
    if (entry.path().extension() == ".expected") continue;
    if (read_expected(entry.path()).needs.value_or(0) > newest_server()) continue;
    names.push_back(entry.path().filename());
  }
  std::ranges::sort(names);
  return names;
}

class PostgresqlCorpus : public testing::TestWithParam<std::string> {
 protected:
  template <class T>
  static testing::AssertionResult ok(const Result<T>& result) {
    if (result) return testing::AssertionSuccess();
    return testing::AssertionFailure() << result.error().describe() << "\n"
                                       << result.error().hint << "\n"
                                       << result.error().detail;
  }
  Result<> start(const InstanceContext& copy) {
    TRY(world_.adapter().prepare(copy));
    auto spec = TRY(world_.adapter().launch(copy));
    spec->user = copy.user;
    TRY(world_.runtime().start(copy.id, *spec));
    const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(60);
    for (;;) {
      const auto ready = world_.adapter().ready(copy);
      if (ready || ready.error().code != ErrorCode::unavailable) return ready;
      const auto status = TRY(world_.runtime().status(copy.id));
      if (status.state == InstanceState::exited || std::chrono::steady_clock::now() > deadline) {
        Error error = ready.error();
        error.detail += TRY(world_.runtime().log(copy.id, 8000));
        return error;
      }
      std::this_thread::sleep_for(std::chrono::milliseconds(10));
    }
  }

  test::PostgresqlWorld world_;
};

TEST_P(PostgresqlCorpus, ComesToWhatIsExpected) {
  const fs::path dump = fs::path(SLIP_DUMPS) / "postgresql" / GetParam();
  auto expected = read_expected(dump);
  expected.settings["dump"] = dump;
  const auto config = world_.adapter().completed(world_.with(expected.settings));
  const auto copy = world_.instance("ins_copy", config);

  const auto filled = world_.adapter().ingest({.config = copy.config,
                                               .directory = copy.directory,
                                               .trusted = copy.trusted,
                                               .progress = {},
                                               .user = copy.user});

  if (!expected.refused.empty()) {
    ASSERT_FALSE(filled);
    EXPECT_THAT(filled.error().message, testing::HasSubstr(expected.refused));
    EXPECT_FALSE(filled.error().hint.empty());
    return;
  }
  ASSERT_TRUE(ok(filled));
  ASSERT_TRUE(ok(start(copy)));
  for (const auto& [database, query, value] : expected.answers) {
    SCOPED_TRACE(query);
    const auto rows = world_.sql(copy, query, {}, database);
    ASSERT_EQ(rows.size(), 1U);
    EXPECT_EQ(rows.front().front().value_or("(null)"), value);
  }
  EXPECT_TRUE(world_.runtime().stop(copy.id, std::chrono::seconds(10)));
}

// What a statement comes to only a server knows.
bool is_known_beforehand(const Expected& expected) {
  return expected.refused.find("invalid input syntax") == std::string::npos;
}

TEST_P(PostgresqlCorpus, IsRefusedByACheckWhereItWouldBeByALoad) {
  const fs::path dump = fs::path(SLIP_DUMPS) / "postgresql" / GetParam();
  auto expected = read_expected(dump);
  expected.settings["dump"] = dump;

  const auto report = world_.adapter().dump_check()->check_dump(world_.with(expected.settings), {});

  ASSERT_TRUE(ok(report));
  std::string said;
  for (const auto& refusal : report->refusals) {
    said += refusal.message + "\n";
    EXPECT_FALSE(refusal.hint.empty()) << refusal.message;
  }
  const bool is_refused = !expected.refused.empty() && is_known_beforehand(expected);
  EXPECT_EQ(!report->refusals.empty(), is_refused) << said;
  const bool is_read = report->bytes_unpacked > 0;
  EXPECT_EQ(report->loaded_by.empty(), !is_read || said.find("made by pg_dump") != said.npos);
  EXPECT_TRUE(is_refused || is_read);
}

INSTANTIATE_TEST_SUITE_P(Dumps, PostgresqlCorpus, testing::ValuesIn(dumps()), [](const auto& dump) {
  std::string name = dump.param;
  std::ranges::replace_if(
      name, [](unsigned char c) { return std::isalnum(c) == 0; }, '_');
  return name;
});

}  // namespace
}  // namespace slip
