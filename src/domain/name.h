// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"

namespace slip {

// Names that people give. `what` is for the message: "bookmark name", "container name".

// Bookmarks, notes' first lines: 1-256 characters of valid UTF-8 that can be seen, no space at
// either end. Returns it as it is kept: in normal_form. Fails with `invalid_argument`.
Result<std::string> accept_title(std::string_view what, std::string_view name);

// Containers, branches, templates: as a title, of at most 64 characters, and without '/', which
// separates a container from its bookmark in "qa/Bug 4711 data"; not of the form of an id.
Result<std::string> accept_name(std::string_view what, std::string_view name);

// Sources within a template, users: 1-32 of a-z 0-9 _ . -, beginning with a letter or digit. They
// become directory names, environment variables and logins.
Result<> check_identifier(std::string_view what, std::string_view name);

// A note: up to 4,096 bytes of valid UTF-8; line breaks and tabs are welcome.
Result<> check_note(std::string_view note);

// In Unicode's normalization form C, in which names are kept and looked for: an "é" is the same
// whether a keyboard or a file system wrote it. What is not valid UTF-8 is returned as it is.
std::string normal_form(std::string_view text);

// What a name looks like: names that people may take for one another have the same. It is the
// skeleton of Unicode Technical Standard 39, section 4, with every run of spaces as one. For
// comparing only, within one run of the program.
std::string look_of(std::string_view name);

// Number of code points, or nothing if it is not valid UTF-8.
std::optional<std::size_t> utf8_length(std::string_view text);

}  // namespace slip
