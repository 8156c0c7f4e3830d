// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/json.h"

// Looks into the API's answers. Forgiving on purpose: the command shows what it knows of an answer
// and leaves the rest alone, so that a newer daemon does not break an older command. `path` is
// dotted: "container.name".

namespace slip::cli {

// Nothing when any part of the path is missing, no object, or null.
const json::value* find_in(const json::value& value, std::string_view path);

// A number is given as its digits.
std::string text_in(const json::value& value, std::string_view path,
                    std::string_view otherwise = "");
std::int64_t number_in(const json::value& value, std::string_view path, std::int64_t otherwise = 0);
bool flag_in(const json::value& value, std::string_view path);
std::optional<Timestamp> time_in(const json::value& value, std::string_view path);
// Empty when it is no list.
const json::array& list_in(const json::value& value, std::string_view path);

// The `name` of what is there, whether it is written as {"id", "name"} or as a text.
std::string name_in(const json::value& value, std::string_view path);

// Indented by two spaces, with a line break at its end.
std::string pretty(const json::value& value);

}  // namespace slip::cli
