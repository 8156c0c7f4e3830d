// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "operations/lookup.h"
#include "tests/support/expect_result.h"
#include "tests/support/test_world.h"

namespace slip {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

enum class Where { active, beside, stopped };

// Every act on the branch "bug" of qa, wherever it runs: it began with a bookmark "clean" of its
// own, and has a row of its own since.
class AnyBranch : public ::testing::TestWithParam<Where> {
 protected:
  void SetUp() override {
    ASSERT_OK(world_->must(CreateBranch{"qa", "bug", FromNow{}, Activation::beside}, "qa"));
    write("first");
    ASSERT_OK(bookmark("clean"));
    write("edge");
    if (GetParam() == Where::active) {
      ASSERT_OK(world_->must(ActivateBranch{"qa", "bug"}, "qa"));
    }
    if (GetParam() == Where::stopped) {
      ASSERT_OK(world_->must(StopContainer{"qa", "bug"}, "qa"));
    }
    others_ = world_->rows(world_->branch("qa", "default"));
    ports_ = bug().ports;
  }

  void TearDown() override {
    EXPECT_THAT(world_->complaints(), IsEmpty());
    EXPECT_EQ(world_->rows(world_->branch("qa", "default")), others_);
    EXPECT_EQ(bug().ports, ports_) << "the branch keeps its address";
    EXPECT_EQ(bug().wanted, GetParam() == Where::stopped ? RunState::stopped : RunState::running);
    EXPECT_EQ(world_->active("qa").name, GetParam() == Where::active ? "bug" : "default");
  }

  Branch bug() { return world_->branch("qa", "bug"); }
  std::string rows() { return world_->rows(bug()); }
  void write(const std::string& row) { world_->write(bug(), row); }
  Result<Operation> bookmark(const std::string& name) {
    CreateBookmark request;
    request.container = "qa";
    request.name = name;
    request.branch = "bug";
    return world_->must(request, "qa");
  }
  Result<Operation> restore(DataChoice to) {
    return world_->must(RestoreContainer{.container = "qa", .to = std::move(to), .branch = "bug"},
                        "qa");
  }
  Result<Operation> undo() {
    return world_->must(UndoContainer{.container = "qa", .branch = "bug"}, "qa");
  }

  std::unique_ptr<TestWorld> world_ = TestWorld::with_containers();
  std::string others_;
  std::map<std::string, std::uint16_t> ports_;
};

TEST_P(AnyBranch, IsRestoredToItsBookmarkAndUndone) {
  const auto operation = restore(FromBookmark{"clean"});

  ASSERT_OK(operation);
  EXPECT_EQ(operation->branch, bug().id);
  EXPECT_THAT(rows(), AllOf(HasSubstr("first"), Not(HasSubstr("edge"))));
  ASSERT_OK(undo());
  EXPECT_THAT(rows(), HasSubstr("edge"));
}

TEST_P(AnyBranch, IsRestoredToATimeOfItsOwnWhereNoOtherBranchIsNamed) {
  const auto points = world_->catalog.read(
      [&](CatalogUnit& catalog) { return catalog.points().of_branch(bug().id); });
  ASSERT_OK(points);
  const Timestamp then = points->front().taken_by.value() + Duration(1);

  ASSERT_OK(restore(FromTime{.at = then, .branch = ""}));

  EXPECT_THAT(rows(), AllOf(HasSubstr("first"), Not(HasSubstr("edge"))));
}

TEST_P(AnyBranch, IsResetToWhatHappenedOnItLast) {
  ASSERT_OK(world_->must(ResetContainer{.container = "qa", .branch = "bug"}, "qa"));

  EXPECT_THAT(rows(), AllOf(HasSubstr("first"), Not(HasSubstr("edge"))));
}

TEST_P(AnyBranch, IsRefreshedAndUndone) {
  world_->database->set_production("newest;");
  ASSERT_OK(world_->must(SyncSource{"shop.db"}));

  ASSERT_OK(world_->must(RefreshContainer{.container = "qa", .branch = "bug"}, "qa"));

  EXPECT_EQ(rows(), "newest;");
  ASSERT_OK(undo());
  EXPECT_THAT(rows(), HasSubstr("edge"));
}

TEST_P(AnyBranch, IsBookmarkedAsItIs) {
  const auto operation = bookmark("edge case");

  ASSERT_OK(operation);
  const auto point = world_->catalog.read(
      [&](CatalogUnit& catalog) { return point_of(catalog, operation->point); });
  ASSERT_OK(point);
  EXPECT_EQ(point->branch, bug().id);
  EXPECT_THAT(world_->rows(*point), HasSubstr("edge"));
}

TEST_P(AnyBranch, IsBranchedFromItsNow) {
  ASSERT_OK(world_->must(CreateBranch{"qa", "next", FromNow{"bug"}, Activation::beside}, "qa"));

  EXPECT_THAT(world_->rows(world_->branch("qa", "next")), HasSubstr("edge"));
  EXPECT_EQ(rows(), world_->rows(world_->branch("qa", "next")));
}

INSTANTIATE_TEST_SUITE_P(Everywhere, AnyBranch,
                         ::testing::Values(Where::active, Where::beside, Where::stopped),
                         [](const auto& each) {
                           switch (each.param) {
                             case Where::active:
                               return "Active";
                             case Where::beside:
                               return "Beside";
                             case Where::stopped:
                               break;
                           }
                           return "Stopped";
                         });

TEST(Peek, IsStillOnlyToLookAtOnceItIsRestored) {
  const auto world = TestWorld::with_containers();
  world->write("qa", "first");
  ASSERT_OK(world->bookmark("qa", "clean"));
  ASSERT_OK(world->must(CreateBranch{"qa", "look", FromNow{}, Activation::look}, "qa"));

  ASSERT_OK(world->must(
      RestoreContainer{.container = "qa", .to = FromBookmark{"clean"}, .branch = "look"}, "qa"));

  const auto volume = world->catalog.read(
      [&](CatalogUnit& catalog) { return volume_of(catalog, world->branch("qa", "look").volume); });
  ASSERT_OK(volume);
  EXPECT_TRUE(volume->read_only);
  EXPECT_THAT(world->complaints(), IsEmpty());
}

// Whoever is connected to a branch beside is not cut off by what happens to another.
TEST(ActsOnOneBranch, HoldTheAddressesOfThatOneAlone) {
  const auto world = TestWorld::with_containers();
  ASSERT_OK(world->must(CreateBranch{"qa", "bug", FromNow{}, Activation::beside}, "qa"));
  const auto before = world->endpoints.history().size();

  ASSERT_OK(world->must(ResetContainer{.container = "qa", .branch = "bug"}, "qa"));

  const auto history = world->endpoints.history();
  std::vector<std::string> held;
  for (std::size_t i = before; i < history.size(); ++i) {
    if (history[i].starts_with("hold ")) held.push_back(history[i]);
  }
  std::vector<std::string> own;
  for (const auto& [source, port] : world->branch("qa", "bug").ports) {
    own.push_back("hold " + std::to_string(port));
  }
  EXPECT_THAT(held, ::testing::UnorderedElementsAreArray(own));
}

}  // namespace
}  // namespace slip
