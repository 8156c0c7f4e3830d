// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

namespace slip {

// Percent-encodes all but RFC 3986's unreserved characters.
std::string percent_encoded(const std::string& text);

// One word for a POSIX shell, whatever is in it.
std::string shell_quoted(const std::string& text);

// True for what leads from this machine to itself.
bool is_loopback(std::string_view host);

// What a connection that people paste says of TLS. `demanded`: from another machine nothing goes in
// without.
enum class Encryption { as_the_client_likes, demanded };

}  // namespace slip
