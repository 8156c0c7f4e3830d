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

// Whether people may take one name for the other: by the skeletons of Unicode Technical Standard
// 39, section 4, of the names as they are and in normalization form KC, in which fullwidth, raised
// and other shapes of a character are that character; every run of spaces counts as one.
bool look_alike(std::string_view one, std::string_view other);

// Number of code points, or nothing if it is not valid UTF-8.
std::optional<std::size_t> utf8_length(std::string_view text);

}  // namespace slip
