// SPDX-License-Identifier: Apache-2.0
#include "adapters/postgresql/login_rights.h"

#include <algorithm>
#include <array>

#include "base/log.h"

namespace slip::postgresql {
namespace {

constexpr auto kPatience = std::chrono::minutes(5);

// As many objects are locked at a time as a server has room for.
constexpr std::size_t kBatch = 40;

// Roles whose members get further than a database's owner: superusers, who makes roles, and who
// reads files or runs programs on the server; with all their members.
constexpr std::string_view kDangerous =
    "WITH RECURSIVE dangerous(oid) AS ("
    "SELECT oid FROM pg_roles WHERE rolsuper OR rolcreaterole OR rolname IN "
    "('pg_execute_server_program', 'pg_read_server_files', 'pg_write_server_files') "
    "UNION SELECT m.member FROM pg_auth_members m JOIN dangerous d ON m.roleid = d.oid) ";

constexpr std::array<std::string_view, 7> kHelpful = {
    "pg_read_all_data",           "pg_write_all_data", "pg_monitor",
    "pg_signal_backend",          "pg_checkpoint",     "pg_maintain",
    "pg_signal_autovacuum_worker"};

// The statements that hand over what is there and belongs neither to the role nor to one that it is
// a member of; not what belongs to an extension, or goes with a table.
constexpr const char* kHandOver = R"sql(
WITH foreign_owner AS (
  SELECT oid FROM pg_roles WHERE NOT pg_has_role($1::name, oid, 'USAGE')
), place AS (
  SELECT oid, nspname, nspowner FROM pg_namespace
   WHERE nspname !~ '^pg_' AND nspname <> 'information_schema'
), of_extension AS (
  SELECT classid, objid FROM pg_depend WHERE deptype = 'e'
)
SELECT format('ALTER SCHEMA %I OWNER TO %I', nspname, $1::name)
  FROM place WHERE nspowner IN (SELECT oid FROM foreign_owner)
   AND (oid < 16384 OR ('pg_namespace'::regclass, oid) NOT IN (SELECT * FROM of_extension))
UNION ALL
SELECT format('ALTER TABLE %I.%I OWNER TO %I', p.nspname, c.relname, $1::name)
  FROM pg_class c JOIN place p ON p.oid = c.relnamespace
 WHERE c.relkind IN ('r', 'p', 'v', 'm', 'S', 'f')
   AND c.relowner IN (SELECT oid FROM foreign_owner)
   AND ('pg_class'::regclass, c.oid) NOT IN (SELECT * FROM of_extension)
   AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.classid = 'pg_class'::regclass
                     AND d.objid = c.oid AND d.deptype IN ('a', 'i') AND c.relkind = 'S')
UNION ALL
SELECT format('ALTER %s %I.%I OWNER TO %I', CASE t.typtype WHEN 'd' THEN 'DOMAIN' ELSE 'TYPE' END,
              p.nspname, t.typname, $1::name)
  FROM pg_type t JOIN place p ON p.oid = t.typnamespace
  LEFT JOIN pg_class c ON c.oid = t.typrelid
 WHERE t.typtype IN ('c', 'd', 'e', 'r') AND (t.typrelid = 0 OR c.relkind = 'c')
   AND t.typowner IN (SELECT oid FROM foreign_owner)
   AND ('pg_type'::regclass, t.oid) NOT IN (SELECT * FROM of_extension)
UNION ALL
SELECT format('ALTER ROUTINE %s OWNER TO %I', f.oid::regprocedure, $1::name)
  FROM pg_proc f JOIN place p ON p.oid = f.pronamespace JOIN pg_language l ON l.oid = f.prolang
 WHERE (l.lanpltrusted OR EXISTS (SELECT FROM pg_aggregate a WHERE a.aggfnoid = f.oid))
   AND f.proowner IN (SELECT oid FROM foreign_owner)
   AND ('pg_proc'::regclass, f.oid) NOT IN (SELECT * FROM of_extension)
)sql";

Result<> revoke_dangerous(Session& session, const std::string& role) {
  const auto held = TRY(session.query(std::string(kDangerous) +
                                          "SELECT DISTINCT held.rolname FROM pg_auth_members m "
                                          "JOIN pg_roles held ON held.oid = m.roleid "
                                          "JOIN pg_roles us ON us.oid = m.member "
                                          "WHERE us.rolname = $1 AND m.roleid IN "
                                          "(SELECT oid FROM dangerous)",
                                      {role}));
  for (const Row& row : held) {
    TRY(session.query("REVOKE " + session.quote_name(row.front().value_or("")) + " FROM " +
                      session.quote_name(role)));
  }
  return {};
}

Result<> grant_roles(Session& session, const std::string& role) {
  auto wanted = TRY(session.query(
      std::string(kDangerous) +
          "SELECT rolname FROM pg_roles WHERE oid >= 16384 AND rolname <> $1 "
          "AND oid NOT IN (SELECT oid FROM dangerous) "
          "AND NOT pg_has_role($1, oid, 'USAGE') AND NOT pg_has_role(oid, $1::name, 'MEMBER')",
      {role}));
  const auto there = TRY(session.query("SELECT rolname FROM pg_roles WHERE oid < 16384"));
  for (const Row& row : there) {
    const auto name = row.front().value_or("");
    if (std::ranges::find(kHelpful, name) != kHelpful.end()) wanted.add(row);
  }
  for (const Row& row : wanted) {
    TRY(session.query("GRANT " + session.quote_name(row.front().value_or("")) + " TO " +
                      session.quote_name(role)));
  }
  return {};
}

// One that cannot be handed over keeps its owner; the rest is of use all the same.
Result<> carry_out(Session& session, const std::vector<std::string>& statements) {
  const Session::Talk talk{.patience = kPatience};
  std::string all;
  for (const auto& statement : statements) all += statement + ";\n";
  const auto done = session.run(all, talk);
  if (done || done.error().code != ErrorCode::failed) return done;
  for (const auto& statement : statements) {
    const auto one = session.run(statement, talk);
    if (one) continue;
    if (one.error().code != ErrorCode::failed) return one;
    spdlog::warn("a copy's login does not get something of it: {}", one.error().message);
  }
  return {};
}

}  // namespace

Result<> hand_over(Session& session, const std::string& role) {
  const auto rows = TRY(session.query(kHandOver, {role}, kPatience));
  std::vector<std::string> batch;
  for (const Row& row : rows) {
    batch.push_back(row.front().value_or(""));
    if (batch.size() < kBatch) continue;
    TRY(carry_out(session, batch));
    batch.clear();
  }
  return batch.empty() ? Result<>() : carry_out(session, batch);
}

Result<> grant_ownership(Session& session, const std::string& role, const OpenDatabase& open) {
  TRY(revoke_dangerous(session, role));
  TRY(grant_roles(session, role));
  if (session.server_major() >= 15) {
    // So that tests can do without triggers for a while.
    TRY(session.query("GRANT SET ON PARAMETER session_replication_role TO " +
                      session.quote_name(role)));
  }
  const auto databases =
      TRY(session.query("SELECT datname, pg_has_role($1::name, datdba, 'USAGE') FROM pg_database "
                        "WHERE datallowconn AND NOT datistemplate",
                        {role}));
  for (const Row& row : databases) {
    const std::string database = row.front().value_or("");
    if (row[1] != "t") {
      TRY(session.query("ALTER DATABASE " + session.quote_name(database) + " OWNER TO " +
                        session.quote_name(role)));
    }
    auto inside = TRY(open(database));
    TRY(in_context("database " + database, hand_over(inside, role)));
  }
  return {};
}

}  // namespace slip::postgresql
