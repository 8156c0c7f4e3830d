#pragma once

#include <string>
#include <string_view>

#include "base/json.h"
#include "domain/source.h"

namespace slip::api {

// A setting as it may be shown: the value of a key that names a password or the like is "***", and
// so is the password within a URL or a connection string; the rest stays, so that it can be
// compared with a file.
std::string masked(std::string_view key, const std::string& value);

// The configuration with everything masked.
json::value masked_json(SourceConfig config);
json::value masked_json(std::map<std::string, std::string> settings);

}  // namespace slip::api
