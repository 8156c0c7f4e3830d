// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>
#include <unistd.h>

#include <iostream>

#include "base/subprocess.h"
#include "operations/lookup.h"
#include "tests/integration/real_world.h"

namespace slip {
namespace {

#define MUST(condition)                                             \
  if (!(condition)) {                                               \
    std::cerr << "line " << __LINE__ << ": " << #condition << "\n"; \
    return false;                                                   \
  }

// A shop: its orders in PostgreSQL, its carts in Redis, a container each for two people.
class RedisBesidePostgresql : public testing::Test {
 protected:
  static bool make_shop(Installation& installation) {
    return succeeds(installation, LinkSource{"shop.db", {"postgresql", {}, {}}}) &&
           succeeds(installation, LinkSource{"shop.carts", {"redis", {}, {}}}) &&
           succeeds(installation, CreateTemplate{"shop",
                                                 {{"db", "shop.db", 1, 0, {}},
                                                  {"carts", "shop.carts", 1, 0, {}}}}) &&
           succeeds(installation, CreateContainer{"qa", "shop", {}}) &&
           succeeds(installation, CreateContainer{"dev", "shop", {}}) &&
           settles(installation, "qa") && settles(installation, "dev") &&
           query(installation, "qa", "CREATE TABLE orders (item text)").empty();
  }
  // In the container's Redis, through its endpoint; what the client says.
  static std::string redis(Installation& installation, const std::string& name,
                           const std::vector<std::string>& words) {
    const auto container = installation.catalog().read([&](CatalogUnit& catalog) {
      return find_container(catalog, administrator(), Right::look, name);
    });
    if (!container) return container.error().describe();
    Command command{.argv = {"redis-cli", "-p", std::to_string(container->endpoints[1].port)},
                    .env = {{"REDISCLI_AUTH", password_of(installation, *container)}}};
    command.argv.insert(command.argv.end(), words.begin(), words.end());
    auto said = run_ok(command);
    if (!said) return said.error().detail;
    while (!said->empty() && said->back() == '\n') said->pop_back();
    return *said;
  }
  static bool add(Installation& installation, const std::string& item) {
    return query(installation, "qa", "INSERT INTO orders VALUES ('" + item + "')").empty() &&
           redis(installation, "qa", {"SADD", "cart", item}) == "1";
  }
  // How many both have: "2 2".
  static std::string both(Installation& installation, const std::string& name) {
    return query(installation, name, "SELECT count(*) FROM orders") + " " +
           redis(installation, name, {"SCARD", "cart"});
  }
  static bool bookmark(Installation& installation, const std::string& name,
                       Audience audience = Audience::only_container) {
    CreateBookmark request;
    request.container = "qa";
    request.name = name;
    request.audience = audience;
    return succeeds(installation, request);
  }

  RealWorld world_;
};

TEST_F(RedisBesidePostgresql, IsRestoredAgainAndAgainInDestructiveTesting) {
  world_.as_daemon([](Installation& installation) {
    MUST(make_shop(installation));
    MUST(add(installation, "-1") && add(installation, "deleted"));
    MUST(bookmark(installation, "after the edge case data"));
    for (int round = 0; round < 2; ++round) {
      MUST(query(installation, "qa", "DELETE FROM orders").empty());
      MUST(redis(installation, "qa", {"FLUSHALL"}) == "OK");
      MUST(both(installation, "qa") == "0 0");
      MUST(
          succeeds(installation, RestoreContainer{"qa", FromBookmark{"after the edge case data"}}));
      MUST(settles(installation, "qa"));
      MUST(both(installation, "qa") == "2 2");
    }
    MUST(succeeds(installation, UndoContainer{"qa"}) && settles(installation, "qa"));
    return both(installation, "qa") == "0 0";
  });
}

TEST_F(RedisBesidePostgresql, GivesADeveloperABugWithItsData) {
  world_.as_daemon([](Installation& installation) {
    MUST(make_shop(installation));
    MUST(add(installation, "the bug"));
    MUST(bookmark(installation, "Bug 4711 data", Audience::everyone));
    MUST(succeeds(installation, CreateBranch{"dev", "bug 4711", FromBookmark{"qa/Bug 4711 data"},
                                             Activation::activate}));
    MUST(settles(installation, "dev"));
    MUST(both(installation, "dev") == "1 1");
    MUST(redis(installation, "dev", {"SADD", "cart", "the fix"}) == "1");
    MUST(both(installation, "qa") == "1 1");

    MUST(succeeds(installation, ActivateBranch{"dev", "default"}));
    MUST(settles(installation, "dev"));
    MUST(redis(installation, "dev", {"EXISTS", "cart"}) == "0");
    MUST(succeeds(installation, ActivateBranch{"dev", "bug 4711"}));
    MUST(settles(installation, "dev"));
    return both(installation, "dev") == "1 2";
  });
}

// Nothing of it could be trusted to be gone.
TEST_F(RedisBesidePostgresql, IsNotMasked) {
  world_.as_daemon([](Installation& installation) {
    MUST(succeeds(installation, LinkSource{"shop.carts", {"redis", {}, {}}}));
    SourcePlace place{"carts", "shop.carts", 1, 0, {}};
    place.hooks = {{.when = HookMoment::mask, .command = {"/bin/true"}}};
    const auto refused =
        installation.engine().submit(administrator(), CreateTemplate{"shop", {place}});
    MUST(!refused && refused.error().code == ErrorCode::unsupported);
    return refused.error().describe().find("cannot be masked") != std::string::npos;
  });
}

// A directory of people, of a kind that is a file, beside a database.
class OpenldapBesidePostgresql : public RedisBesidePostgresql {
 protected:
  // Its client's words, on the container's endpoint; $DN is the login, and the password is said.
  static Result<std::string> ldap(Installation& installation, const std::string& line) {
    const auto container = TRY(installation.catalog().read([&](CatalogUnit& catalog) {
      return find_container(catalog, administrator(), Right::look, "qa");
    }));
    const std::string port = std::to_string(container.endpoints[1].port);
    return run_ok({.argv = {"sh", "-c", "printf %s \"$PASSWORD\" >pw; " + line + "; rm pw"},
                   .env = {{"URL", "ldap://127.0.0.1:" + port},
                           {"DN", "cn=slip,dc=example,dc=org"},
                           {"PASSWORD", password_of(installation, container)}},
                   .working_directory = installation.data()});
  }
  static bool add(Installation& installation, const std::string& name) {
    return ldap(installation, "printf 'dn: cn=" + name +
                                  ",dc=example,dc=org\nobjectClass: person\nsn: x\n' | "
                                  "ldapadd -H $URL -x -D $DN -y pw")
        .has_value();
  }
  static bool has(Installation& installation, const std::string& name) {
    const auto said = ldap(installation,
                           "ldapsearch -LLL -H $URL -x -D $DN -y pw -b "
                           "dc=example,dc=org '(cn=" +
                               name + ")'");
    return said && said->find("cn: " + name) != std::string::npos;
  }
};

TEST_F(OpenldapBesidePostgresql, IsRestoredWithIt) {
  if (::access("/usr/sbin/slapd", X_OK) != 0) GTEST_SKIP() << "slapd is not installed";
  std::filesystem::create_directories(world_.options().data);
  std::filesystem::copy(SLIP_KIND_FILES, world_.options().kinds);
  world_.as_daemon([](Installation& installation) {
    MUST(succeeds(installation, LinkSource{"hr.db", {"postgresql", {}, {}}}));
    MUST(succeeds(installation, LinkSource{"hr.people", {"openldap", {}, {}}}));
    MUST(succeeds(
        installation,
        CreateTemplate{"hr", {{"db", "hr.db", 1, 0, {}}, {"people", "hr.people", 1, 0, {}}}}));
    MUST(succeeds(installation, CreateContainer{"qa", "hr", {}}) && settles(installation, "qa"));
    MUST(query(installation, "qa", "CREATE TABLE people (name text)").empty());
    MUST(add(installation, "anna") && has(installation, "anna"));
    MUST(bookmark(installation, "with anna"));
    MUST(query(installation, "qa", "DROP TABLE people").empty() && add(installation, "bert"));

    MUST(succeeds(installation, RestoreContainer{"qa", FromBookmark{"with anna"}}));
    MUST(settles(installation, "qa"));
    MUST(query(installation, "qa", "SELECT count(*) FROM people") == "0");
    MUST(has(installation, "anna") && !has(installation, "bert"));
    MUST(succeeds(installation, UndoContainer{"qa"}) && settles(installation, "qa"));
    return has(installation, "bert");
  });
}

}  // namespace
}  // namespace slip
