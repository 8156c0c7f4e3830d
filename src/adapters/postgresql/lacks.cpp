// SPDX-License-Identifier: Apache-2.0
#include "adapters/postgresql/lacks.h"

#include "adapters/postgresql/own_access.h"

namespace slip::postgresql {

namespace {

// More are counted only.
constexpr std::size_t kNamesMax = 20;
constexpr std::size_t kDatabasesMax = 16;
constexpr std::size_t kSequencesMax = 200;
// That much of the log, at most, has a quiet server to write out.
constexpr const char* kLittle = "16777216";
constexpr Duration kCheckpointPatience{60'000};

constexpr const char* kStatistics = "the statistics of use (pg_stat_*), which autovacuum goes by";

// What one kind of thing lacks, of all databases.
struct Found {
  std::vector<std::string> names;
  std::size_t count = 0;

  void add(std::string name) {
    if (++count <= kNamesMax) names.push_back(std::move(name));
  }
  void append_to(std::vector<std::string>& lacks, const std::string& kind) const {
    lacks.insert(lacks.end(), names.begin(), names.end());
    if (count > names.size()) {
      lacks.push_back("that of " + std::to_string(count - names.size()) + " more " + kind);
    }
  }
};

struct InDatabase {
  std::string prefix;  // "database.", where there are several that may be meant
  Found& unlogged;
  Found& sequences;
};

// Their files tell whether there is something in them: to open a table would be to wait for who
// holds its lock. A table's sequence begins anew with it.
Result<> find_unlogged(Session& session, InDatabase& in) {
  const auto size = [](const std::string& oid) {
    return "coalesce((pg_stat_file(pg_relation_filepath(" + oid + "), true)).size, 0)";
  };
  for (const Row& row : TRY(session.query(
           "SELECT n.nspname || '.' || c.relname, c.relkind FROM pg_class c JOIN pg_namespace n "
           "ON n.oid = c.relnamespace WHERE c.relpersistence = 'u' AND (c.relkind = 'r' AND " +
           size("c.oid") +
           " > 0 OR c.relkind = 'S' AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.classid = "
           "'pg_class'::regclass AND d.objid = c.oid AND d.refclassid = 'pg_class'::regclass AND "
           "d.deptype IN ('a', 'i') AND " +
           size("d.refobjid") + " = 0)) ORDER BY 1"))) {
    const bool is_table = row[1] == "r";
    in.unlogged.add((is_table ? "the rows of the unlogged table "
                              : "the next value of the unlogged sequence ") +
                    in.prefix + row[0].value_or("") + (is_table ? "" : ", which begins anew"));
  }
  return {};
}

// Those of which the log has numbers ahead.
Result<> find_sequences(Session& session, InDatabase& in) {
  const auto all = TRY(session.query(
      "SELECT n.nspname, c.relname, s.seqincrement FROM pg_class c JOIN pg_namespace n "
      "ON n.oid = c.relnamespace JOIN pg_sequence s ON s.seqrelid = c.oid "
      "WHERE c.relpersistence = 'p' ORDER BY 1, 2 LIMIT " +
      std::to_string(kSequencesMax + 1)));
  if (all.empty()) return {};
  if (all.size() > kSequencesMax) {
    in.sequences.add("the next values of sequences of " + in.prefix +
                     "*, which may be some 32 further");
    return {};
  }
  std::string ask;
  for (const Row& row : all) {
    const std::string schema = row[0].value_or("");
    const std::string name = row[1].value_or("");
    ask += std::string(ask.empty() ? "" : " UNION ALL ") + "SELECT " +
           session.quote_text(schema + "." + name) + ", log_cnt * (" + row[2].value_or("1") +
           ") FROM " + session.quote_name(schema) + "." + session.quote_name(name) +
           " WHERE is_called AND log_cnt > 0";
  }
  TRY(session.query("SELECT set_config('lock_timeout', '50ms', false)"));
  const auto ahead = session.query(ask);
  if (!ahead && ahead.error().code != ErrorCode::failed) return ahead.error();
  if (!ahead) {
    in.sequences.add("the next values of sequences, some of which are locked");
    return {};
  }
  for (const Row& row : *ahead) {
    in.sequences.add("the next value of the sequence " + in.prefix + row[0].value_or("") +
                     ", which is " + row[1].value_or("") + " further");
  }
  return {};
}

// Whether anybody has had a transaction number since the last checkpoint, from which crash recovery
// begins: what advances a sequence has one.
constexpr const char* kWritten =
    "(split_part(next_xid, ':', 1)::bigint << 32) + split_part(next_xid, ':', 2)::bigint <> "
    "txid_snapshot_xmax(txid_current_snapshot())";

Result<bool> has_written(Session& session) {
  const auto rows =
      TRY(session.query(std::string("SELECT ") + kWritten + " FROM pg_control_checkpoint()"));
  return rows.empty() || rows.front()[0] != "f";
}

}  // namespace

Result<Lacks> find_lacks(const LocalServer& server, Duration patience) {
  auto session = TRY(open_own(server, patience));
  const auto databases = TRY(session.query(
      "SELECT datname FROM pg_database WHERE datallowconn ORDER BY datname = 'template1', "
      "datname = 'postgres', datname"));
  auto written = has_written(session);
  Found unlogged;
  Found sequences;
  Lacks lacks;
  for (std::size_t i = 0; i < databases.size() && i < kDatabasesMax; ++i) {
    const std::string name = databases[i][0].value_or("");
    auto there = Session::open_database(server, name, patience);
    if (!there) {
      lacks.as_it_runs.push_back("what the database " + name +
                                 " has in memory, which is not known");
      continue;
    }
    InDatabase in{.prefix = databases.size() > 3 ? name + "." : "",
                  .unlogged = unlogged,
                  .sequences = sequences};
    TRY(find_unlogged(*there, in));
    if (!written || *written) TRY(find_sequences(*there, in));
  }
  unlogged.append_to(lacks.as_it_runs, "unlogged tables and sequences");
  sequences.append_to(lacks.as_it_runs, "sequences");
  if (databases.size() > kDatabasesMax) {
    lacks.as_it_runs.push_back("what " + std::to_string(databases.size() - kDatabasesMax) +
                               " more databases have in memory, which is not known");
  }
  lacks.as_it_runs.emplace_back(kStatistics);
  return lacks;
}

Result<> write_out(const LocalServer& server, WriteOutHow how, Duration patience) {
  auto session = TRY(open_own(server, patience));
  if (how == WriteOutHow::if_quiet) {
    const auto rows = TRY(session.query(
        std::string("SELECT NOT EXISTS (SELECT FROM pg_stat_activity WHERE backend_type = "
                    "'client backend' AND pid <> pg_backend_pid() AND state <> 'idle') "
                    "AND pg_wal_lsn_diff(pg_current_wal_insert_lsn(), redo_lsn) < ") +
        kLittle + " AND " + kWritten + " FROM pg_control_checkpoint()"));
    if (rows.empty() || rows.front()[0] != "t") return {};
  }
  TRY(session.query("SELECT set_config('statement_timeout', '0', false)"));
  TRY(session.query("CHECKPOINT", {}, kCheckpointPatience));
  return {};
}

}  // namespace slip::postgresql
