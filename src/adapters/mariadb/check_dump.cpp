// SPDX-License-Identifier: Apache-2.0
#include "adapters/mariadb/check_dump.h"

#include <fmt/format.h>
#include <sys/stat.h>

#include <algorithm>
#include <set>

#include "adapters/mariadb/load_dump.h"
#include "adapters/mariadb/lower_case.h"
#include "adapters/support/dump_stream.h"

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

Result<Known> ask_server(const Ingest& ingest, const ServerVersion& version) {
  TRY(make_layout(ingest.layout, ingest.user));
  TRY(initialize(ingest, version));
  auto server =
      TRY(PrivateServer::start(ingest.place(version), [&] { return ingest.go_on(kReading); }));
  auto session = TRY(server.session());
  Known known;
  known.engines = TRY(first_column(
      session,
      "SELECT ENGINE FROM information_schema.ENGINES WHERE SUPPORT IN ('YES', 'DEFAULT')"));
  known.character_sets = TRY(
      first_column(session, "SELECT CHARACTER_SET_NAME FROM information_schema.CHARACTER_SETS"));
  known.collations =
      TRY(first_column(session, "SELECT COLLATION_NAME FROM information_schema.COLLATIONS"));
  return known;
}

void add_needs(DumpReport& report, const std::string& what, const NamedLines& needed,
               const std::set<std::string>& known, const std::string& product) {
  for (const auto& [name, line] : needed) {
    const bool is_met = known.contains(in_lower_case(name));
    report.needs.push_back({.what = what, .name = name, .is_met = is_met, .note = ""});
    if (is_met) continue;
    report.refusals.push_back(
        {.line = line,
         .message = fmt::format("the {} {} is not known to {}", what, name, product),
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

// What is packed is read while it is unpacked: that needs no room.
Result<DumpContent> read_content(const Ingest& ingest, int given, const std::filesystem::path& path,
                                 DumpReport& report) {
  const auto go_on = [&] { return ingest.go_on(kReading); };
  const Packing packing = TRY(detect_packing(given, path));
  report.format = words_of(packing);
  if (packing == Packing::none) return scan_dump(given, path, go_on);
  auto stream = TRY(DumpStream::start(
      ingest.user.ids, [&](const std::filesystem::path& to, const DumpStream::GoOn& wanted) {
        return run_unpacker(ingest, given, path, packing, to, [&] { return wanted() && go_on(); });
      }));
  const UniqueFd pipe = TRY(stream->open());
  auto content = scan_dump(pipe.get(), path, go_on);
  // A program that has failed says better why there is no more of it.
  const auto ended = stream->end();
  if (!ended && (content || ended.error().code != ErrorCode::canceled)) return ended.error();
  return content;
}

}  // namespace

Result<DumpReport> check_dump(const Ingest& ingest, const DumpOrigin& origin) {
  DumpReport report;
  auto opened = open_dump(origin.path);
  if (!opened && opened.error().code != ErrorCode::invalid_argument) return opened.error();
  if (!opened) {
    add_refusal(report, opened.error());
    return report;
  }
  const UniqueFd given = *std::move(opened);
  report.bytes = size_of(given.get());
  const auto content = read_content(ingest, given.get(), origin.path, report);
  if (!content && content.error().code != ErrorCode::invalid_argument) return content.error();
  if (!content) {
    add_refusal(report, content.error());
    return report;
  }
  report.bytes_unpacked = static_cast<std::int64_t>(content->bytes);
  report.made_by = content->origin;
  report.databases.assign(content->databases_made.begin(), content->databases_made.end());
  add_definers(report, *content);
  if (const auto fits = check_dump_content(ingest, *content, origin.path); !fits) {
    add_refusal(report, fits.error());
    return report;
  }
  const ServerVersion version = TRY(choose_version(ingest));
  const std::string product = std::string(ingest.dialect().product) + " " + version.full;
  report.loaded_by = product;
  const Known known = TRY(ask_server(ingest, version));
  add_needs(report, "engine", content->engines, known.engines, product);
  add_needs(report, "character set", content->character_sets, known.character_sets, product);
  add_needs(report, "collation", content->collations, known.collations, product);
  std::ranges::sort(report.refusals, {},
                    [](const DumpRefusal& one) { return one.line.value_or(0); });
  return report;
}

}  // namespace slip::mariadb
