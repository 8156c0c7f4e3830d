// SPDX-License-Identifier: Apache-2.0
#include "adapters/postgresql/load_choice.h"

#include <set>

namespace slip::postgresql {

namespace {

std::string listed(const std::map<std::string, MadeDatabase>& databases) {
  std::string names;
  for (const auto& [name, made] : databases) names += (names.empty() ? "" : ", ") + name;
  return names;
}

}  // namespace

Error made_by_a_newer(const Load& load, const ServerVersion& newest) {
  const std::string major = std::to_string(load.archive_major.value_or(newest.major + 1));
  return Error{.code = ErrorCode::unsupported,
               .message = "the dump " + load.origin.string() + " was made by pg_dump " + major +
                          " or newer, and the newest PostgreSQL here is " + newest.full,
               .hint = "Install PostgreSQL " + major +
                       " on this machine (on Debian: "
                       "apt-get install postgresql-" +
                       major + "), or make a plain dump."};
}

Result<> check_product(const Load& load) {
  if (!load.needs.is_of_mysql) return {};
  return Error{.code = ErrorCode::invalid_argument,
               .message = "the dump " + load.origin.string() + " is of MySQL or MariaDB",
               .hint = "Give the source kind = \"mysql\", or \"mariadb\"."};
}

Result<ServerVersion> version_for(const Ingest& ingest, const Load& load) {
  const int tools = load.archive_major.value_or(0);
  auto origin = load.needs.origin_major;
  if (tools > origin.value_or(0)) origin = tools;
  auto version = TRY(choose_version(ingest, origin));
  if (version.major >= tools) return version;
  if (!ingest.settings.version) return made_by_a_newer(load, ingest.versions.front());
  return Error{.code = ErrorCode::unsupported,
               .message = "the dump " + load.origin.string() + " was made by pg_dump " +
                          std::to_string(tools) + " or newer, which the tools of PostgreSQL " +
                          std::to_string(version.major) + " do not read",
               .hint = "Give the source version = " + std::to_string(tools) +
                       " or newer, or make a plain dump."};
}

Result<std::string> encoding_for(const Ingest& ingest, const Load& load) {
  const auto& said = load.needs.encoding;
  const auto& wanted = ingest.settings.encoding;
  if (said == "SQL_ASCII" && !wanted.empty() && wanted != said) {
    return Error{.code = ErrorCode::invalid_argument,
                 .message = "the dump " + load.origin.string() +
                            " is of a database without an encoding (SQL_ASCII): its bytes cannot "
                            "be recoded to " +
                            wanted,
                 .hint =
                     "Leave encoding out: the copy is of the same kind. Or make the dump with "
                     "pg_dump --encoding of what the text really is."};
  }
  static const std::set<std::string> of_clients{
      "SJIS", "BIG5", "GBK", "GB18030", "JOHAB", "UHC", "SHIFT_JIS_2004", "WIN949"};
  return of_clients.contains(said) ? "" : said;
}

Result<> check_database(const Ingest& ingest, const Load& load) {
  const auto& wanted = ingest.settings.database;
  const auto& made = load.needs.databases_made;
  if (load.format != DumpFormat::plain || made.empty() || made.contains(wanted)) return {};
  const bool fills_it =
      load.needs.databases_filled.contains(wanted) || load.needs.databases_filled.contains("");
  if (fills_it) return {};
  return Error{.code = ErrorCode::invalid_argument,
               .message = "the dump " + load.origin.string() + " makes " +
                          (made.size() == 1 ? "the database " : "the databases ") + listed(made) +
                          ", and nothing in \"" + wanted + "\", which connections are to lead to",
               .hint = "Say which one it is: database = \"" + made.begin()->first + "\"."};
}

}  // namespace slip::postgresql
