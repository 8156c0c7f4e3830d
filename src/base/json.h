// SPDX-License-Identifier: Apache-2.0
#pragma once

// Structs to and from JSON by their Boost.Describe description, strictly: a missing, unknown or
// mistyped field is an error that names its path ("steps[2].volume: expected a string").
//
//   struct Bookmark { BookmarkId id; std::string name; };
//   BOOST_DESCRIBE_STRUCT(Bookmark, (), (id, name))
//   to_json(bookmark); from_json<Bookmark>(value);
//
// Fields and enumerators are written by their names, without the "_" that keeps one off a C++
// keyword. optional: absent or null is nothing. vector and map may be absent. variant of structs:
// the struct's fields and `"kind": Struct::kind`.

#include <boost/describe.hpp>
#include <boost/json.hpp>
#include <boost/mp11.hpp>
#include <concepts>
#include <cstdint>
#include <limits>
#include <map>
#include <optional>
#include <string>
#include <type_traits>
#include <variant>
#include <vector>

#include "base/id.h"
#include "base/result.h"
#include "base/time.h"

namespace slip {

namespace json = boost::json;

// Parses text with bounds on depth (32). Fails with `invalid_argument`.
Result<json::value> parse_json(std::string_view text);

template <class T>
json::value to_json(const T& value);
template <class T>
Result<T> from_json(const json::value& value, const std::string& path = "");

namespace detail {

constexpr std::string_view json_name(std::string_view name) {
  if (name.ends_with('_')) name.remove_suffix(1);
  return name;
}

inline Error expected(const std::string& path, std::string_view what) {
  return Error{.code = ErrorCode::invalid_argument,
               .message = (path.empty() ? "the body" : path) + ": expected " + std::string(what)};
}

template <class T>
struct JsonOf;

template <class T>
concept Described = boost::describe::has_describe_members<T>::value && !std::is_enum_v<T>;
template <class T>
concept DescribedEnum = boost::describe::has_describe_enumerators<T>::value;
template <class T>
concept MayBeAbsent = requires {
  typename JsonOf<T>::may_be_absent;
};

template <>
struct JsonOf<bool> {
  static json::value write(bool value) { return value; }
  static Result<bool> read(const json::value& in, const std::string& path) {
    if (!in.is_bool()) return expected(path, "true or false");
    return in.get_bool();
  }
};

template <std::integral T>
requires(!std::same_as<T, bool>) struct JsonOf<T> {
  static json::value write(T value) { return value; }
  static Result<T> read(const json::value& in, const std::string& path) {
    boost::system::error_code failed;
    const T value = in.to_number<T>(failed);
    if (failed) return expected(path, "a whole number in range");
    return value;
  }
};

template <>
struct JsonOf<double> {
  static json::value write(double value) { return value; }
  static Result<double> read(const json::value& in, const std::string& path) {
    boost::system::error_code failed;
    const double value = in.to_number<double>(failed);
    if (failed) return expected(path, "a number");
    return value;
  }
};

template <>
struct JsonOf<std::string> {
  static json::value write(const std::string& value) { return json::value(value); }
  static Result<std::string> read(const json::value& in, const std::string& path) {
    if (!in.is_string()) return expected(path, "a string");
    return std::string(in.get_string());
  }
};

// Passed through as it is.
template <>
struct JsonOf<json::value> {
  using may_be_absent = void;
  static json::value write(const json::value& value) { return value; }
  static Result<json::value> read(const json::value& in, const std::string&) { return in; }
};

template <class Tag>
struct JsonOf<Id<Tag>> {
  static json::value write(const Id<Tag>& id) { return json::value(id.str()); }
  static Result<Id<Tag>> read(const json::value& in, const std::string& path) {
    if (!in.is_string()) return expected(path, "an id as a string");
    return Id<Tag>(std::string(in.get_string()));
  }
};

template <>
struct JsonOf<Timestamp> {
  static json::value write(Timestamp at) { return json::value(to_rfc3339(at)); }
  static Result<Timestamp> read(const json::value& in, const std::string& path) {
    if (!in.is_string()) return expected(path, "a time as a string");
    return in_context(path, parse_rfc3339(std::string_view(in.get_string())));
  }
};

template <class T>
struct JsonOf<std::optional<T>> {
  using may_be_absent = void;
  static json::value write(const std::optional<T>& value) {
    return value ? to_json(*value) : json::value(nullptr);
  }
  static Result<std::optional<T>> read(const json::value& in, const std::string& path) {
    if (in.is_null()) return std::optional<T>();
    return std::optional<T>(TRY(from_json<T>(in, path)));
  }
};

template <class T>
struct JsonOf<std::vector<T>> {
  using may_be_absent = void;
  static json::value write(const std::vector<T>& items) {
    json::array out;
    out.reserve(items.size());
    for (const auto& item : items) out.push_back(to_json(item));
    return out;
  }
  static Result<std::vector<T>> read(const json::value& in, const std::string& path) {
    if (!in.is_array()) return expected(path, "a list");
    std::vector<T> items;
    for (const auto& item : in.get_array()) {
      items.push_back(TRY(from_json<T>(item, path + "[" + std::to_string(items.size()) + "]")));
    }
    return items;
  }
};

template <class T>
struct JsonOf<std::map<std::string, T>> {
  using may_be_absent = void;
  static json::value write(const std::map<std::string, T>& items) {
    json::object out;
    out.reserve(items.size());
    for (const auto& [key, item] : items) out.emplace(key, to_json(item));
    return out;
  }
  static Result<std::map<std::string, T>> read(const json::value& in, const std::string& path) {
    if (!in.is_object()) return expected(path, "an object");
    std::map<std::string, T> items;
    for (const auto& member : in.get_object()) {
      const std::string key(member.key());
      items.emplace(key, TRY(from_json<T>(member.value(), path + "." + key)));
    }
    return items;
  }
};

template <DescribedEnum T>
struct JsonOf<T> {
  static json::value write(T value) {
    return json::value(json_name(boost::describe::enum_to_string(value, "unknown")));
  }
  static Result<T> read(const json::value& in, const std::string& path) {
    std::optional<T> value;
    boost::mp11::mp_for_each<boost::describe::describe_enumerators<T>>([&](auto e) {
      if (in.is_string() && std::string_view(in.get_string()) == json_name(e.name)) value = e.value;
    });
    if (value) return *value;
    return expected(path, "one of " + names());
  }

 private:
  static std::string names() {
    std::string names;
    boost::mp11::mp_for_each<boost::describe::describe_enumerators<T>>([&](auto e) {
      names += names.empty() ? "" : ", ";
      names += json_name(e.name);
    });
    return names;
  }
};

template <Described T>
struct JsonOf<T> {
  using Members = boost::describe::describe_members<T, boost::describe::mod_any_access |
                                                           boost::describe::mod_inherited>;
  static json::value write(const T& value) {
    json::object out;
    out.reserve(boost::mp11::mp_size<Members>::value);
    boost::mp11::mp_for_each<Members>(
        [&](auto member) { out.emplace(json_name(member.name), to_json(value.*member.pointer)); });
    return out;
  }
  static Result<T> read(const json::value& in, const std::string& path) {
    return read_but(in, path, "");
  }
  // `allowed` is one more field that may be there, and is left to the caller.
  static Result<T> read_but(const json::value& in, const std::string& path,
                            std::string_view allowed) {
    if (!in.is_object()) return expected(path, "an object");
    const json::object& object = in.get_object();
    const std::string prefix = path.empty() ? "" : path + ".";
    T value{};
    std::optional<Error> failed;
    std::size_t seen = 0;
    boost::mp11::mp_for_each<Members>([&](auto member) {
      using Field = std::remove_cvref_t<decltype(value.*member.pointer)>;
      if (failed) return;
      const std::string_view name = json_name(member.name);
      const json::value* field = object.if_contains(name);
      if (field == nullptr) {
        if constexpr (!MayBeAbsent<Field>) {
          failed = Error{.code = ErrorCode::invalid_argument,
                         .message = prefix + std::string(name) + " is missing"};
        }
        return;
      }
      ++seen;
      auto read_field = from_json<Field>(*field, prefix + std::string(name));
      if (read_field) {
        value.*member.pointer = *std::move(read_field);
      } else {
        failed = std::move(read_field).error();
      }
    });
    if (failed) return *std::move(failed);
    if (!allowed.empty() && object.contains(allowed)) ++seen;
    if (seen != object.size()) return unknown_field(object, prefix, allowed);
    return value;
  }

 private:
  static Error unknown_field(const json::object& object, const std::string& prefix,
                             std::string_view allowed) {
    std::string known;
    for (const auto& member : object) {
      bool found = std::string_view(member.key()) == allowed;
      known.clear();
      boost::mp11::mp_for_each<Members>([&](auto m) {
        const std::string_view name = json_name(m.name);
        found = found || std::string_view(member.key()) == name;
        known += known.empty() ? "" : ", ";
        known += name;
      });
      if (!found) {
        return Error{.code = ErrorCode::invalid_argument,
                     .message = "unknown field \"" + prefix + std::string(member.key()) + "\"",
                     .hint = "Known fields: " + known + "."};
      }
    }
    return Error{.message = "unknown field"};
  }
};

template <class... Ts>
struct JsonOf<std::variant<Ts...>> {
  using Variant = std::variant<Ts...>;
  static json::value write(const Variant& value) {
    return std::visit(
        []<class T>(const T& chosen) {
          json::object out;
          out["kind"] = T::kind;
          const json::value fields = to_json(chosen);
          for (const auto& member : fields.get_object()) out.insert(member);
          return json::value(std::move(out));
        },
        value);
  }
  static Result<Variant> read(const json::value& in, const std::string& path) {
    const json::value* kind = in.is_object() ? in.get_object().if_contains("kind") : nullptr;
    if (kind == nullptr || !kind->is_string()) return expected(path + ".kind", "a string");
    std::optional<Result<Variant>> found;
    const auto attempt = [&]<class T>(std::type_identity<T>) {
      if (found || std::string_view(kind->get_string()) != T::kind) return;
      auto chosen = JsonOf<T>::read_but(in, path, "kind");
      if (chosen) {
        found.emplace(Variant(*std::move(chosen)));
      } else {
        found.emplace(std::move(chosen).error());
      }
    };
    (attempt(std::type_identity<Ts>()), ...);
    if (!found) return expected(path + ".kind", "a known kind");
    return *std::move(found);
  }
};

}  // namespace detail

template <class T>
json::value to_json(const T& value) {
  return detail::JsonOf<T>::write(value);
}

template <class T>
Result<T> from_json(const json::value& value, const std::string& path) {
  return detail::JsonOf<T>::read(value, path);
}

template <class T>
std::string to_json_text(const T& value) {
  return json::serialize(to_json(value));
}

template <class T>
Result<T> from_json_text(std::string_view text) {
  return from_json<T>(TRY(parse_json(text)));
}

}  // namespace slip
