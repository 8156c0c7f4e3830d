#pragma once

#include <string>

namespace slip {

// Percent-encodes all but RFC 3986's unreserved characters.
std::string percent_encoded(const std::string& text);

// One word for a POSIX shell, whatever is in it.
std::string shell_quoted(const std::string& text);

}  // namespace slip
