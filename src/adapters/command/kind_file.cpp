// SPDX-License-Identifier: Apache-2.0
#include "adapters/command/kind_file.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <signal.h>
#include <spdlog/spdlog.h>
#include <sys/stat.h>

#include <algorithm>
#include <regex>
#include <sstream>

#include "adapters/command/expand.h"
#include "adapters/command/places.h"
#include "adapters/support/description_parts.h"
#include "adapters/support/tenant_files.h"
#include "base/file.h"
#include "base/toml.h"
#include "domain/run_settings.h"

namespace slip::command {

namespace fs = std::filesystem;

namespace {

constexpr std::size_t kFileMax = 1 << 20;
constexpr std::size_t kMatchedMax = 4096;  // the library's engine recurses

// Reads the parts of a table, and refuses what nobody has asked for.
class Table {
 public:
  Table(const toml::table& table, std::string where) : table_(table), where_(std::move(where)) {}

  Result<std::string> text(const char* key, std::optional<std::string> otherwise = {}) {
    known_.push_back(key);
    const auto* node = table_.get(key);
    if (node == nullptr && otherwise) return *otherwise;
    const auto value = node == nullptr ? std::nullopt : node->value_exact<std::string>();
    if (!value) return wrong(key, "must be a text in quotes");
    return *value;
  }
  Result<std::int64_t> number(const char* key, std::int64_t otherwise) {
    known_.push_back(key);
    const auto* node = table_.get(key);
    if (node == nullptr) return otherwise;
    const auto value = node->value_exact<std::int64_t>();
    if (!value || *value < 1 || *value > 3600) return wrong(key, "must be a number from 1 to 3600");
    return *value;
  }
  Result<bool> flag(const char* key) {
    known_.push_back(key);
    const auto* node = table_.get(key);
    if (node == nullptr) return false;
    const auto value = node->value_exact<bool>();
    if (!value) return wrong(key, "must be true or false");
    return *value;
  }
  Result<std::vector<std::string>> texts(const char* key) {
    known_.push_back(key);
    std::vector<std::string> values;
    const auto* node = table_.get(key);
    if (node == nullptr) return values;
    const auto* list = node->as_array();
    if (list == nullptr) return wrong(key, "must be a list of texts");
    for (const auto& one : *list) {
      const auto value = one.value_exact<std::string>();
      if (!value) return wrong(key, "must be a list of texts");
      values.push_back(*value);
    }
    return values;
  }
  Result<std::map<std::string, std::string>> texts_by_name(const char* key) {
    known_.push_back(key);
    std::map<std::string, std::string> values;
    const auto* node = table_.get(key);
    if (node == nullptr) return values;
    const auto* all = node->as_table();
    if (all == nullptr) return wrong(key, "must be a table");
    for (const auto& [name, one] : *all) {
      const auto value = one.value_exact<std::string>();
      if (!value) return wrong(key, "must have texts in quotes");
      values[std::string(name.str())] = *value;
    }
    return values;
  }
  Result<std::optional<Table>> table(const char* key) {
    known_.push_back(key);
    const auto* node = table_.get(key);
    if (node == nullptr) return std::optional<Table>();
    const auto* found = node->as_table();
    if (found == nullptr) return wrong(key, "must be a table");
    return std::optional(Table(*found, where_ + " [" + key + "]"));
  }
  Result<std::vector<Table>> tables(const char* key) {
    known_.push_back(key);
    std::vector<Table> all;
    const auto* node = table_.get(key);
    if (node == nullptr) return all;
    const auto* list = node->as_array();
    if (list == nullptr) return wrong(key, "must be tables, each with two brackets");
    for (const auto& one : *list) {
      if (one.as_table() == nullptr) return wrong(key, "must be tables, each with two brackets");
      all.emplace_back(*one.as_table(), where_ + " [[" + key + "]]");
    }
    return all;
  }
  // To be called when all has been read.
  Result<> check_no_more() const {
    for (const auto& [key, node] : table_) {
      if (std::ranges::find(known_, key.str()) != known_.end()) continue;
      std::string names;
      for (const auto& name : known_) names += (names.empty() ? "" : ", ") + name;
      Error error = wrong(std::string(key.str()), "is not known");
      error.hint = "Known there: " + names + ".";
      return error;
    }
    return {};
  }
  Error wrong(const std::string& key, const std::string& why) const {
    return Error{.code = ErrorCode::invalid_argument, .message = where_ + ": " + key + " " + why};
  }

 private:
  const toml::table& table_;
  std::string where_;
  std::vector<std::string> known_;
};

Result<Program> read_program(Table table) {
  Program program{.command = TRY(table.texts("command")), .env = TRY(table.texts_by_name("env"))};
  if (program.command.empty() || !program.command.front().starts_with('/')) {
    return table.wrong("command", "must begin with the whole path of a program");
  }
  TRY(table.check_no_more());
  return program;
}

Result<std::optional<Program>> read_optional(Table& root, const char* key) {
  auto table = TRY(root.table(key));
  if (!table) return std::optional<Program>();
  return std::optional(TRY(read_program(*std::move(table))));
}

Result<int> read_signal(const Table& root, const std::string& name) {
  for (const auto& [known, number] :
       {std::pair("TERM", SIGTERM), {"INT", SIGINT}, {"QUIT", SIGQUIT}, {"HUP", SIGHUP}}) {
    if (name == known) return number;
  }
  return root.wrong("stop_signal", "is TERM, INT, QUIT or HUP");
}

bool matches(const std::string& text, const std::regex& pattern) {
  return text.size() <= kMatchedMax && std::regex_match(text, pattern);
}

// Those of every kind mean the same everywhere, and an origin is known by its name.
bool is_taken(const KindFile& kind, const std::string& name) {
  if (name == "directory" || name == "dump" || kind.defaults.contains(name)) return true;
  RunSettings of_every_kind;
  const auto is_one = read_run_setting(of_every_kind, name, "");
  return !is_one || *is_one;
}

Result<> check_setting_name(const KindFile& kind, const Table& table, const std::string& name) {
  static const std::regex plain("[a-z][a-z0-9_]{0,31}");
  if (!matches(name, plain)) {
    return table.wrong("name", "must be a short name of small letters, digits and _");
  }
  if (is_taken(kind, name)) return table.wrong("name", "is taken: there is a setting " + name);
  return {};
}

Result<> read_settings(KindFile& kind, Table& root) {
  for (auto& table : TRY(root.tables("setting"))) {
    KindSetting setting{.name = TRY(table.text("name")),
                        .label = TRY(table.text("label")),
                        .words = TRY(table.text("words", "")),
                        .pattern = TRY(table.text("pattern", "[A-Za-z0-9_.,=-]*")),
                        .pattern_words = TRY(table.text("pattern_words", ""))};
    setting.example = TRY(table.text("default", ""));
    if (setting.pattern_words.empty()) setting.pattern_words = "It matches " + setting.pattern;
    TRY(check_setting_name(kind, table, setting.name));
    kind.defaults[setting.name] = setting.example;
    try {
      if (!matches(setting.example, std::regex(setting.pattern))) {
        return table.wrong("default", "does not match the pattern");
      }
    } catch (const std::regex_error&) {
      return table.wrong("pattern", "is no regular expression");
    }
    TRY(table.check_no_more());
    kind.description.settings.push_back(std::move(setting));
  }
  return {};
}

Result<> read_files(KindFile& kind, Table& root) {
  for (auto& table : TRY(root.tables("file"))) {
    const std::string name = TRY(table.text("name"));
    static const std::regex plain("[A-Za-z0-9][A-Za-z0-9_.-]*");
    if (!matches(name, plain)) return table.wrong("name", "must be a plain file name");
    kind.files[name] = TRY(table.text("content"));
    TRY(table.check_no_more());
  }
  return {};
}

Result<> read_origins(KindFile& kind, Table& root) {
  auto& settings = kind.description.settings;
  if (TRY(root.flag("takes_directory"))) {
    settings.push_back(path_setting(
        "directory", "Path of the data directory", "A data directory on this server's disk",
        "No server may run on it.", "/var/lib/" + kind.description.kind));
  }
  if (kind.load) {
    settings.push_back(path_setting("dump", "Path of the dump", "A dump on this server's disk", "",
                                    "/srv/dumps/" + kind.description.kind));
  }
  if (kind.fill) kind.description.empty_words = "Empty, to begin from scratch.";
  if (!kind.fill && settings.empty()) {
    return root.wrong("fill", "is missing: nothing says where data could come from");
  }
  return {};
}

// Each text with variables of that kind, so that one that is unknown is found when it is read.
Result<> check_variables(const KindFile& kind) {
  Variables variables = names_of(kind);
  const auto check = [&](const std::optional<Program>& program) -> Result<> {
    if (!program) return {};
    Variables without = variables;
    without.erase("password");  // in the list of processes everybody would see it
    for (const auto& word : program->command) TRY(expand(word, without));
    for (const auto& [name, value] : program->env) TRY(expand(value, variables));
    return {};
  };
  for (const auto& [name, content] : kind.files) TRY(expand(content, variables));
  for (const auto& program :
       {kind.fill, kind.prepare, std::optional(kind.start), kind.ready, kind.flush, kind.admits}) {
    TRY(check(program));
  }
  variables["dump"] = "";
  TRY(check(kind.load));
  variables["host"] = "";
  TRY(expand(kind.url, variables));
  for (const auto& [name, format] : kind.formats) TRY(expand(format, variables));
  return {};
}

Result<KindFile> read_root(Table root) {
  KindFile kind;
  kind.description.kind = TRY(root.text("kind"));
  static const std::regex plain("[a-z][a-z0-9-]{0,31}");
  if (!matches(kind.description.kind, plain)) {
    return root.wrong("kind", "must be a short name in small letters");
  }
  kind.description.label = TRY(root.text("label"));
  kind.description.words = TRY(root.text("words", ""));
  kind.login = TRY(root.text("login", "slip"));
  kind.look = TRY(root.text("look", ""));
  kind.pid_file = TRY(root.text("pid_file", ""));
  kind.stop_signal = TRY(read_signal(root, TRY(root.text("stop_signal", "TERM"))));
  kind.stop_patience = std::chrono::seconds(TRY(root.number("stop_patience_s", 30)));
  for (const auto& path : TRY(root.texts("readable"))) {
    if (!path.starts_with('/')) return root.wrong("readable", "must have whole paths");
    kind.readable.emplace_back(path);
  }
  kind.fill = TRY(read_optional(root, "fill"));
  kind.load = TRY(read_optional(root, "load"));
  kind.prepare = TRY(read_optional(root, "prepare"));
  kind.ready = TRY(read_optional(root, "ready"));
  kind.flush = TRY(read_optional(root, "flush"));
  kind.admits = TRY(read_optional(root, "admits"));
  const auto start = TRY(read_optional(root, "start"));
  if (!start) return root.wrong("[start]", "is missing");
  kind.start = *start;
  auto connection = TRY(root.table("connection"));
  if (!connection) return root.wrong("[connection]", "is missing");
  kind.url = TRY(connection->text("url"));
  kind.formats = TRY(connection->texts_by_name("formats"));
  TRY(connection->check_no_more());
  TRY(read_origins(kind, root));
  TRY(read_settings(kind, root));
  TRY(read_files(kind, root));
  TRY(root.check_no_more());
  return kind;
}

Result<std::vector<std::string>> names_in(const fs::path& folder) {
  std::vector<std::string> names;
  std::error_code failed;
  for (fs::directory_iterator one(folder, failed), end; !failed && one != end;
       one.increment(failed)) {
    if (one->path().extension() == ".toml") names.push_back(one->path().filename());
  }
  if (failed && failed != std::errc::no_such_file_or_directory) {
    return error_from_errno(failed.value(), "read the folder " + folder.string());
  }
  std::ranges::sort(names);
  return names;
}

// A fifo would keep the daemon from starting.
Result<std::string> read_plain_file(const fs::path& path) {
  const UniqueFd fd(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY));
  if (!fd) return error_from_errno(errno, "open " + path.string());
  struct stat about {};
  if (::fstat(fd.get(), &about) != 0) return error_from_errno(errno, "look at " + path.string());
  if (!S_ISREG(about.st_mode)) {
    return Error{.code = ErrorCode::invalid_argument, .message = path.string() + " is no file"};
  }
  return read_file(path_of_open_file(fd.get()), kFileMax);
}

}  // namespace

Result<KindFile> read_kind_file(const std::string& text, const std::string& name) {
  const toml::table parsed = TRY(parse_toml(text, name));
  auto kind = TRY(read_root(Table(parsed, name)));
  TRY(in_context(name, check_variables(kind)));
  return kind;
}

std::vector<KindFile> read_kind_files(const fs::path& folder) {
  std::vector<KindFile> kinds;
  const auto names = names_in(folder);
  if (!names) {
    spdlog::error("all kinds of source defined by files are left out: {}",
                  names.error().describe());
    return kinds;
  }
  for (const auto& name : *names) {
    const fs::path path = folder / name;
    const auto text = read_plain_file(path);
    auto kind = text ? read_kind_file(*text, path.string()) : Result<KindFile>(text.error());
    if (kind) {
      kinds.push_back(*std::move(kind));
    } else {
      spdlog::error("a kind of source is left out: {} {}", kind.error().describe(),
                    kind.error().hint);
    }
  }
  return kinds;
}

}  // namespace slip::command
