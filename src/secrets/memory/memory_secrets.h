// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <map>
#include <mutex>

#include "ports/secrets.h"

namespace slip {

// Secrets for tests: nothing outlives it.
class MemorySecrets : public Secrets {
 public:
  Result<> put(const SecretId& id, const Secret& value) override;
  Result<Secret> get(const SecretId& id) override;
  Result<> forget(const SecretId& id) override;
  std::string digest(std::string_view text) const override {
    return std::to_string(std::hash<std::string_view>()(text));
  }
  Result<std::vector<SecretId>> list() override;

  // Told before and after each change; may throw, as a daemon dies.
  void on_change(std::function<void()> listener) { listener_ = std::move(listener); }

 private:
  void tell() const {
    if (listener_) listener_();
  }

  std::function<void()> listener_;
  std::mutex mutex_;
  std::map<SecretId, Secret> values_;
};

}  // namespace slip
