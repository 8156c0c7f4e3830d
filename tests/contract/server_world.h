// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <gtest/gtest.h>

#include "runtime/supervisor.h"
#include "tests/contract/adapter_fixture.h"
#include "tests/contract/adapter_world.h"

namespace slip::test {

// The world of an adapter whose instances are servers, which run as the daemon has them run.
class ServerWorld : public AdapterWorld {
 public:
  ServerWorld() {
    ::chmod(files_.path().c_str(), 0755);
    auto opened =
        SupervisorRuntime::open(SupervisorOptions{.state_directory = files_.path() / "runtime",
                                                  .user = run_user(),
                                                  .own_users = own_users(files_.path())});
    if (opened) runtime_ = *std::move(opened);
    EXPECT_NE(runtime_, nullptr) << (opened ? "" : opened.error().describe());
  }
  ~ServerWorld() override {
    if (runtime_ == nullptr) return;
    if (const auto left = runtime_->list()) {
      for (const auto& id : *left) (void)runtime_->stop(id, Duration(0)).has_value();
    }
  }

  Runtime& runtime() override { return *runtime_; }
  InstanceContext instance(const std::string& id, const SourceConfig& config) override {
    return InstanceContext{.id = InstanceId(id),
                           .source_name = "db",
                           .config = config,
                           .directory = folder_for_run_user(files_.path(), id),
                           .trusted = trusted_folder(files_.path(), id),
                           .port = free_port(),
                           .login = {.user = "slip", .password = "secret of " + id},
                           .siblings = {},
                           .user = own_user(*runtime_)};
  }
  int processes_in(const std::filesystem::path& directory) override {
    return test::processes_in(directory);
  }
  const std::filesystem::path& files() const { return files_.path(); }

 private:
  TemporaryDirectory files_;
  std::unique_ptr<SupervisorRuntime> runtime_;
};

}  // namespace slip::test
