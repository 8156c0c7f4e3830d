// SPDX-License-Identifier: Apache-2.0
#include "adapters/postgresql/collation_queries.h"

namespace slip::postgresql {

namespace {

// "C", "POSIX" and "C.UTF-8" sort by bytes, in every version.
constexpr const char* kOfTheLibrary = "!~* '^(c|posix)([.]|$)'";

// To ask for a version takes a while.
constexpr const char* kUsed =
    " AND (c.oid IN (SELECT unnest(indcollation) FROM pg_index) OR c.oid IN (SELECT rngcollation "
    "FROM pg_range) OR c.oid IN (SELECT unnest(partcollation) FROM pg_partitioned_table) OR c.oid "
    "IN (SELECT refobjid FROM pg_depend WHERE refclassid = 'pg_collation'::regclass AND classid = "
    "'pg_class'::regclass))";

// What the expressions and conditions of indexes and partitions say, as the server keeps them, and
// the types that they compare as a whole.
constexpr const char* kExpressions = R"sql(
expressions AS MATERIALIZED (
  SELECT indexrelid AS rel, concat(indexprs, indpred) AS words
    FROM pg_index WHERE indexprs IS NOT NULL OR indpred IS NOT NULL
  UNION ALL
  SELECT partrelid, partexprs::text FROM pg_partitioned_table WHERE partexprs IS NOT NULL),
compared AS MATERIALIZED (
  SELECT e.rel, named[1]::oid AS type
    FROM expressions e, regexp_matches(e.words, ':[a-z_]*type(?:id)? ([0-9]+) ', 'g') named
   WHERE EXISTS (
     SELECT FROM regexp_matches(e.words, ':opno ([0-9]+) ', 'g') operator
       JOIN pg_operator o ON o.oid = operator[1]::oid JOIN pg_type t ON t.oid = o.oprleft
      WHERE t.typname IN ('anyrange', 'anymultirange')
         OR (t.typname IN ('record', 'anyarray', 'jsonb', 'citext')
             AND o.oprname IN ('<', '<=', '>', '>=')))))sql";

// The collations that values of a type compare by, whatever the column says: those of the fields of
// composite types and of the bounds of ranges, however deep; jsonb and citext go by the database's.
constexpr const char* kTypes = R"sql(
parts(whole, type) AS (
  SELECT type, type FROM (
    SELECT a.atttypid FROM pg_index i JOIN pg_attribute a ON a.attrelid = i.indexrelid
    UNION
    SELECT a.atttypid FROM pg_index i
      JOIN pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = ANY (i.indkey::int2[])
    UNION
    SELECT a.atttypid FROM pg_partitioned_table p
      JOIN pg_attribute a ON a.attrelid = p.partrelid AND a.attnum = ANY (p.partattrs::int2[])
    UNION
    SELECT type FROM compared) used(type)
  UNION
  SELECT p.whole, inner_one.type FROM parts p CROSS JOIN LATERAL (
    SELECT typelem FROM pg_type WHERE oid = p.type AND typelem <> 0
    UNION ALL
    SELECT typbasetype FROM pg_type WHERE oid = p.type AND typbasetype <> 0
    UNION ALL
    SELECT rngsubtype FROM pg_range WHERE rngtypid = p.type
    MULTIRANGES
    UNION ALL
    SELECT a.atttypid FROM pg_type t JOIN pg_attribute a ON a.attrelid = t.typrelid
     WHERE t.oid = p.type AND t.typtype = 'c' AND a.attnum > 0 AND NOT a.attisdropped
  ) inner_one(type)),
sorted(type, by) AS MATERIALIZED (
  SELECT p.whole, g.rngcollation FROM parts p JOIN pg_range g ON g.rngtypid = p.type
  UNION
  SELECT p.whole, a.attcollation
    FROM parts p JOIN pg_type t ON t.oid = p.type JOIN pg_attribute a ON a.attrelid = t.typrelid
   WHERE t.typtype = 'c' AND a.attnum > 0 AND NOT a.attisdropped
  UNION
  SELECT p.whole, 100::oid FROM parts p JOIN pg_type t ON t.oid = p.type
   WHERE t.typname IN ('jsonb', 'citext')))sql";

constexpr const char* kMultiranges =
    "UNION ALL SELECT rngtypid FROM pg_range WHERE rngmultitypid = p.type";

// True of relation REL and the collation `s`.
constexpr const char* kSaysSo = R"sql(
EXISTS (
  SELECT FROM expressions e WHERE e.rel = REL AND (
    e.words ~ (':inputcollid ' || s.oid || ' ')
    OR e.words ~ (':inputcollids [(]o( [0-9]+)* ' || s.oid || '[ )]')
    OR EXISTS (SELECT FROM compared x JOIN sorted d ON d.type = x.type
                WHERE x.rel = e.rel AND d.by = s.oid))))sql";

// Some methods keep parts of a column's values only, others know it as some range. A hash is of
// bytes, unless equal text may have different ones; so are the families for patterns,
// and the trees of spgist over text.
constexpr const char* kIndexes = R"sql(
SELECT format('%I.%I', n.nspname, r.relname), s.name, s.recorded, s.actual, r.oid
  FROM pg_index i JOIN pg_class r ON r.oid = i.indexrelid
  JOIN pg_namespace n ON n.oid = r.relnamespace JOIN pg_am m ON m.oid = r.relam
  JOIN LATERAL (
    SELECT s.name, s.recorded, s.actual FROM stale s JOIN pg_collation c ON c.oid = s.oid
     WHERE EXISTS (
       SELECT FROM generate_series(0, i.indnkeyatts - 1) k
         JOIN pg_opclass o ON o.oid = i.indclass[k] JOIN pg_opfamily f ON f.oid = o.opcfamily
         JOIN pg_attribute a ON a.attrelid = i.indexrelid AND a.attnum = k + 1
         LEFT JOIN pg_attribute whole ON m.amname <> 'gin' AND whole.attrelid = i.indrelid
              AND whole.attnum = i.indkey[k]
        WHERE (i.indcollation[k] = s.oid AND f.opfname NOT LIKE '%pattern_ops'
               AND (m.amname NOT IN ('hash', 'spgist') OR NOT c.collisdeterministic))
           OR ((m.amname <> 'hash' OR NOT c.collisdeterministic)
               AND EXISTS (SELECT FROM sorted d
                            WHERE d.type IN (a.atttypid, whole.atttypid) AND d.by = s.oid)))
        OR SAYS_SO
     LIMIT 1) s ON true
 WHERE r.relkind = 'i' AND r.relpersistence <> 't' AND i.indisvalid
 ORDER BY 1)sql";

// Lists and hashes are of bytes, as above; but not what they are made of.
constexpr const char* kPartitions = R"sql(
SELECT format('%I.%I', n.nspname, r.relname), s.name, s.recorded, s.actual, r.oid
  FROM pg_partitioned_table p JOIN pg_class r ON r.oid = p.partrelid
  JOIN pg_namespace n ON n.oid = r.relnamespace
  JOIN LATERAL (
    SELECT s.name, s.recorded, s.actual FROM stale s JOIN pg_collation c ON c.oid = s.oid
     WHERE ((p.partstrat = 'r' OR NOT c.collisdeterministic)
            AND (s.oid = ANY (p.partcollation::oid[])
                 OR EXISTS (SELECT FROM pg_attribute a JOIN sorted d ON d.type = a.atttypid
                             WHERE a.attrelid = p.partrelid AND d.by = s.oid
                               AND a.attnum = ANY (p.partattrs::int2[]))))
        OR SAYS_SO
     LIMIT 1) s ON true
 ORDER BY 1)sql";

std::string with(std::string text, const std::string& name, const std::string& value) {
  for (auto at = text.find(name); at != std::string::npos;
       at = text.find(name, at + value.size())) {
    text.replace(at, name.size(), value);
  }
  return text;
}

}  // namespace

std::string stale_collations(int major) {
  const std::string own =
      major >= 15
          ? "SELECT 100::oid AS oid, 'default' AS name, d.datcollversion AS recorded, "
            "pg_database_collation_actual_version(d.oid) AS actual "
            "FROM pg_database d WHERE d.datname = current_database()"
          : std::string(
                "SELECT 100::oid AS oid, 'default' AS name, max(c.collversion) AS recorded, "
                "max(pg_collation_actual_version(c.oid)) AS actual FROM pg_database d LEFT JOIN "
                "pg_collation c ON c.collprovider = 'c' AND c.collversion IS NOT NULL "
                "WHERE d.datname = current_database() AND d.datcollate ") +
                kOfTheLibrary + " GROUP BY d.oid";
  const std::string not_recorded = major >= 15 ? "actual IS NOT NULL" : "true";
  return "SELECT * FROM (" + own + ") o WHERE CASE WHEN recorded IS NULL THEN " + not_recorded +
         " ELSE recorded <> actual END "
         "UNION ALL SELECT oid, name, recorded, actual FROM (SELECT c.oid, c.collname::text AS "
         "name, c.collversion AS recorded, pg_collation_actual_version(c.oid) AS actual "
         "FROM pg_collation c WHERE c.collversion IS NOT NULL" +
         kUsed + ") n WHERE recorded <> actual";
}

std::string dependents_query(int major, OrderedKind kind) {
  const bool is_index = kind == OrderedKind::index;
  const std::string says_so = with(kSaysSo, "REL", is_index ? "i.indexrelid" : "p.partrelid");
  return "WITH RECURSIVE stale AS MATERIALIZED (" + stale_collations(major) + ")," + kExpressions +
         "," + with(kTypes, "MULTIRANGES", major >= 14 ? kMultiranges : "") +
         with(is_index ? kIndexes : kPartitions, "SAYS_SO", says_so);
}

}  // namespace slip::postgresql
