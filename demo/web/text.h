// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace web {

// Text made safe to stand in HTML, as content or between double quotes.
std::string html_escaped(std::string_view text);

// A JSON string, with its quotes. Bytes that are not UTF-8 are passed through: the database lets
// none in.
std::string json_quoted(std::string_view text);

// The value of `field` in a body of type application/x-www-form-urlencoded, decoded. Nothing if the
// field is missing or badly encoded.
std::optional<std::string> form_value(std::string_view body, std::string_view field);

}  // namespace web
