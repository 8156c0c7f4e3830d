#pragma once

#include <cstdint>
#include <string>

#include "base/result.h"
#include "base/time.h"

namespace slip::files {

// One try at 127.0.0.1:port: succeeds if a GET of `path` is answered below 500, or, with an empty
// path, if it takes a connection. Else `unavailable`. Never longer than `patience`.
Result<> check_health(std::uint16_t port, const std::string& path, Duration patience);

}  // namespace slip::files
