// SPDX-License-Identifier: Apache-2.0
#include "client/cli/json_view.h"

namespace slip::cli {
namespace {

void write(const json::value& value, std::size_t indent, std::string& out) {
  const std::string inner(indent + 2, ' ');
  if (value.is_object() && !value.get_object().empty()) {
    std::string_view before = "{\n";
    for (const auto& member : value.get_object()) {
      out += before;
      out += inner + json::serialize(json::string(member.key())) + ": ";
      write(member.value(), indent + 2, out);
      before = ",\n";
    }
    out += "\n" + std::string(indent, ' ') + "}";
  } else if (value.is_array() && !value.get_array().empty()) {
    std::string_view before = "[\n";
    for (const auto& item : value.get_array()) {
      out += before;
      out += inner;
      write(item, indent + 2, out);
      before = ",\n";
    }
    out += "\n" + std::string(indent, ' ') + "]";
  } else {
    out += json::serialize(value);
  }
}

}  // namespace

const json::value* find_in(const json::value& value, std::string_view path) {
  const json::value* at = &value;
  while (!path.empty()) {
    const auto dot = std::min(path.find('.'), path.size());
    if (!at->is_object()) return nullptr;
    at = at->get_object().if_contains(path.substr(0, dot));
    if (at == nullptr) return nullptr;
    path.remove_prefix(std::min(dot + 1, path.size()));
  }
  return at->is_null() ? nullptr : at;
}

std::string text_in(const json::value& value, std::string_view path, std::string_view otherwise) {
  const json::value* found = find_in(value, path);
  if (found == nullptr || found->is_structured()) return std::string(otherwise);
  if (found->is_string()) return std::string(found->get_string());
  return json::serialize(*found);
}

std::int64_t number_in(const json::value& value, std::string_view path, std::int64_t otherwise) {
  const json::value* found = find_in(value, path);
  if (found == nullptr) return otherwise;
  boost::system::error_code failed;
  const auto number = found->to_number<std::int64_t>(failed);
  return failed ? otherwise : number;
}

bool flag_in(const json::value& value, std::string_view path) {
  const json::value* found = find_in(value, path);
  return found != nullptr && found->is_bool() && found->get_bool();
}

std::optional<Timestamp> time_in(const json::value& value, std::string_view path) {
  const auto read = parse_rfc3339(text_in(value, path));
  if (!read) return std::nullopt;
  return *read;
}

const json::array& list_in(const json::value& value, std::string_view path) {
  static const json::array none;
  const json::value* found = find_in(value, path);
  return found != nullptr && found->is_array() ? found->get_array() : none;
}

std::string name_in(const json::value& value, std::string_view path) {
  const json::value* found = find_in(value, path);
  if (found == nullptr) return "";
  return found->is_object() ? text_in(*found, "name", text_in(*found, "id")) : text_in(value, path);
}

std::string pretty(const json::value& value) {
  std::string out;
  write(value, 0, out);
  return out + "\n";
}

}  // namespace slip::cli
