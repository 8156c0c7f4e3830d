// SPDX-License-Identifier: Apache-2.0
#include "adapters/postgresql/tablespaces_left_out.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace slip::postgresql {

namespace {

constexpr std::size_t kNamesMax = 10;
constexpr std::size_t kDatabasesMax = 100;

std::string name_of(const Tablespace& tablespace, Session* session) {
  if (session != nullptr) {
    const auto rows =
        session->query("SELECT spcname FROM pg_tablespace WHERE oid = " + tablespace.oid);
    if (rows && !rows->empty()) return rows->front().front().value_or(tablespace.oid);
  }
  return tablespace.oid;
}

// Tables, materialized views, and indexes whose table is elsewhere.
std::vector<std::string> relations_in(Session& session, const Tablespace& tablespace) {
  const auto rows = session.query(
      "SELECT pg_catalog.format('%I.%I', n.nspname, c.relname) FROM pg_catalog.pg_class c "
      "JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace WHERE c.reltablespace = " +
      tablespace.oid +
      " AND c.relkind IN ('r', 'm', 'i') AND n.nspname <> 'pg_toast' "
      "ORDER BY c.relkind = 'i', 1 LIMIT " +
      std::to_string(kNamesMax + 1));
  std::vector<std::string> names;
  for (const Row& row : rows.value_or(Rows())) names.push_back(row.front().value_or(""));
  if (names.size() > kNamesMax) names.back() = "...";
  return names;
}

std::vector<std::string> content_of(const Tablespace& tablespace, Session* session,
                                    const OpenDatabase& open) {
  std::vector<std::string> content;
  if (session == nullptr) return content;
  const auto databases = session->query("SELECT datname, dattablespace = " + tablespace.oid +
                                        " FROM pg_database WHERE datallowconn ORDER BY 1 LIMIT " +
                                        std::to_string(kDatabasesMax));
  for (const Row& row : databases.value_or(Rows())) {
    const std::string database = row[0].value_or("");
    if (row[1] == "t") {
      content.push_back(fmt::format("the database \"{}\"", database));
      continue;
    }
    auto there = open(database);
    if (!there) continue;
    const auto names = relations_in(*there, tablespace);
    if (names.empty()) continue;
    content.push_back(fmt::format("{} of the database \"{}\"", fmt::join(names, ", "), database));
  }
  return content;
}

}  // namespace

std::string describe_left_out(const Tablespace& tablespace, Session* session,
                              const OpenDatabase& open) {
  const auto content = content_of(tablespace, session, open);
  const std::string what =
      content.empty() ? "" : fmt::format(", with {}", fmt::join(content, " and "));
  if (tablespace.is_lost) {
    return fmt::format(
        "the tablespace \"{}\"{}, lay outside of the branch's data and is lost: what its tables "
        "show "
        "may be incomplete until they and it are dropped",
        name_of(tablespace, session), what);
  }
  return fmt::format("the tablespace \"{}\"{}, lies in {}, outside of the branch's data",
                     name_of(tablespace, session), what, tablespace.location.string());
}

}  // namespace slip::postgresql
