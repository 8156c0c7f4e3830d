// SPDX-License-Identifier: Apache-2.0
#include "adapters/postgresql/collations.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <set>

#include "adapters/postgresql/collation_queries.h"
#include "adapters/postgresql/own_access.h"

namespace slip::postgresql {

namespace {

constexpr std::size_t kNamesMax = 10;
constexpr std::size_t kDatabasesMax = 16;
constexpr Duration kLong = std::chrono::hours(48);

struct Dependent {
  std::string name;  // as SQL has it
  std::string collation;
  std::string recorded;  // empty: it is not
  std::string actual;
  std::string oid;
};

// There may be very many indexes, of which none is looked at where there is no reason to.
Result<std::vector<Dependent>> dependents(Session& session, OrderedKind kind, Duration patience) {
  const int major = session.server_major();
  std::vector<Dependent> found;
  // To compile such a query takes longer than to run it.
  TRY(session.query("SET jit = off"));
  if (TRY(session.query(stale_collations(major), {}, patience)).empty()) return found;
  const auto rows = TRY(session.query(dependents_query(major, kind), {}, patience));
  for (const Row& row : rows) {
    found.push_back({row[0].value_or(""), row[1].value_or(""), row[2].value_or(""),
                     row[3].value_or(""), row[4].value_or("")});
  }
  return found;
}

std::string listed(const std::vector<Dependent>& all) {
  std::vector<std::string> names;
  for (std::size_t i = 0; i < all.size() && i < kNamesMax; ++i) names.push_back(all[i].name);
  std::string text = fmt::format("{}", fmt::join(names, ", "));
  if (all.size() > kNamesMax) text += fmt::format(" and {} more", all.size() - kNamesMax);
  return text;
}

// "the collation de-x-icu, version 0.1 where they were made and 153.120 here"
std::string versions(const Dependent& one, const char* was_made) {
  const std::string collation =
      one.collation == "default" ? "the database's collation" : "the collation " + one.collation;
  if (!one.recorded.empty()) {
    return fmt::format("{}, version {} where {} made and {} here", collation, one.recorded,
                       was_made, one.actual);
  }
  return fmt::format("{}, whose version is not recorded{}", collation,
                     one.actual.empty() ? "" : " and is " + one.actual + " here");
}

std::string index_doubt(const std::string& database, const std::vector<Dependent>& indexes) {
  return fmt::format(
      "{} of the database \"{}\" may miss rows or hold duplicates, since text is sorted by {}: {}",
      indexes.size() == 1 ? "an index" : std::to_string(indexes.size()) + " indexes", database,
      versions(indexes.front(), indexes.size() == 1 ? "it was" : "they were"), listed(indexes));
}

std::string partition_doubt(const std::string& database, const std::vector<Dependent>& tables) {
  return fmt::format(
      "rows of the database \"{}\" may lie in partitions that queries do not look into, since text "
      "is sorted by {}: {}",
      database, versions(tables.front(), "they were"), listed(tables));
}

Result<std::vector<std::string>> databases_of(Session& session) {
  std::vector<std::string> names;
  for (const Row& row :
       TRY(session.query("SELECT datname FROM pg_database WHERE datallowconn ORDER BY "
                         "datname = 'template1', datname = 'postgres', datname"))) {
    names.push_back(row[0].value_or(""));
  }
  return names;
}

// The work in one database.
class Sorter {
 public:
  Sorter(Session& session, std::string database, const Progress& progress)
      : session_(session), database_(std::move(database)), progress_(progress) {}

  // Errors: as `sort_anew`; what an index refuses is a doubt.
  Result<std::vector<std::string>> run();

 private:
  bool go_on(std::string_view what) const { return !progress_ || progress_(what, std::nullopt); }
  Result<> carry_out(const std::string& statement, const std::string& what);
  Result<> rebuild(const std::vector<Dependent>& indexes);
  Result<> look_at(const Dependent& table);
  Result<> record_versions();

  Session& session_;
  std::string database_;
  const Progress& progress_;
  std::vector<std::string> doubts_;
};

Result<> Sorter::carry_out(const std::string& statement, const std::string& what) {
  std::string refusal;
  auto done = session_.run(statement, {.patience = kLong,
                                       .go_on = [&] { return go_on(what); },
                                       .said = [&](const std::string& line) { refusal = line; }});
  if (done) return {};
  Error error = std::move(done).error();
  if (error.message.find("No space left on device") != std::string::npos) {
    error.code = ErrorCode::no_space;
    error.message = "the pool has no space left to build indexes again";
  }
  return error;
}

Result<> Sorter::rebuild(const std::vector<Dependent>& indexes) {
  for (const auto& index : indexes) {
    const std::string what = "building the index " + index.name + " again";
    const auto built = carry_out("REINDEX INDEX " + index.name, what);
    if (built) continue;
    if (built.error().code != ErrorCode::failed) return built.error();
    doubts_.push_back(fmt::format("the index {} of the database \"{}\" cannot be built again: {}",
                                  index.name, database_, built.error().message));
  }
  return {};
}

// The bounds of a partition compare by the order that is here.
Result<> Sorter::look_at(const Dependent& table) {
  const auto partitions = TRY(session_.query(
      "SELECT inhrelid::regclass::text, pg_get_partition_constraintdef(inhrelid) FROM pg_inherits "
      "WHERE inhparent = " +
      table.oid + " ORDER BY 1"));
  std::vector<Dependent> wrong;
  for (const Row& row : partitions) {
    const std::string name = row[0].value_or("");
    if (!go_on("looking at the partition " + name)) {
      return Error{.code = ErrorCode::canceled, .message = "canceled"};
    }
    const auto rows = TRY(session_.query(
        "SELECT EXISTS (SELECT FROM " + name + " WHERE NOT (" + row[1].value_or("true") + "))", {},
        kLong));
    if (!rows.empty() && rows.front()[0] == "t") {
      wrong.push_back(table);
      wrong.back().name = name;
    }
  }
  if (!wrong.empty()) doubts_.push_back(partition_doubt(database_, wrong));
  return {};
}

Result<> Sorter::record_versions() {
  const int major = session_.server_major();
  for (const Row& row :
       TRY(session_.query("SELECT format('%I.%I', n.nspname, c.collname) FROM pg_collation c JOIN "
                          "pg_namespace n ON n.oid = c.collnamespace WHERE c.collversion IS NOT "
                          "NULL AND c.collversion <> pg_collation_actual_version(c.oid)"))) {
    TRY(carry_out("ALTER COLLATION " + row[0].value_or("") + " REFRESH VERSION",
                  "recording versions"));
  }
  // Before 15 a database has none of its own, but brings that of what else is of the library.
  if (major < 15) TRY(session_.query("SELECT pg_import_system_collations('pg_catalog')"));
  return {};
}

Result<std::vector<std::string>> Sorter::run() {
  TRY(rebuild(TRY(dependents(session_, OrderedKind::index, kLong))));
  for (const auto& table : TRY(dependents(session_, OrderedKind::partitioned_table, kLong)))
    TRY(look_at(table));
  if (doubts_.empty()) TRY(record_versions());
  return doubts_;
}

}  // namespace

Result<std::vector<std::string>> doubtful_order(const LocalServer& server, Duration patience) {
  auto session = TRY(open_own(server, patience));
  const auto databases = TRY(databases_of(session));
  std::vector<std::string> doubts;
  for (std::size_t i = 0; i < databases.size() && i < kDatabasesMax; ++i) {
    auto there = Session::open_database(server, databases[i], patience);
    if (!there) continue;  // whoever has closed it has no use of its indexes
    TRY(there->query("SELECT set_config('statement_timeout', $1, false)",
                     {std::to_string(patience.count())}));
    const auto indexes = TRY(dependents(*there, OrderedKind::index, patience));
    if (!indexes.empty()) doubts.push_back(index_doubt(databases[i], indexes));
    const auto tables = TRY(dependents(*there, OrderedKind::partitioned_table, patience));
    if (!tables.empty()) doubts.push_back(partition_doubt(databases[i], tables));
  }
  return doubts;
}

Result<std::vector<std::string>> sort_anew(const LocalServer& server, const Progress& progress) {
  constexpr Duration patience = std::chrono::seconds(10);
  auto session = TRY(open_own(server, patience));
  std::vector<std::string> doubts;
  std::set<std::string> in_doubt;
  for (const auto& database : TRY(databases_of(session))) {
    auto there = TRY(Session::open_for_script(server, database, patience));
    if (session.server_major() >= 17) TRY(there.query("SET event_triggers = off"));
    const auto left = TRY(Sorter(there, database, progress).run());
    doubts.insert(doubts.end(), left.begin(), left.end());
    if (!left.empty()) in_doubt.insert(database);
  }
  if (session.server_major() < 15) return doubts;
  // The templates' too: new databases are made of them.
  for (const Row& row : TRY(session.query("SELECT datname FROM pg_database WHERE datcollversion <> "
                                          "pg_database_collation_actual_version(oid)"))) {
    const std::string name = row[0].value_or("");
    if (in_doubt.contains(name)) continue;
    TRY(session.query("ALTER DATABASE " + session.quote_name(name) + " REFRESH COLLATION VERSION"));
  }
  return doubts;
}

}  // namespace slip::postgresql
