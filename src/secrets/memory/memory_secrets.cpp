// SPDX-License-Identifier: Apache-2.0
#include "secrets/memory/memory_secrets.h"

namespace slip {

Result<> MemorySecrets::put(const SecretId& id, const Secret& value) {
  if (id.empty()) {
    return Error{.code = ErrorCode::invalid_argument, .message = "a secret needs a handle"};
  }
  tell();
  {
    const std::lock_guard guard(mutex_);
    values_.try_emplace(id, value);
  }
  tell();
  const auto kept = get(id);
  if (!kept || kept->reveal() == value.reveal()) return {};
  return Error{.code = ErrorCode::already_exists,
               .message = "another secret is kept as " + id.str()};
}

Result<Secret> MemorySecrets::get(const SecretId& id) {
  const std::lock_guard guard(mutex_);
  const auto found = values_.find(id);
  if (found != values_.end()) return found->second;
  return Error{.code = ErrorCode::not_found, .message = "no secret is kept as " + id.str()};
}

Result<> MemorySecrets::forget(const SecretId& id) {
  tell();
  {
    const std::lock_guard guard(mutex_);
    values_.erase(id);
  }
  tell();
  return {};
}

Result<std::vector<SecretId>> MemorySecrets::list() {
  const std::lock_guard guard(mutex_);
  std::vector<SecretId> ids;
  for (const auto& [id, value] : values_) ids.push_back(id);
  return ids;
}

}  // namespace slip
