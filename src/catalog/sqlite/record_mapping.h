// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <boost/describe.hpp>
#include <boost/mp11.hpp>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include "catalog/sqlite/column.h"
#include "catalog/sqlite/row_checksums.h"

// Records to and from rows by their Boost.Describe description: the column of a member has its
// name.

namespace slip::sqlite {

template <class Record>
using Members = boost::describe::describe_members<Record, boost::describe::mod_public>;

// "points"."id", "points"."segment", ...
template <class Record>
std::string column_list(std::string_view table) {
  std::string list;
  boost::mp11::mp_for_each<Members<Record>>([&](auto member) {
    if (!list.empty()) list += ", ";
    list.append("\"").append(table).append("\".\"").append(member.name).append("\"");
  });
  return list;
}

template <class Record>
std::string insert_sql(std::string_view table) {
  std::string columns;
  std::string places;
  boost::mp11::mp_for_each<Members<Record>>([&](auto member) {
    columns.append(columns.empty() ? "\"" : ", \"").append(member.name).append("\"");
    places += places.empty() ? "?" : ", ?";
  });
  return "INSERT INTO \"" + std::string(table) + "\" (" + columns + ", checksum) VALUES (" +
         places + ", ?)";
}

// Replaces by id in place, so that a record keeps its sequence.
template <class Record>
std::string upsert_sql(std::string_view table) {
  std::string changes;
  boost::mp11::mp_for_each<Members<Record>>([&](auto member) {
    const std::string_view name = member.name;
    if (name == "id") return;
    changes.append(changes.empty() ? "\"" : ", \"").append(name);
    changes.append("\" = excluded.\"").append(name).append("\"");
  });
  return insert_sql<Record>(table) + " ON CONFLICT (id) DO UPDATE SET " + changes +
         ", checksum = excluded.checksum";
}

// For insert_sql: the values, and their checksum.
template <class Record>
Row to_row(const Record& record) {
  Row row;
  row.reserve(boost::mp11::mp_size<Members<Record>>::value + 1);
  RowChecksum sum;
  boost::mp11::mp_for_each<Members<Record>>([&](auto member) {
    using Field = std::remove_cvref_t<decltype(record.*member.pointer)>;
    row.push_back(Column<Field>::write(record.*member.pointer));
    sum.add(member.name, row.back());
  });
  row.emplace_back(sum.value());
  return row;
}

// `row` has the columns of column_list. Fails with `internal`, naming the column.
template <class Record>
Result<Record> from_row(const Row& row) {
  Record record{};
  std::optional<Error> failed;
  std::size_t place = 0;
  boost::mp11::mp_for_each<Members<Record>>([&](auto member) {
    using Field = std::remove_cvref_t<decltype(record.*member.pointer)>;
    if (failed) return;
    auto field = Column<Field>::read(row.at(place++));
    if (field) {
      record.*member.pointer = *std::move(field);
    } else {
      failed = std::move(field).error();
      failed->code = ErrorCode::internal;
      failed->context.insert(failed->context.begin(), std::string("read column ") + member.name);
    }
  });
  if (failed) return *std::move(failed);
  return record;
}

}  // namespace slip::sqlite
