// SPDX-License-Identifier: Apache-2.0
#include "host/reveal.h"

#include <fmt/format.h>

#include "domain/masking.h"

namespace slip {
namespace {

Error missing(const std::string& key, const Error& error) {
  if (error.code != ErrorCode::not_found) return error;
  return Error{.code = ErrorCode::precondition_failed,
               .message = fmt::format("the value of its \"{}\" is no longer known", key),
               .hint = "Give it again: slip source url NAME @FILE, or link the source anew."};
}

}  // namespace

Result<SourceConfig> reveal(Secrets& keeper, SourceConfig config) {
  SecretValues values;
  for (const auto& [key, id] : config.secrets) {
    const auto value = keeper.get(id);
    if (!value) return missing(key, value.error());
    values.emplace(key, value->reveal());
  }
  put_back(config, values);
  return config;
}

SourceConfig reveal_what_there_is(Secrets& keeper, SourceConfig config) {
  SecretValues values;
  for (const auto& [key, id] : config.secrets) {
    if (const auto value = keeper.get(id)) values.emplace(key, value->reveal());
  }
  put_back(config, values);
  return config;
}

}  // namespace slip
