// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "domain/source.h"
#include "domain/template.h"

// What is secret in the settings of sources, and their form without it.

namespace slip {

// A setting as it may be kept and shown: of a key that names a password or the like, and of a
// command, "***"; of an address or a connection string the password is "***", and the rest stays,
// so that it can be compared with a file.
std::string masked(std::string_view key, const std::string& value);

// Values by key of a setting, or "env." and the variable of an application.
using SecretValues = std::map<std::string, std::string>;

// Masks what is secret, and gives back the whole values of that. What is masked already stays.
SecretValues take_secrets(SourceConfig& config);
SecretValues take_secrets(TemplateSource& place);

// The other way round. What is not among the values stays as it is.
void put_back(SourceConfig& config, const SecretValues& values);
void put_back(TemplateSource& place, const SecretValues& values);

// What must not appear in texts of a value: itself, and the password of an address.
std::vector<std::string> telling_parts(const std::string& value);

// Every handle in the JSON text of a record.
std::set<SecretId> handles_in(std::string_view json_text);

}  // namespace slip
