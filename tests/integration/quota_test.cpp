// SPDX-License-Identifier: Apache-2.0
// Databases of a container that writes more than its disk quota, on btrfs.

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <libpq-fe.h>
#include <mysql.h>

#include <chrono>
#include <iostream>
#include <memory>
#include <thread>

#include "operations/edits/edits.h"
#include "operations/lookup.h"
#include "operations/quotas.h"
#include "tests/integration/real_world.h"

namespace slip {
namespace {

using namespace std::chrono_literals;

constexpr std::int64_t mebibyte = 1 << 20;
constexpr std::int64_t disk_quota = 256 * mebibyte;
constexpr std::int64_t lowered_quota = 160 * mebibyte;

Container container_called(Installation& installation, const std::string& name) {
  return *installation.catalog().read([&](CatalogUnit& catalog) {
    return find_container(catalog, administrator(), Right::look, name);
  });
}

// The first field of the first row, or "ERROR: ...".
using Ask = std::function<std::string(const std::string& container, const std::string& sql)>;

Ask mariadb(Installation& installation) {
  return [&installation](const std::string& name, const std::string& sql) -> std::string {
    const Container container = container_called(installation, name);
    const std::unique_ptr<MYSQL, decltype(&mysql_close)> session(mysql_init(nullptr), &mysql_close);
    const unsigned patience_s = 30;
    mysql_options(session.get(), MYSQL_OPT_READ_TIMEOUT, &patience_s);
    const auto password = password_of(installation, container);
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
  };
}

Ask postgresql(Installation& installation) {
  return [&installation](const std::string& name, const std::string& sql) {
    return query(installation, name, sql);
  };
}

bool expect(bool holds, const std::string& what) {
  if (!holds) std::cerr << what << "\n";
  return holds;
}

bool set_quota(Installation& installation, std::int64_t bytes) {
  const auto done =
      edit(installation.engine().world(), administrator(), SetQuota{"qa", {.disk_bytes = bytes}});
  return expect(done.has_value(), done ? "" : done.error().describe());
}

DiskUse use_of(Installation& installation) {
  const Container container = container_called(installation, "qa");
  const auto use =
      disk_use(installation.engine().world().storage, container.quota, container.number);
  return use && *use ? **use : DiskUse{};
}

bool comes_back(const Ask& ask, const std::string& container) {
  for (int tries = 0; tries < 600; ++tries) {
    if (ask(container, "SELECT 1") == "1") return true;
    std::this_thread::sleep_for(50ms);
  }
  return expect(false, container + " does not come back: " + ask(container, "SELECT 1"));
}

Result<Operation> bookmark(Installation& installation, const std::string& name) {
  CreateBookmark request;
  request.container = "qa";
  request.name = name;
  return installation.engine().submit(administrator(), request);
}

// Writes until that is refused; how often it was acknowledged.
int write_until_refused(const Ask& ask, const std::string& sql) {
  for (int acknowledged = 0; acknowledged < 4000; ++acknowledged) {
    const auto answer = ask("qa", sql);
    if (!answer.starts_with("ERROR")) continue;
    std::cerr << "refused after " << acknowledged << ": " << answer << "\n";
    return acknowledged;
  }
  return -1;
}

struct Database {
  std::string kind;
  Ask (*ask_by)(Installation&);
  std::string table;
  std::string half_a_mebibyte;  // one row
};

class DiskQuotaOfADatabase : public testing::TestWithParam<Database> {};

// The whole story: it meets its quota, neighbours go on, it can be left and come back to, and room
// lets it go on where it was.
bool meets_its_quota(Installation& installation, const Database& database) {
  const Ask ask = database.ask_by(installation);
  const auto rows = [&](const std::string& container) {
    return std::atoi(ask(container, "SELECT COUNT(*) FROM t").c_str());
  };
  if (!succeeds(installation, LinkSource{"db", {database.kind, {}, {}}}) ||
      !succeeds(installation, CreateTemplate{"shop", {{"db", "db", 1, 0, {}}}}) ||
      !succeeds(installation, CreateContainer{"qa", "shop", {}}) ||
      !succeeds(installation, CreateContainer{"dev", "shop", {}}) ||
      !set_quota(installation, disk_quota)) {
    return false;
  }
  for (const char* container : {"qa", "dev"}) {
    const auto made = ask(container, database.table);
    if (!expect(!made.starts_with("ERROR"), made)) return false;
  }
  if (!has_succeeded(installation, bookmark(installation, "empty"))) return false;

  const int acknowledged = write_until_refused(ask, database.half_a_mebibyte);
  const DiskUse full = use_of(installation);
  std::cerr << acknowledged << " rows, " << full.used / mebibyte << " MiB used\n";
  // What was on its way to the disk when a server ended may not count any more, so that there is
  // room again: below what is certainly used there is none.
  if (!expect(acknowledged > 0, "it was never refused") ||
      !expect(full.used < disk_quota + 2 * slack_of(disk_quota), "it has taken much more") ||
      !set_quota(installation, lowered_quota) ||
      !expect(use_of(installation).room() == DiskRoom::used_up, "it does not count as used up")) {
    return false;
  }
  const auto beside = ask("dev", database.half_a_mebibyte);
  if (!expect(!beside.starts_with("ERROR"), "the neighbour: " + beside)) return false;
  const auto refused = bookmark(installation, "more");
  if (!expect(!refused && refused.error().code == ErrorCode::no_space, "a bookmark is begun")) {
    return false;
  }
  std::cerr << refused.error().message << "\n";

  if (!succeeds(installation, RestoreContainer{"qa", FromBookmark{"empty"}}) ||
      !comes_back(ask, "qa") || !expect(rows("qa") == 0, "it is not what it was")) {
    return false;
  }
  if (!succeeds(installation, UndoContainer{"qa"}) || !comes_back(ask, "qa") ||
      !expect(rows("qa") >= acknowledged, "acknowledged rows are lost")) {
    return false;
  }
  if (!set_quota(installation, 8 * disk_quota) || !comes_back(ask, "qa")) return false;
  const auto again = ask("qa", database.half_a_mebibyte);
  return expect(!again.starts_with("ERROR"), "with room: " + again) &&
         expect(rows("qa") > acknowledged, "acknowledged rows are lost");
}

TEST_P(DiskQuotaOfADatabase, StopsItAloneAndLosesNothing) {
  if (geteuid() != 0) GTEST_SKIP() << "an ordinary user has no btrfs pool";
  RealWorld world;
  world.as_daemon(
      [](Installation& installation) { return meets_its_quota(installation, GetParam()); });
}

INSTANTIATE_TEST_SUITE_P(
    Of, DiskQuotaOfADatabase,
    testing::Values(Database{"postgresql", postgresql, "CREATE TABLE t (v bytea)",
                             "ALTER TABLE t ALTER v SET STORAGE EXTERNAL; INSERT INTO t SELECT "
                             "string_agg(sha512(convert_to(random()::text, 'UTF8')), '') FROM "
                             "generate_series(1, 8192)"},
                    Database{"mariadb", mariadb, "CREATE TABLE t (v LONGBLOB)",
                             "INSERT INTO t VALUES (REPEAT('x', 524288))"}),
    [](const auto& each) { return each.param.kind; });

}  // namespace
}  // namespace slip
