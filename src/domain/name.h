#pragma once

#include <cstddef>
#include <optional>
#include <string_view>

#include "base/result.h"

namespace slip {

// Names that people give. `what` is for the message: "bookmark name", "container name".

// Bookmarks, notes' first lines: 1-256 characters of valid UTF-8, no control characters, no space
// at either end. Fails with `invalid_argument`.
Result<> check_title(std::string_view what, std::string_view name);

// Containers, branches, templates: as a title, of at most 64 characters, and without '/', which
// separates a container from its bookmark in "qa/Bug 4711 data"; not of the form of an id.
Result<> check_name(std::string_view what, std::string_view name);

// Sources within a template, users: 1-32 of a-z 0-9 _ . -, beginning with a letter or digit. They
// become directory names, environment variables and logins.
Result<> check_identifier(std::string_view what, std::string_view name);

// A note: up to 4,096 bytes of valid UTF-8; line breaks and tabs are welcome.
Result<> check_note(std::string_view note);

// Number of code points, or nothing if it is not valid UTF-8.
std::optional<std::size_t> utf8_length(std::string_view text);

}  // namespace slip
