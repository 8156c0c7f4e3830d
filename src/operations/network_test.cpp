// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>
#include <set>
#include <utility>

#include "operations/lookup.h"
#include "operations/routes.h"
#include "tests/support/expect_result.h"
#include "tests/support/test_world.h"

namespace slip {
namespace {

using ::testing::ElementsAre;

class BranchNetwork : public ::testing::Test {
 protected:
  InstanceId on(const std::string& source) {
    return instance_on(world_->active("qa").volume, source);
  }
  VolumeId network_of(const std::string& source) {
    const auto spec = world_->runtime.spec(on(source));
    EXPECT_TRUE(spec) << source << " does not run";
    return spec ? spec->network : VolumeId("none");
  }
  void version(std::map<std::string, std::string> settings_of_app, std::vector<Hook> hooks = {}) {
    ASSERT_OK(world_->must(VersionTemplate{
        "shop",
        {{"db", "shop.db", 1, 5433, {}},
         {"app", "shop.app", 2, 1080, std::move(settings_of_app), std::move(hooks)}}}));
    ASSERT_OK(world_->must(RefreshContainer{"qa"}));
  }

  std::unique_ptr<TestWorld> world_ = TestWorld::with_containers();
};

TEST_F(BranchNetwork, IsSharedByItsSourcesAndByNobodyElse) {
  EXPECT_EQ(network_of("db"), world_->active("qa").volume);
  EXPECT_EQ(network_of("app"), world_->active("qa").volume);
  EXPECT_NE(world_->active("qa").volume, world_->active("dev").volume);
}

TEST_F(BranchNetwork, IsWhereHooksRun) {
  std::vector<VolumeId> networks;
  world_->runtime.on_run([&](const InstanceId&, const OneRun& what) {
    networks.push_back(what.spec.network);
    return RunOutcome();
  });
  version({}, {{.when = HookMoment::post_refresh, .command = {"seed"}, .program = "#!/bin/sh\n"}});

  EXPECT_THAT(networks, ElementsAre(world_->active("qa").volume));
}

TEST_F(BranchNetwork, IsTheHostsForAllOfItsSourcesWhereOneAsksForThat) {
  version({{"network", "host"}});

  EXPECT_EQ(network_of("db"), VolumeId());
  EXPECT_EQ(network_of("app"), VolumeId());
}

TEST_F(BranchNetwork, OfABranchBesideIsReachedFromTheMachineAtItsPorts) {
  ASSERT_OK(world_->must(CreateBranch{"qa", "beside", FromNow{}, Activation::beside}, "qa"));
  const auto ports = world_->branch("qa", "beside").ports;
  ASSERT_EQ(ports.size(), 2U);
  for (const auto& [source, port] : ports) {
    EXPECT_TRUE(world_->endpoints.target(port)) << source;
  }

  ASSERT_OK(world_->restart());
  for (const auto& [source, port] : ports) {
    EXPECT_TRUE(world_->endpoints.target(port)) << source << " after a restart";
  }

  ASSERT_OK(world_->must(DeleteBranch{"qa", "beside"}, "qa"));
  for (const auto& [source, port] : ports) EXPECT_FALSE(world_->endpoints.is_open(port)) << source;
}

TEST_F(BranchNetwork, OfABranchBesideIsReachedAtAnotherPortWhereItsOwnIsTaken) {
  ASSERT_OK(world_->must(CreateBranch{"qa", "beside", FromNow{}, Activation::beside}, "qa"));
  const auto before = world_->branch("qa", "beside").ports;
  world_->endpoints.forget_all();
  world_->endpoints.take(before.at("db"));

  ASSERT_OK(world_->restart());

  const auto after = world_->branch("qa", "beside").ports;
  EXPECT_NE(after.at("db"), before.at("db"));
  EXPECT_EQ(after.at("app"), before.at("app"));
  EXPECT_THAT(world_->complaints(), ::testing::IsEmpty());
  EXPECT_TRUE(world_->bookmark("qa", "still there"));
  EXPECT_OK(world_->restore("qa", "still there"));
}

// Has something happen just before a port is opened, once.
class InterruptedEndpoints : public Endpoints {
 public:
  InterruptedEndpoints(Endpoints& inner, std::uint16_t port, std::function<void()> meanwhile)
      : inner_(inner), port_(port), meanwhile_(std::move(meanwhile)) {}

  Result<> open(std::uint16_t port, const std::optional<Target>& target) override {
    if (port == port_ && meanwhile_) std::exchange(meanwhile_, {})();
    return inner_.open(port, target);
  }
  void expect(const Target& target) override { inner_.expect(target); }
  Result<> hold(std::uint16_t port) override { return inner_.hold(port); }
  Result<> release(std::uint16_t port, const std::optional<Target>& target) override {
    return inner_.release(port, target);
  }
  Result<> close(std::uint16_t port) override { return inner_.close(port); }
  bool available(std::uint16_t port) override { return inner_.available(port); }

 private:
  Endpoints& inner_;
  const std::uint16_t port_;
  std::function<void()> meanwhile_;
};

TEST_F(BranchNetwork, OfABranchBesideHasOneNewPortWhereTwoFindItsOwnTaken) {
  ASSERT_OK(world_->must(CreateBranch{"qa", "beside", FromNow{}, Activation::beside}, "qa"));
  const auto before = world_->branch("qa", "beside").ports;
  const auto qa = world_->container("qa").id;
  world_->endpoints.forget_all();
  world_->endpoints.take(before.at("db"));
  const auto open_again = [&] { EXPECT_OK(apply_routes(world_->world, qa, {})); };
  InterruptedEndpoints endpoints(world_->endpoints, before.at("db"), open_again);
  Machine machine{.storage = world_->storage,
                  .adapters = world_->machine.adapters,
                  .runtime = world_->runtime,
                  .endpoints = endpoints,
                  .clock = world_->clock,
                  .secrets = world_->secrets};
  LocalHost host(machine);
  World interrupted{.host = host,
                    .storage = world_->storage,
                    .adapters = machine.adapters,
                    .clock = world_->clock,
                    .secrets = world_->secrets,
                    .catalog = world_->catalog,
                    .ids = world_->ids};

  EXPECT_OK(apply_routes(interrupted, qa, {}));

  std::set<std::uint16_t> ours{before.at("app"), world_->branch("qa", "beside").ports.at("db")};
  for (const auto port : endpoint_ports(world_->container("qa"))) ours.insert(port);
  EXPECT_THAT(world_->endpoints.open_ports(), ::testing::UnorderedElementsAreArray(ours));
}

// As after an update from when there were none: who starts anew must reach who goes on.
TEST_F(BranchNetwork, StaysWhatItIsWhileOneOfItsSourcesRuns) {
  const auto db = on("db");
  LaunchSpec spec = world_->runtime.spec(db).value();
  spec.network = {};
  ASSERT_OK(world_->runtime.stop(db, Duration(0)));
  ASSERT_OK(world_->runtime.start(db, spec));
  world_->runtime.crash(on("app"));

  ASSERT_OK(world_->restart());

  EXPECT_EQ(network_of("app"), VolumeId());
}

TEST_F(BranchNetwork, IsNotForWhatFollowsProduction) {
  ASSERT_OK(world_->must(LinkSource{"live.db", {"rows", {{"follow", "yes"}}, {}}}));
  ASSERT_OK(world_->restart());

  const auto source =
      world_->catalog.read([](CatalogUnit& catalog) { return find_source(catalog, "live.db"); });
  ASSERT_OK(source);
  const auto spec = world_->runtime.spec(instance_on(source->volume, "live.db"));
  ASSERT_TRUE(spec);
  EXPECT_EQ(spec->network, VolumeId());
}

}  // namespace
}  // namespace slip
