// SPDX-License-Identifier: Apache-2.0
#include "adapters/mariadb/log_statements.h"

#include <gtest/gtest.h>

namespace slip::mariadb {
namespace {

TEST(LogStatements, DefinitionsComeOutAlike) {
  for (const char* statement :
       {"BEGIN",
        "COMMIT",
        "XA COMMIT X'61',X'',1",
        "CREATE TABLE t (id INT, v VARCHAR(9))",
        "create or replace table `select` (a int default 1) partition by range (a) "
        "(partition p values less than (3))",
        "CREATE TABLE t (id UUID DEFAULT UUID())",
        "CREATE VIEW v AS SELECT UUID()",
        "CREATE DEFINER=`a`@`b` PROCEDURE p() BEGIN INSERT INTO t VALUES (UUID()); END",
        "CREATE TABLE t (s VARCHAR(9) DEFAULT 'SELECT') COMMENT='VALUES (1)'",
        "ALTER TABLE t ADD INDEX uuid (uuid), ADD UNIQUE KEY rand (rand)",
        "ALTER TABLE t ADD COLUMN at DATETIME DEFAULT NOW()",
        "CREATE TABLE t (id INT AUTO_INCREMENT PRIMARY KEY)",
        "ALTER TABLE t AUTO_INCREMENT = 100",
        "ALTER TABLE t ADD COLUMN `user` VARCHAR(9)",
        "ALTER TABLE t ADD CHECK (mail REGEXP '@'), COMMENT 'and/or' /* a/b */",
        "ALTER TABLE t ADD COLUMN week INT DEFAULT 1",
        "CREATE TABLE t (a INT, b DECIMAL(9,5) AS (a / 3) STORED)",
        "ALTER ONLINE TABLE t ADD UNIQUE (a)",
        "DROP TABLE IF EXISTS `t` /* x */",
        "TRUNCATE TABLE t",
        "GRANT SELECT ON *.* TO a",
        "SET PASSWORD FOR a = 'x'",
        "DELETE FROM `slip`.`in_memory`",
        "ANALYZE TABLE t",
        "",
        "-- only a comment"}) {
    EXPECT_FALSE(may_come_out_differently(statement)) << statement;
  }
}

TEST(LogStatements, RowsThatAStatementMakesMayNot) {
  for (const char* statement : {"INSERT INTO t VALUES (UUID())",
                                "/* x */ insert into t values (1)",
                                "UPDATE t SET a = SYSDATE()",
                                "DELETE FROM t LIMIT 1",
                                "REPLACE INTO t SELECT * FROM u",
                                "CALL p()",
                                "SELECT f()",
                                "DO f()",
                                "LOAD DATA INFILE 'x' INTO TABLE t",
                                "CREATE TABLE t SELECT UUID() AS u",
                                "CREATE TABLE t (a INT) AS SELECT 1 AS a",
                                "CREATE TABLE t (a INT) VALUES (1)",
                                "/*!50100 INSERT INTO t VALUES (1) */",
                                "SET STATEMENT max_statement_time = 9 FOR INSERT INTO t VALUES (1)",
                                "ALTER TABLE t ADD COLUMN u VARCHAR(36) DEFAULT UUID()",
                                "ALTER TABLE t ADD COLUMN r DOUBLE DEFAULT (RAND(7))",
                                "ALTER TABLE t ADD COLUMN n INT DEFAULT (NEXT VALUE FOR s)",
                                "ALTER TABLE t ADD id INT AUTO_INCREMENT PRIMARY KEY",
                                "alter table t modify id bigint not null auto_increment",
                                "ALTER IGNORE TABLE t ADD UNIQUE (a)",
                                "ALTER TABLE t ADD COLUMN by_whom VARCHAR(99) DEFAULT USER()",
                                "ALTER TABLE t ADD COLUMN by_whom VARCHAR(99) DEFAULT CURRENT_USER",
                                "ALTER TABLE t ADD COLUMN last BIGINT DEFAULT (LAST_INSERT_ID())",
                                "ALTER TABLE t ADD w INT DEFAULT (WEEK(a))",
                                "ALTER TABLE t ADD s VARBINARY(99) DEFAULT (aes_encrypt(a, 'k'))",
                                "ALTER TABLE t ADD x BOOL AS (a REGEXP 'b') STORED",
                                "ALTER TABLE t ADD d DECIMAL(9,5) AS (a/3) STORED",
                                "WITH a AS (SELECT 1) SELECT 2",
                                "something new"}) {
    EXPECT_TRUE(may_come_out_differently(statement)) << statement;
  }
}

TEST(LogStatements, AreAboutATableWhereTheyNameItOrItsDatabase) {
  const TableName table{.database = "shop", .table = "Orders"};
  for (const char* statement :
       {"ALTER TABLE orders ENGINE=MyISAM", "RENAME TABLE `x` TO `shop`.`ORDERS`",
        "DROP DATABASE shop", "create table t like orders"}) {
    EXPECT_TRUE(changes_definitions(statement)) << statement;
    EXPECT_TRUE(may_be_about(statement, table)) << statement;
  }
  for (const char* statement : {"ALTER TABLE shop.customers ADD a INT", "CREATE DATABASE other"}) {
    EXPECT_TRUE(changes_definitions(statement)) << statement;
    EXPECT_FALSE(may_be_about(statement, table)) << statement;
  }
  EXPECT_TRUE(may_be_about("ALTER TABLE `a-b` ADD c INT", {.database = "d", .table = "a@002db"}));
  EXPECT_FALSE(changes_definitions("INSERT INTO orders VALUES (1)"));
  EXPECT_FALSE(changes_definitions("BEGIN"));
}

}  // namespace
}  // namespace slip::mariadb
