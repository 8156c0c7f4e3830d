// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <libpq-fe.h>
#include <mysql.h>
#include <signal.h>

#include <fstream>
#include <iostream>
#include <memory>
#include <thread>

#include "base/json.h"
#include "operations/lookup.h"
#include "tests/integration/real_world.h"

namespace slip {
namespace {

using namespace std::chrono_literals;

// Within the daemon's process; what is wrong is said on standard error.
bool is(const std::string& what, const std::string& found, const std::string& expected) {
  if (found == expected) return true;
  std::cerr << what << ": " << found << ", expected " << expected << "\n";
  return false;
}

bool make_container(Installation& installation, const std::string& kind,
                    const std::map<std::string, std::string>& settings = {}) {
  return succeeds(installation, LinkSource{"db", {kind, settings, {}}}) &&
         succeeds(installation, CreateTemplate{"shop", {{"db", "db", 1, 0, {}}}}) &&
         succeeds(installation, CreateContainer{"qa", "shop", {}});
}

bool bookmark(Installation& installation, const std::string& name,
              BookmarkManner manner = BookmarkManner::running) {
  CreateBookmark request;
  request.container = "qa";
  request.name = name;
  request.manner = manner;
  return succeeds(installation, request);
}

// What an act left behind has been kept.
bool is_kept(Installation& installation) {
  for (int tries = 0; tries < 1000; ++tries) {
    const auto unfinished = installation.catalog().read(
        [](CatalogUnit& catalog) { return catalog.operations().unfinished(); });
    if (unfinished && unfinished->empty()) return true;
    std::this_thread::sleep_for(20ms);
  }
  std::cerr << "what was left is not kept\n";
  return false;
}

bool restore(Installation& installation, const std::string& name) {
  return succeeds(installation, RestoreContainer{"qa", FromBookmark{name}}) &&
         is_kept(installation);
}

Container container_of(Installation& installation) {
  return *installation.catalog().read([](CatalogUnit& catalog) {
    return find_container(catalog, administrator(), Right::look, "qa");
  });
}

Point newest_point(Installation& installation, PointKind kind) {
  const auto active = container_of(installation).active;
  const auto points = *installation.catalog().read(
      [&](CatalogUnit& catalog) { return catalog.points().of_branch(active); });
  for (auto one = points.rbegin(); one != points.rend(); ++one) {
    if (one->kind == kind) return *one;
  }
  return Point{};
}

// What the newest point of that kind lacks of the database; "?" where that is not known.
std::string lacks(Installation& installation, PointKind kind) {
  const auto point = newest_point(installation, kind);
  const auto found = point.positions.find("db");
  if (found == point.positions.end() || !found->second.lacks) return "?";
  return to_json_text(*found->second.lacks);
}

bool says(const std::string& what, const std::string& lacks, const std::string& words) {
  if (lacks.find(words) != std::string::npos) return true;
  std::cerr << what << " does not say \"" << words << "\": " << lacks << "\n";
  return false;
}

class Postgresql {
 public:
  explicit Postgresql(Installation& installation) : installation_(installation) {}

  std::string ask(const std::string& sql) const { return query(installation_, "qa", sql); }
  bool done(const std::string& sql) const {
    const auto answer = ask(sql);
    if (!answer.starts_with("ERROR")) return true;
    std::cerr << sql << ": " << answer << "\n";
    return false;
  }

  // A serial and a sequence in use, unlogged rows, and statistics.
  bool fill() const {
    if (!done("CREATE TABLE t (id serial PRIMARY KEY, v text);"
              "INSERT INTO t (v) SELECT 'x' FROM generate_series(1, 500);"
              "CREATE SEQUENCE s; SELECT nextval('s') FROM generate_series(1, 5);"
              "CREATE UNLOGGED TABLE u AS SELECT generate_series(1, 1001) AS n") ||
        !done("ANALYZE t")) {
      return false;
    }
    // The statistics are there a moment after the session has ended.
    for (int tries = 0; tries < 200; ++tries) {
      if (ask("SELECT last_analyze IS NOT NULL AND n_live_tup = 500 FROM pg_stat_user_tables "
              "WHERE relname = 't'") == "t") {
        return true;
      }
      std::this_thread::sleep_for(50ms);
    }
    std::cerr << "there are no statistics\n";
    return false;
  }
  std::string statistics() const {
    return ask(
        "SELECT n_live_tup || ' ' || coalesce(last_analyze::text, 'never') FROM "
        "pg_stat_user_tables WHERE relname = 't'");
  }
  // Uses them.
  bool has(const std::string& unlogged, const std::string& serial, const std::string& sequence) {
    return is("rows of the unlogged table", ask("SELECT count(*) FROM u"), unlogged) &&
           is("the serial's next value", ask("SELECT nextval('t_id_seq')"), serial) &&
           is("the sequence's next value", ask("SELECT nextval('s')"), sequence);
  }

 private:
  Installation& installation_;
};

TEST(ExactPointsOfPostgresql, BringBackSequencesUnloggedRowsAndStatistics) {
  RealWorld world;
  world.as_daemon([](Installation& installation) {
    Postgresql db(installation);
    if (!make_container(installation, "postgresql") || !bookmark(installation, "empty") ||
        !db.fill()) {
      return false;
    }
    const std::string statistics = db.statistics();

    if (!restore(installation, "empty") ||
        !is("the safety point lacks", lacks(installation, PointKind::safety), "[]") ||
        !succeeds(installation, UndoContainer{"qa"}) ||
        !is("statistics after Undo", db.statistics(), statistics) || !db.has("1001", "501", "6")) {
      return false;
    }

    if (!bookmark(installation, "exact", BookmarkManner::exact) ||
        !is("the exact bookmark lacks", lacks(installation, PointKind::bookmark), "[]") ||
        !db.done("DELETE FROM u; SELECT nextval('s') FROM generate_series(1, 90)") ||
        !restore(installation, "exact") ||
        !is("statistics of the exact bookmark", db.statistics(), statistics)) {
      return false;
    }
    return db.has("1001", "502", "7");
  });
}

TEST(ExactPointsOfPostgresql, BookmarksOfARunningServerSayWhatTheyLack) {
  RealWorld world;
  world.as_daemon([](Installation& installation) {
    Postgresql db(installation);
    if (!make_container(installation, "postgresql") || !db.fill() ||
        !bookmark(installation, "quiet")) {
      return false;
    }
    const std::string quiet = lacks(installation, PointKind::bookmark);
    // Nobody was at work, so it was made close to exact.
    if (!says("the bookmark", quiet, "the rows of the unlogged table public.u") ||
        !says("the bookmark", quiet, "statistics") || quiet.find("sequence") != quiet.npos ||
        !restore(installation, "quiet") || !db.has("0", "501", "6")) {
      std::cerr << quiet << "\n";
      return false;
    }
    // Somebody is in a transaction all the while.
    const Container container = container_of(installation);
    const std::unique_ptr<PGconn, decltype(&PQfinish)> busy(
        PQconnectdb(("host=127.0.0.1 user=slip dbname=postgres port=" +
                     std::to_string(container.endpoints[0].port) +
                     " password=" + password_of(installation, container))
                        .c_str()),
        &PQfinish);
    PQclear(PQexec(busy.get(), "BEGIN; SELECT nextval('s')"));
    if (!bookmark(installation, "busy")) return false;
    return says("the bookmark of a busy branch", lacks(installation, PointKind::bookmark),
                "the next value of the sequence public.s, which is ");
  });
}

class Mariadb {
 public:
  explicit Mariadb(Installation& installation) : installation_(installation) {}

  std::string ask(const std::string& sql) const {
    const Container container = container_of(installation_);
    const std::unique_ptr<MYSQL, decltype(&mysql_close)> session(mysql_init(nullptr), &mysql_close);
    const auto password = password_of(installation_, container);
    if (mysql_real_connect(session.get(), "127.0.0.1", "slip", password.c_str(), "slip",
                           container.endpoints[0].port, nullptr, 0) == nullptr ||
        mysql_query(session.get(), sql.c_str()) != 0) {
      return std::string("ERROR: ") + mysql_error(session.get());
    }
    MYSQL_RES* stored = mysql_store_result(session.get());
    if (stored == nullptr) return "";
    const MYSQL_ROW row = mysql_fetch_row(stored);
    std::string answer = row != nullptr && row[0] != nullptr ? row[0] : "";
    mysql_free_result(stored);
    return answer;
  }
  bool done(const std::vector<std::string>& statements) const {
    for (const auto& sql : statements) {
      const auto answer = ask(sql);
      if (!answer.starts_with("ERROR")) continue;
      std::cerr << sql << ": " << answer << "\n";
      return false;
    }
    return true;
  }

 private:
  Installation& installation_;
};

TEST(ExactPointsOfMariadb, BringBackWhatARestartKeepsAndSayWhatItLoses) {
  RealWorld world;
  world.as_daemon([](Installation& installation) {
    const Mariadb db(installation);
    if (!make_container(installation, "mariadb") || !bookmark(installation, "empty") ||
        !db.done({"CREATE TABLE t (id INT AUTO_INCREMENT PRIMARY KEY, v INT)",
                  "INSERT INTO t (v) VALUES (1), (2), (3)", "DELETE FROM t WHERE id = 3",
                  "CREATE SEQUENCE s", "SELECT NEXTVAL(s)", "CREATE SEQUENCE unused",
                  "CREATE TABLE m (n INT) ENGINE=MEMORY", "INSERT INTO m VALUES (1)",
                  "CREATE TABLE i (n INT) ENGINE=MyISAM", "INSERT INTO i VALUES (1), (2)",
                  "CREATE TABLE a (n INT) ENGINE=Aria TRANSACTIONAL=0",
                  "INSERT INTO a VALUES (1), (2), (3)"})) {
      return false;
    }
    const auto has_all = [&] {
      return is("MyISAM rows", db.ask("SELECT COUNT(*) FROM i"), "2") &&
             is("Aria rows", db.ask("SELECT COUNT(*) FROM a"), "3") &&
             is("MEMORY rows", db.ask("SELECT COUNT(*) FROM m"), "0") &&
             is("tables that need a repair", db.ask("SELECT COUNT(*) FROM i, a"), "6");
    };
    const auto says_so = [&](const std::string& what, PointKind kind) {
      const std::string found = lacks(installation, kind);
      return says(what, found, "the rows of the MEMORY table slip.m") &&
             says(what, found, "the next value of the sequence slip.s, which is up to 1000") &&
             is("unused sequences", std::to_string(found.find("unused")),
                std::to_string(std::string::npos));
    };

    if (!bookmark(installation, "running") || !says_so("a bookmark", PointKind::bookmark) ||
        !restore(installation, "empty") || !says_so("a safety point", PointKind::safety) ||
        !succeeds(installation, UndoContainer{"qa"}) || !has_all() ||
        !db.done({"INSERT INTO t (v) VALUES (4)"}) ||
        !is("AUTO_INCREMENT", db.ask("SELECT MAX(id) FROM t"), "4")) {
      return false;
    }
    return db.done({"DROP SEQUENCE s", "DROP TABLE m"}) &&
           bookmark(installation, "exact", BookmarkManner::exact) &&
           is("the exact bookmark lacks", lacks(installation, PointKind::bookmark), "[]");
  });
}

// The process of the active branch's database server.
pid_t server_of(Installation& installation) {
  const auto active = container_of(installation).active;
  const auto branch = *installation.catalog().read(
      [&](CatalogUnit& catalog) { return branch_of(catalog, active); });
  for (const auto& entry : std::filesystem::directory_iterator("/proc")) {
    std::ifstream file(entry.path() / "cmdline");
    const std::string line((std::istreambuf_iterator<char>(file)), {});
    const bool is_server = line.find("/bin/postgres") < 60 || line.find("/mariadbd") < 60;
    if (is_server && line.find(branch.volume.str()) != line.npos) {
      return static_cast<pid_t>(std::stol(entry.path().filename()));
    }
  }
  std::cerr << "no server runs\n";
  return -1;
}

struct Breakage {
  std::string name;
  std::function<bool(Installation&)> break_it;
};
std::ostream& operator<<(std::ostream& out, const Breakage& breakage) {
  return out << breakage.name;
}

class BrokenPostgresql : public testing::TestWithParam<Breakage> {};

TEST_P(BrokenPostgresql, CanBeBookmarkedAndLeft) {
  RealWorld world;
  world.as_daemon([&](Installation& installation) {
    const Postgresql db(installation);
    if (!make_container(installation, "postgresql", {{"superuser", "true"}}) ||
        !db.done("CREATE TABLE t AS SELECT 1 AS n") || !bookmark(installation, "whole") ||
        !GetParam().break_it(installation)) {
      return false;
    }
    return bookmark(installation, "broken") && restore(installation, "whole") &&
           is("rows", db.ask("SELECT count(*) FROM t"), "1") &&
           db.done("INSERT INTO t VALUES (2)") && succeeds(installation, ResetContainer{"qa"}) &&
           is("rows", db.ask("SELECT count(*) FROM t"), "1");
  });
}

std::function<bool(Installation&)> by_sql(std::string sql) {
  return [sql = std::move(sql)](Installation& installation) {
    return Postgresql(installation).done(sql);
  };
}

bool takes_all_connections(Installation& installation) {
  const Container container = container_of(installation);
  const std::string target = "host=127.0.0.1 user=slip dbname=postgres port=" +
                             std::to_string(container.endpoints[0].port) +
                             " password=" + password_of(installation, container);
  // Open as long as the daemon lives.
  for (int count = 0; count < 200; ++count) {
    if (PQstatus(PQconnectdb(target.c_str())) != CONNECTION_OK) return count > 0;
  }
  return false;
}

bool stops_the_process(Installation& installation) {
  const pid_t server = server_of(installation);
  return server > 0 && kill(server, SIGSTOP) == 0;
}

// It cannot be started again.
bool brings_it_down(Installation& installation) {
  const pid_t server = server_of(installation);
  return server > 0 && Postgresql(installation).done("ALTER SYSTEM SET shared_buffers = '900GB'") &&
         kill(server, SIGKILL) == 0;
}

INSTANTIATE_TEST_SUITE_P(
    Ways, BrokenPostgresql,
    testing::Values(
        Breakage{"BadAccessFile",
                 by_sql("DO $$ BEGIN EXECUTE format('COPY (SELECT ''local all all reject'') TO %L',"
                        "current_setting('data_directory') || '/pg_hba.conf'); END $$; SELECT "
                        "pg_reload_conf()")},
        Breakage{"OwnRoleLocked", by_sql("ALTER ROLE slipstream NOLOGIN")},
        Breakage{"NoConnectionsAllowed",
                 by_sql("UPDATE pg_database SET datallowconn = false WHERE datname IN ('postgres', "
                        "'template1')")},
        Breakage{"LoginDropped",
                 by_sql("CREATE ROLE other SUPERUSER; SET ROLE other; REASSIGN OWNED BY slip TO "
                        "other; ALTER ROLE slip NOLOGIN NOSUPERUSER PASSWORD 'changed'")},
        Breakage{"DatabasesRenamed",
                 by_sql("UPDATE pg_database SET datname = 'was_' || datname WHERE datname <> "
                        "'template0'")},
        Breakage{"AllConnectionsInUse", takes_all_connections},
        Breakage{"ProcessStopped", stops_the_process}, Breakage{"Down", brings_it_down}),
    [](const auto& each) { return each.param.name; });

TEST(BrokenMariadb, ThatDoesNotAnswerCanBeBookmarkedAndLeft) {
  RealWorld world;
  world.as_daemon([](Installation& installation) {
    const Mariadb db(installation);
    return make_container(installation, "mariadb") &&
           db.done({"CREATE TABLE t (n INT)", "INSERT INTO t VALUES (1)"}) &&
           bookmark(installation, "whole") && stops_the_process(installation) &&
           bookmark(installation, "broken") &&
           says("the bookmark", lacks(installation, PointKind::bookmark), "did not answer") &&
           restore(installation, "whole") && is("rows", db.ask("SELECT COUNT(*) FROM t"), "1");
  });
}

}  // namespace
}  // namespace slip
