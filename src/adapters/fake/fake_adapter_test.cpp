// SPDX-License-Identifier: Apache-2.0
#include "adapters/fake/fake_adapter.h"

#include <fstream>

#include "adapters/fake/fake_world.h"
#include "tests/contract/adapter_contract_sayings.h"

namespace slip {
namespace {

INSTANTIATE_TEST_SUITE_P(Fake, AdapterContract,
                         testing::Values([] { return std::make_unique<test::FakeWorld>(); }));

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
