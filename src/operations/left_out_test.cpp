#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "operations/automatic_points.h"
#include "tests/support/test_world.h"

namespace slip {
namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

constexpr const char* kPlace = "the tablespace \"fast\" lies in /tmp/fast";

TEST(ABookmark, IsRefusedWhileSomeOfTheDataLiesElsewhere) {
  auto world = TestWorld::with_containers();
  world->write("qa", "-1");
  ASSERT_TRUE(world->bookmark("qa", "whole"));
  world->database->leave_out({kPlace});

  const auto refused = world->bookmark("qa", "half");

  ASSERT_FALSE(refused);
  EXPECT_THAT(refused.error().message, AllOf(HasSubstr("lack"), HasSubstr(kPlace)));
  EXPECT_EQ(world->rows("qa"), "production;-1;");
  world->database->leave_out({});
  EXPECT_TRUE(world->bookmark("qa", "whole again"));
}

TEST(GoingBack, WorksWhileSomeOfTheDataLiesElsewhere) {
  auto world = TestWorld::with_containers();
  ASSERT_TRUE(world->bookmark("qa", "whole"));
  world->write("qa", "-1");
  world->database->leave_out({kPlace});

  EXPECT_TRUE(world->restore("qa", "whole"));
  EXPECT_EQ(world->rows("qa"), "production;");
}

TEST(AutomaticPoints, AreNotTriedWhereSomeOfTheDataLiesElsewhere) {
  auto world = TestWorld::with_containers();
  Instances instances(world->world);
  AutomaticPoints automatic{world->world, instances};
  world->write("qa", "-1");
  const auto later = world->clock.now() + std::chrono::hours(1);
  world->database->leave_out({kPlace});
  EXPECT_THAT(automatic.due(later).value(), IsEmpty());

  world->database->leave_out({});
  EXPECT_THAT(automatic.due(later + std::chrono::hours(1)).value(),
              ElementsAre(world->active("qa").id));
}

// As whoever looks at the branch is told.
TEST(Notes, SayWhatIsWrongWithASourceAndItsAddress) {
  auto world = TestWorld::with_containers();
  Instances instances(world->world);
  const auto volume = world->active("qa").volume;
  EXPECT_THAT(instances.notes(volume, "db").value(), IsEmpty());

  world->database->admit_nobody();
  world->database->leave_out({kPlace});

  EXPECT_THAT(instances.notes(volume, "db").value(),
              ElementsAre(HasSubstr("is not there"), HasSubstr(kPlace)));
}

}  // namespace
}  // namespace slip
