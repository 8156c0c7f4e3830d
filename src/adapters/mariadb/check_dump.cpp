// SPDX-License-Identifier: Apache-2.0
#include "adapters/mariadb/check_dump.h"

#include <fmt/format.h>
#include <sys/stat.h>

#include <algorithm>
#include <optional>
#include <set>

#include "adapters/mariadb/dump_folder.h"
#include "adapters/mariadb/load_dump.h"
#include "adapters/mariadb/load_folder.h"
#include "adapters/mariadb/lower_case.h"
#include "adapters/mariadb/rehearsal.h"

namespace slip::mariadb {

namespace {

constexpr std::string_view kReading = "reading the dump";

std::int64_t size_of(int file) {
  struct stat about {};
  return ::fstat(file, &about) == 0 ? static_cast<std::int64_t>(about.st_size) : 0;
}

std::string words_of(Packing packing) {
  switch (packing) {
    case Packing::none:
      return "SQL";
    case Packing::compressed:
      return "SQL, compressed";
    case Packing::bzip2:
      return "SQL, compressed by bzip2";
    case Packing::utf16:
      return "SQL in UTF-16";
  }
  return "";
}

Result<std::set<std::string>> first_column(Session& session, const std::string& query) {
  std::set<std::string> names;
  for (const Row& row : TRY(session.query(query))) {
    names.insert(in_lower_case(row.front().value_or("")));
  }
  return names;
}

// What a server of that version knows.
struct Known {
  std::set<std::string> engines;
  std::set<std::string> character_sets;
  std::set<std::string> collations;
};

Result<Known> ask_server(const PrivateServer& server) {
  auto session = TRY(server.session());
  Known known;
  known.engines = TRY(first_column(
      session,
      "SELECT ENGINE FROM information_schema.ENGINES WHERE SUPPORT IN ('YES', 'DEFAULT')"));
  known.character_sets = TRY(
      first_column(session, "SELECT CHARACTER_SET_NAME FROM information_schema.CHARACTER_SETS"));
  known.collations =
      TRY(first_column(session, "SELECT COLLATION_NAME FROM information_schema.COLLATIONS"));
  // MariaDB knows those of several character sets by a name without one; older ones have none such.
  const auto whole = first_column(session,
                                  "SELECT FULL_COLLATION_NAME FROM "
                                  "information_schema.COLLATION_CHARACTER_SET_APPLICABILITY");
  if (whole) known.collations.insert(whole->begin(), whole->end());
  return known;
}

// Lines are told of the dump itself; of a file in a folder, with its name.
std::optional<std::int64_t> line_of(const DumpPlace& place) {
  return place.file.empty() ? std::optional(place.line) : std::nullopt;
}
std::string file_of(const DumpPlace& place) {
  return place.file.empty() ? "" : fmt::format("{}, line {}: ", place.file, place.line);
}

void add_needs(DumpReport& report, const std::string& what, const NamedPlaces& needed,
               const std::set<std::string>& known, const std::string& product) {
  for (const auto& [name, place] : needed) {
    const bool is_met = known.contains(in_lower_case(name));
    report.needs.push_back({.what = what, .name = name, .is_met = is_met, .note = ""});
    if (is_met) continue;
    report.refusals.push_back(
        {.line = line_of(place),
         .message =
             fmt::format("{}the {} {} is not known to {}", file_of(place), what, name, product),
         .hint = what == "engine" ? "Install the plugin that brings it, or make the dump with "
                                    "tables of another engine."
                                  : "Link it with a newer server (version), or change the name "
                                    "in the dump."});
  }
}

void add_refusal(DumpReport& report, const Error& error) {
  report.refusals.push_back({.line = std::nullopt, .message = error.message, .hint = error.hint});
}

void add_definers(DumpReport& report, const DumpContent& content) {
  for (const auto& account : content.definers) {
    const bool is_in_it = content.accounts_made.contains(account);
    report.needs.push_back(
        {.what = "definer",
         .name = account.user + (account.host.empty() ? "" : "@" + account.host),
         .is_met = true,
         .note = is_in_it ? "the dump makes it" : "made when it is loaded, for nobody to log in"});
  }
}

// MySQL keeps the types that the values of a document were made from; a dump has only its text. Of
// a FLOAT, which has seven digits and more, servers give six.
constexpr const char* kDocumentsAsText =
    "numbers with a point come as DOUBLE, and times as text: what was made from a DECIMAL of more "
    "than 15 digits is rounded. Only a copy of its files keeps them";
constexpr const char* kSixDigits =
    "a dump has six digits of each number: what had more is rounded. Only a copy of its files "
    "keeps them";

// The dump itself, or the folder that it is.
class Check {
 public:
  Check(const Ingest& ingest, const std::filesystem::path& path) : ingest_(ingest), path_(path) {}
  Result<DumpReport> run();

 private:
  Result<> read();
  Result<> look_into_file();
  Result<> look_into_folder();
  Result<> ask(const ServerVersion& version);
  Result<> rehearse_on(const ServerVersion& version, const PrivateServer& server);
  Result<> look_at_values(const PrivateServer& server);

  const Ingest& ingest_;
  const std::filesystem::path& path_;
  UniqueFd file_;
  Packing packing_ = Packing::none;
  std::optional<DumpFolder> folder_;
  FolderContent content_;
  DumpReport report_;
};

Result<> Check::look_into_file() {
  file_ = TRY(open_dump(path_));
  report_.bytes = size_of(file_.get());
  packing_ = TRY(detect_packing(file_.get(), path_));
  report_.format = words_of(packing_);
  content_.all = TRY(read_unpacked(ingest_, file_.get(), path_, packing_, [&](int plain) {
    return scan_dump(plain, path_, [&] { return ingest_.go_on(kReading); });
  }));
  return {};
}

Result<> Check::look_into_folder() {
  folder_ = TRY(read_dump_folder(path_));
  report_.format =
      folder_->of == DumpFolder::Of::mydumper ? "folder of mydumper" : "folder of --tab";
  std::set<std::string> names;  // a file may be loaded in two parts
  for (const auto& file : folder_->files) names.insert(file.name);
  for (const auto& name : names) {
    report_.bytes += size_of(TRY(folder_->directory.open_file(name)).get());
  }
  content_ = TRY(scan_folder(ingest_, *folder_));
  return {};
}

Result<> Check::read() {
  TRY(is_folder(path_) ? look_into_folder() : look_into_file());
  report_.bytes_unpacked = static_cast<std::int64_t>(content_.all.bytes);
  report_.made_by = content_.all.origin;
  report_.databases.assign(content_.all.databases_made.begin(), content_.all.databases_made.end());
  add_definers(report_, content_.all);
  return check_dump_content(ingest_, content_.all, path_);
}

// Something that is refused has been told already if it names what the server does not know.
bool is_told(const std::vector<DumpRefusal>& told, const std::string& message) {
  return std::ranges::any_of(told, [&](const DumpRefusal& one) {
    const auto begin = one.message.find(" is not known to ");
    const auto name = one.message.rfind(' ', begin - 1) + 1;
    return begin != std::string::npos &&
           message.find("'" + one.message.substr(name, begin - name) + "'") != std::string::npos;
  });
}

Result<> Check::look_at_values(const PrivateServer& server) {
  auto session = TRY(server.session());
  for (const Row& row : TRY(session.query(
           "SELECT CONCAT(TABLE_SCHEMA, '.', TABLE_NAME, '.', COLUMN_NAME), DATA_TYPE = 'json' "
           "FROM "
           "information_schema.COLUMNS WHERE DATA_TYPE IN ('json', 'float') AND TABLE_SCHEMA NOT "
           "IN ('mysql', 'sys', 'information_schema', 'performance_schema') AND (TABLE_SCHEMA, "
           "TABLE_NAME) NOT IN (SELECT TABLE_SCHEMA, TABLE_NAME FROM information_schema.VIEWS) "
           "ORDER BY 1 LIMIT 100"))) {
    const bool is_document = row[1] == "1";
    report_.needs.push_back({.what = is_document ? "JSON column" : "FLOAT column",
                             .name = row[0].value_or(""),
                             .is_met = true,
                             .note = is_document ? kDocumentsAsText : kSixDigits});
  }
  return {};
}

Result<> Check::rehearse_on(const ServerVersion& version, const PrivateServer& server) {
  const std::string database = TRY(choose_database(ingest_, content_.all));
  {
    auto session = TRY(server.session());
    if (!database.empty()) TRY(session.query(create_database(ingest_.settings, database)));
    TRY(make_definers(session, content_.all));
  }
  std::vector<DumpRefusal> refusals;
  if (folder_) {
    for (auto& error :
         TRY(rehearse_folder(ingest_, version, server, *folder_, content_, database))) {
      refusals.push_back({.line = std::nullopt, .message = error.message, .hint = error.hint});
    }
  } else {
    refusals = TRY(read_unpacked(ingest_, file_.get(), path_, packing_, [&](int plain) {
      return rehearse(ingest_, version, server, plain, path_, database);
    }));
  }
  TRY(look_at_values(server));
  const auto told = report_.refusals;
  for (auto& one : refusals) {
    if (!is_told(told, one.message)) report_.refusals.push_back(std::move(one));
  }
  return {};
}

Result<> Check::ask(const ServerVersion& version) {
  const std::string product = std::string(ingest_.dialect().product) + " " + version.full;
  report_.loaded_by = product;
  TRY(make_layout(ingest_.layout, ingest_.user));
  TRY(initialize(ingest_, version));
  const auto server =
      TRY(PrivateServer::start(ingest_.place(version), [&] { return ingest_.go_on(kReading); }));
  const Known known = TRY(ask_server(server));
  add_needs(report_, "engine", content_.all.engines, known.engines, product);
  add_needs(report_, "character set", content_.all.character_sets, known.character_sets, product);
  add_needs(report_, "collation", content_.all.collations, known.collations, product);
  return rehearse_on(version, server);
}

Result<DumpReport> Check::run() {
  const auto read_whole = read();
  if (!read_whole && read_whole.error().code != ErrorCode::invalid_argument) {
    return read_whole.error();
  }
  if (!read_whole) {
    add_refusal(report_, read_whole.error());
    return std::move(report_);
  }
  TRY(ask(TRY(choose_version(ingest_))));
  std::ranges::sort(report_.refusals, {},
                    [](const DumpRefusal& one) { return one.line.value_or(0); });
  return std::move(report_);
}

}  // namespace

Result<DumpReport> check_dump(const Ingest& ingest, const DumpOrigin& origin) {
  return Check(ingest, origin.path).run();
}

}  // namespace slip::mariadb
