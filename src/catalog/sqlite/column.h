// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <concepts>
#include <optional>
#include <string>
#include <string_view>

#include "base/json.h"
#include "catalog/sqlite/value.h"

// How a member of a record is kept in its column; see migrations/0001_initial.sql.

namespace slip::sqlite {

// Reads what the catalog itself has written. Unlike parse_json it takes strings that are not UTF-8,
// which programs' output can be.
Result<json::value> parse_stored(const std::string& text);

inline Error unreadable(std::string_view expected) {
  return Error{.code = ErrorCode::internal,
               .message = "expected " + std::string(expected) + " in the catalog"};
}

// Everything that is made of several parts.
template <class T>
struct Column {
  static Value write(const T& value) { return to_json_text(value); }
  static Result<T> read(const Value& column) {
    const auto* text = std::get_if<std::string>(&column);
    if (text == nullptr) return unreadable("JSON");
    return from_json<T>(TRY(parse_stored(*text)));
  }
};

template <std::integral T>
struct Column<T> {
  static Value write(T value) { return static_cast<std::int64_t>(value); }
  static Result<T> read(const Value& column) {
    const auto* number = std::get_if<std::int64_t>(&column);
    if (number == nullptr) return unreadable("a number");
    return static_cast<T>(*number);
  }
};

template <>
struct Column<std::string> {
  static Value write(const std::string& value) { return value; }
  static Result<std::string> read(const Value& column) {
    const auto* text = std::get_if<std::string>(&column);
    if (text == nullptr) return unreadable("text");
    return *text;
  }
};

template <class Tag>
struct Column<Id<Tag>> {
  static Value write(const Id<Tag>& id) { return id.empty() ? Value() : Value(id.str()); }
  static Result<Id<Tag>> read(const Value& column) {
    if (std::holds_alternative<std::monostate>(column)) return Id<Tag>();
    return Id<Tag>(TRY(Column<std::string>::read(column)));
  }
};

template <>
struct Column<Timestamp> {
  static Value write(Timestamp at) { return at.ms; }
  static Result<Timestamp> read(const Value& column) {
    return Timestamp{TRY(Column<std::int64_t>::read(column))};
  }
};

template <slip::detail::DescribedEnum T>
struct Column<T> {
  static Value write(T value) { return std::string(to_json(value).as_string()); }
  static Result<T> read(const Value& column) {
    return from_json<T>(json::value(TRY(Column<std::string>::read(column))));
  }
};

template <class T>
struct Column<std::optional<T>> {
  static Value write(const std::optional<T>& value) {
    return value ? Column<T>::write(*value) : Value();
  }
  static Result<std::optional<T>> read(const Value& column) {
    if (std::holds_alternative<std::monostate>(column)) return std::optional<T>();
    return std::optional<T>(TRY(Column<T>::read(column)));
  }
};

}  // namespace slip::sqlite
