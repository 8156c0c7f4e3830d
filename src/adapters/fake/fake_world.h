// SPDX-License-Identifier: Apache-2.0
#pragma once

// A fake adapter for tests.

#include <gtest/gtest.h>

#include <fstream>

#include "adapters/fake/fake_adapter.h"
#include "runtime/fake/fake_runtime.h"
#include "tests/contract/adapter_fixture.h"

namespace slip::test {

class FakeWorld : public AdapterWorld {
 public:
  const Adapter& adapter() override { return adapter_; }
  Runtime& runtime() override { return runtime_; }
  SourceConfig good() override { return {.kind = "fake", .settings = {}, .run = {}}; }
  SourceConfig malformed() override {
    return {.kind = "fake", .settings = {{"refuse", ""}}, .run = {}};
  }
  InstanceContext instance(const std::string& id, const SourceConfig& config) override {
    const auto directory = files_.path() / id;
    std::filesystem::create_directories(directory);
    return {.id = InstanceId(id),
            .source_name = "db",
            .config = config,
            .directory = directory,
            .trusted = {},
            .port = 4000,
            .login = {},
            .siblings = {}};
  }
  void put(const InstanceContext& instance, const std::string& text) override {
    std::ofstream(instance.directory / text) << text;
  }
  bool has(const InstanceContext& instance, const std::string& text) override {
    return std::filesystem::exists(instance.directory / text);
  }
  int processes_in(const std::filesystem::path&) override { return 0; }

 private:
  TemporaryDirectory files_;
  FakeAdapter adapter_;
  FakeRuntime runtime_;
};

}  // namespace slip::test
