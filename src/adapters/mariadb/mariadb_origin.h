// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "adapters/mariadb/mariadb_world.h"

namespace slip {

// A server of the test's own as the origin of what is linked.
class MariadbOrigin : public AdapterTest {
 protected:
  test::MariadbWorld& world() { return static_cast<test::MariadbWorld&>(*world_); }

  void start_origin() {
    origin_ = world().instance("ins_origin", world().good());
    ASSERT_TRUE(ok(world().fill(origin_)));
    ASSERT_TRUE(ok(bring_up_as_production(origin_)));
    for (const char* statement :
         {"CREATE DATABASE staff", "CREATE TABLE staff.employees (name VARCHAR(100), raw BLOB)",
          "INSERT INTO staff.employees SELECT CONCAT('employee ', seq), x'00FF0A' FROM "
          "seq_1_to_1000",
          "CREATE DEFINER=ghost@nowhere VIEW staff.names AS SELECT name FROM staff.employees",
          "CREATE DEFINER=ghost@nowhere FUNCTION staff.answer() RETURNS INT RETURN (SELECT "
          "COUNT(*) FROM staff.employees)"}) {
      world().sql(origin_, statement);
    }
  }
  InstanceContext of(std::map<std::string, std::string> settings,
                     const std::string& id = "ins_copy") {
    return world().instance(id, world().with(std::move(settings)));
  }
  Error refusal(std::map<std::string, std::string> settings) {
    const auto copy = of(std::move(settings), "ins_refused");
    const auto refused = ingest(copy);
    EXPECT_FALSE(refused);
    EXPECT_EQ(world().processes_in(copy.directory), 0);
    return refused ? Error{} : refused.error();
  }

  InstanceContext origin_;
};

}  // namespace slip
