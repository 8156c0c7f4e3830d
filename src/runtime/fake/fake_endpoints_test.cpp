// SPDX-License-Identifier: Apache-2.0
#include "runtime/fake/fake_endpoints.h"

#include "tests/contract/endpoints_contract.h"

namespace slip {
namespace {

class FakeEndpointsWorld : public EndpointsWorld {
 public:
  Endpoints& endpoints() override { return endpoints_; }
  void restart_daemon() override { endpoints_.forget_all(); }
  std::uint16_t free_port() override { return 1080; }
  std::uint16_t taken_port() override {
    endpoints_.take(1081);
    return 1081;
  }

 private:
  FakeEndpoints endpoints_;
};

std::unique_ptr<EndpointsWorld> make_fake() {
  return std::make_unique<FakeEndpointsWorld>();
}

INSTANTIATE_TEST_SUITE_P(Fake, EndpointsContract, testing::Values(make_fake));
GTEST_ALLOW_UNINSTANTIATED_PARAMETERIZED_TEST(ForwardingContract);

TEST(FakeEndpoints, TellsWhatWasDoneInWhichOrder) {
  FakeEndpoints endpoints;
  ASSERT_TRUE(endpoints.open(1080, at(40001)));
  ASSERT_TRUE(endpoints.hold(1080));
  EXPECT_TRUE(endpoints.held(1080));
  ASSERT_TRUE(endpoints.release(1080, std::nullopt));
  ASSERT_TRUE(endpoints.close(1080));

  EXPECT_THAT(endpoints.history(), testing::ElementsAre("open 1080 -> 40001", "hold 1080",
                                                        "release 1080 -> none", "close 1080"));
}

}  // namespace
}  // namespace slip
