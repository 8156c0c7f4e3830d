// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rapidcheck.h>
#include <rapidcheck/gtest.h>

#include <map>

#include "tests/support/test_world.h"

namespace slip {
namespace {

// What the rows should be, kept beside the product.
struct Model {
  std::string rows = "production;";
  std::map<std::string, std::string> bookmarks;
  std::map<std::int64_t, std::string> moments;  // between any two acts
  std::string reset_target = "production;";
  std::optional<std::string> undo_target;
};

void replaced(Model& model, std::string with) {
  model.undo_target = model.rows;
  model.rows = with;
  model.reset_target = with;
}

void take_a_step(TestWorld& world, Model& model, int number) {
  switch (*rc::gen::inRange(0, 8)) {
    case 0:
    case 1: {
      const std::string row = "row" + std::to_string(number);
      world.write("qa", row);
      model.rows += row + ";";
      break;
    }
    case 2: {
      const std::string name = "mark" + std::to_string(number);
      RC_ASSERT(world.bookmark("qa", name).has_value());
      model.bookmarks[name] = model.rows;
      model.reset_target = model.rows;
      break;
    }
    case 3: {
      if (model.bookmarks.empty()) break;
      const auto chosen = *rc::gen::elementOf(model.bookmarks);
      RC_ASSERT(world.restore("qa", chosen.first).has_value());
      replaced(model, chosen.second);
      break;
    }
    case 4: {
      RC_ASSERT(world.must(ResetContainer{"qa"}, "qa").has_value());
      replaced(model, model.reset_target);
      break;
    }
    case 5: {
      const auto undone = world.must(UndoContainer{"qa"}, "qa");
      RC_ASSERT(undone.has_value() == model.undo_target.has_value());
      if (model.undo_target) replaced(model, *model.undo_target);
      break;
    }
    case 6: {
      RC_ASSERT(world.must(RefreshContainer{"qa"}, "qa").has_value());
      replaced(model, "production;");
      break;
    }
    case 7: {
      if (model.moments.empty()) break;
      const auto chosen = *rc::gen::elementOf(model.moments);
      const FromTime then{Timestamp{chosen.first}, ""};
      RC_ASSERT(world.must(RestoreContainer{"qa", then, Safety::take_point}, "qa").has_value());
      replaced(model, chosen.second);
      break;
    }
  }
  model.moments[world.clock.now().ms] = model.rows;
}

RC_GTEST_PROP(Timeline, HoldsWhatTheModelHoldsWhateverIsDone, ()) {
  auto world = TestWorld::with_containers();
  Model model;
  const int steps = *rc::gen::inRange(1, 25);
  for (int number = 0; number < steps; ++number) {
    take_a_step(*world, model, number);
    RC_ASSERT(world->rows("qa") == model.rows);
  }
  for (const auto& [name, rows] : model.bookmarks) {
    RC_ASSERT(world->restore("qa", name).has_value());
    RC_ASSERT(world->rows("qa") == rows);
  }
  RC_ASSERT(world->complaints().empty());
}

}  // namespace
}  // namespace slip
