// SPDX-License-Identifier: Apache-2.0
#include "adapters/fake/fake_adapter.h"

#include <fstream>

#include "runtime/fake/fake_runtime.h"
#include "tests/contract/adapter_contract_sayings.h"

namespace slip {
namespace {

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

INSTANTIATE_TEST_SUITE_P(Fake, AdapterContract,
                         testing::Values([] { return std::make_unique<FakeWorld>(); }));

TEST(FakeAdapter, FailsTheNextCallAsOrderedAndOnlyThat) {
  FakeAdapter adapter;
  adapter.fail_next("flush", Error{.code = ErrorCode::timed_out, .message = "ordered"});
  ASSERT_FALSE(adapter.flush({}));
  EXPECT_TRUE(adapter.flush({}));
  EXPECT_EQ(adapter.calls("flush"), 2);
}

TEST(FakeAdapter, IsReadyAfterAsManyTriesAsOrdered) {
  FakeAdapter adapter;
  adapter.set_ready_after(2);
  const auto early = adapter.ready({});
  ASSERT_FALSE(early);
  EXPECT_EQ(early.error().code, ErrorCode::unavailable);
  EXPECT_TRUE(adapter.ready({}));
}

TEST(FakeAdapter, LetsTheTestPutDataIntoTheDirectory) {
  std::filesystem::path filled;
  FakeAdapter adapter({.on_ingest = [&](const IngestRequest& request) -> Result<> {
    filled = request.directory;
    return {};
  }});
  ASSERT_TRUE(
      adapter.ingest({.config = {}, .directory = "/somewhere", .trusted = {}, .progress = {}}));
  EXPECT_EQ(filled, "/somewhere");
}

}  // namespace
}  // namespace slip
