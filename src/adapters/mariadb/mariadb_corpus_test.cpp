// SPDX-License-Identifier: Apache-2.0
// Every dump of tests/dumps/mariadb comes to what is expected of it: what its own file
// NAME.expected says, or, of those that tests/dumps/make-mariadb.sh makes with several tools, the
// one of their kind: mariadb-11.8-of-mysql-9.7-plain.sql is what MariaDB's program makes of a MySQL
// server, is loaded into MySQL, and is to come to what plain.sql.expected says. A line of it is one
// of
//   as OTHER                    all that OTHER.expected says
//   set KEY VALUE               a setting of the source
//   refused: WORDS              it is refused with these
//   refused late: WORDS         the same, by a load alone: a check beforehand knows no rows
//   [PRODUCT] DATABASE: QUERY => VALUE      of both products, or of one
#include <fstream>
#include <regex>

#include "adapters/mariadb/mariadb_world.h"

namespace slip {
namespace {

namespace fs = std::filesystem;

struct Expected {
  std::map<std::string, std::string> settings;
  std::string refused;
  bool is_refused_late = false;
  struct Answer {
    std::string database, query, value;
  };
  std::vector<Answer> answers;
};

const std::regex& by_tools() {
  static const std::regex parts("(mariadb|mysql)-[0-9.]+-(?:of-(mariadb|mysql)-[0-9.]+-)?(.+)");
  return parts;
}

// Whose server it is of.
const mariadb::Dialect& dialect_of(const std::string& dump) {
  std::smatch parts;
  std::regex_match(dump, parts, by_tools());
  const std::string product = parts[2].matched ? parts[2] : parts[1];
  return product == "mysql" ? mariadb::mysql_dialect() : mariadb::mariadb_dialect();
}

void read_lines(const fs::path& file, std::string_view product, Expected& expected) {
  std::ifstream lines(file);
  EXPECT_TRUE(lines) << file;
  static const std::regex answer("(?:\\[(.+)\\] )?([a-z]+): (.+) => (.*)");
  for (std::string line; std::getline(lines, line);) {
    std::smatch parts;
    if (line.starts_with("as ")) {
      read_lines(file.parent_path() / (line.substr(3) + ".expected"), product, expected);
    } else if (line.starts_with("set ")) {
      const auto space = line.find(' ', 4);
      expected.settings[line.substr(4, space - 4)] = line.substr(space + 1);
    } else if (line.starts_with("refused")) {
      expected.refused = line.substr(line.find(": ") + 2);
      expected.is_refused_late = line.starts_with("refused late");
    } else if (std::regex_match(line, parts, answer)) {
      if (parts[1].matched && parts[1].str() != product) continue;
      expected.answers.push_back({parts[2], parts[3], parts[4]});
    } else {
      ADD_FAILURE() << file << ": " << line;
    }
  }
}

Expected read_expected(const fs::path& dump) {
  Expected expected;
  const std::string name = dump.filename();
  fs::path file = dump.string() + ".expected";
  std::smatch parts;
  if (!fs::exists(file) && std::regex_match(name, parts, by_tools())) {
    file = dump.parent_path() / (parts[3].str() + ".expected");
  }
  read_lines(file, dialect_of(name).kind, expected);
  return expected;
}

// Those for which there is a server here.
std::vector<std::string> dumps() {
  std::vector<std::string> names;
  for (const auto& entry : fs::directory_iterator(SLIP_DUMPS "/mariadb")) {
    if (entry.path().extension() == ".expected") continue;
    const std::string name = entry.path().filename();
    if (!test::installed(dialect_of(name)).versions.empty()) names.push_back(name);
  }
  std::ranges::sort(names);
  return names;
}

class MariadbCorpus : public testing::TestWithParam<std::string> {
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

  const fs::path dump_ = fs::path(SLIP_DUMPS) / "mariadb" / GetParam();
  test::MariadbWorld world_{dialect_of(GetParam())};
};

// A check beforehand says the same.
TEST_P(MariadbCorpus, ComesToWhatIsExpected) {
  auto expected = read_expected(dump_);
  expected.settings["dump"] = dump_;
  const auto config = world_.adapter().completed(world_.with(expected.settings));
  const auto copy = world_.instance("ins_copy", config);

  const auto report = world_.adapter().dump_check()->check_dump(config, {});
  const auto filled = world_.adapter().ingest({.config = copy.config,
                                               .directory = copy.directory,
                                               .trusted = copy.trusted,
                                               .progress = {},
                                               .user = copy.user});

  ASSERT_TRUE(ok(report));
  std::string said;
  for (const auto& refusal : report->refusals) {
    said += refusal.message + "\n";
    EXPECT_FALSE(refusal.hint.empty()) << refusal.message;
  }
  EXPECT_EQ(report->refusals.empty(), expected.refused.empty() || expected.is_refused_late) << said;
  if (!expected.refused.empty()) {
    ASSERT_FALSE(filled);
    EXPECT_THAT(filled.error().message, testing::HasSubstr(expected.refused));
    EXPECT_TRUE(expected.is_refused_late || !filled.error().hint.empty());
    return;
  }
  ASSERT_TRUE(ok(filled));
  ASSERT_TRUE(ok(start(copy)));
  for (const auto& [database, query, value] : expected.answers) {
    SCOPED_TRACE(query);
    const auto rows = world_.sql(copy, query, database);
    ASSERT_EQ(rows.size(), 1U);
    EXPECT_EQ(rows.front().front().value_or("(null)"), value);
  }
  EXPECT_TRUE(world_.runtime().stop(copy.id, std::chrono::seconds(10)));
}

INSTANTIATE_TEST_SUITE_P(Dumps, MariadbCorpus, testing::ValuesIn(dumps()), [](const auto& dump) {
  std::string name = dump.param;
  std::ranges::replace_if(
      name, [](unsigned char c) { return std::isalnum(c) == 0; }, '_');
  return name;
});

}  // namespace
}  // namespace slip
