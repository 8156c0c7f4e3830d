// SPDX-License-Identifier: Apache-2.0
#include "secrets/memory/memory_secrets.h"

#include "tests/contract/secrets_contract.h"

namespace slip {
namespace {

class MemoryWorld : public SecretsWorld {
 public:
  Secrets& secrets() override { return secrets_; }
  void reopen() override {}  // it lives as long as its process

 private:
  MemorySecrets secrets_;
};

std::unique_ptr<SecretsWorld> make_memory() {
  return std::make_unique<MemoryWorld>();
}

INSTANTIATE_TEST_SUITE_P(Memory, SecretsContract, ::testing::Values(make_memory));

}  // namespace
}  // namespace slip
