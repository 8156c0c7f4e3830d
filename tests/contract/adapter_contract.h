#pragma once

// What every Adapter must do. An implementation's test instantiates it, in one file of a program:
//   INSTANTIATE_TEST_SUITE_P(Files, AdapterContract, testing::Values([] { return make(); }));

#include "tests/contract/adapter_fixture.h"

namespace slip {

class AdapterContract : public AdapterTest {};

TEST_P(AdapterContract, TakesAGoodConfigurationAndRefusesAMalformedOneByName) {
  EXPECT_TRUE(ok(world_->adapter().validate(world_->good())));

  const auto refused = world_->adapter().validate(world_->malformed());

  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, ErrorCode::invalid_argument);
  EXPECT_FALSE(refused.error().message.empty());
}

TEST_P(AdapterContract, SaysWhatItIs) {
  EXPECT_EQ(world_->adapter().info().kind, world_->good().kind);
  EXPECT_GT(world_->adapter().stop_patience().count(), 0);
}

TEST_P(AdapterContract, FillsStartsAnswersAndStops) {
  const auto one = world_->instance("ins_one", world_->good());
  const auto filled = ingest(one);
  ASSERT_TRUE(ok(filled));
  EXPECT_GT(filled->at.ms, 0);

  ASSERT_TRUE(ok(bring_up(one)));
  world_->put(one, "a row");
  EXPECT_TRUE(ok(world_->adapter().flush(one)));
  const auto before = world_->adapter().position(one);
  ASSERT_TRUE(ok(before));
  const auto after = world_->adapter().position(one);
  ASSERT_TRUE(ok(after));
  EXPECT_LE(before->at, after->at);

  EXPECT_TRUE(ok(stop(one)));
  EXPECT_EQ(world_->processes_in(one.directory), 0);
}

TEST_P(AdapterContract, PreparesTheSameTwiceAndStartsAgainWithItsData) {
  const auto one = world_->instance("ins_one", world_->good());
  ASSERT_TRUE(ok(ingest(one)));
  ASSERT_TRUE(ok(bring_up(one)));
  world_->put(one, "a row");
  ASSERT_TRUE(ok(stop(one)));

  ASSERT_TRUE(ok(world_->adapter().prepare(one)));
  ASSERT_TRUE(ok(bring_up(one)));

  EXPECT_TRUE(world_->has(one, "a row"));
  EXPECT_TRUE(ok(stop(one)));
}

TEST_P(AdapterContract, ACopyOfAFrozenInstanceStartsBesideItWithAllThatWasFlushed) {
  const auto one = world_->instance("ins_one", world_->good());
  const auto two = world_->instance("ins_two", world_->good());
  ASSERT_TRUE(ok(ingest(one)));
  ASSERT_TRUE(ok(bring_up(one)));
  world_->put(one, "a row");
  ASSERT_TRUE(ok(world_->adapter().flush(one)));
  ASSERT_TRUE(ok(world_->runtime().freeze(one.id)));
  copy(one, two);
  ASSERT_TRUE(ok(world_->runtime().thaw(one.id)));

  ASSERT_TRUE(ok(bring_up(two)));
  world_->put(two, "of the copy");

  EXPECT_TRUE(world_->has(two, "a row"));
  EXPECT_FALSE(world_->has(one, "of the copy"));
  EXPECT_TRUE(ok(stop(one)));
  EXPECT_TRUE(ok(stop(two)));
}

TEST_P(AdapterContract, EndsItsProgramsWhenAnIngestIsCanceled) {
  const auto one = world_->instance("ins_one", world_->good());

  const auto canceled = ingest(one, [](auto, auto) { return false; });

  ASSERT_FALSE(canceled);
  EXPECT_EQ(canceled.error().code, ErrorCode::canceled);
  EXPECT_EQ(world_->processes_in(one.directory), 0);
}

TEST_P(AdapterContract, GivesItsSiblingsAnAddressThatFitsItsPort) {
  const auto one = world_->instance("ins_one", world_->good());
  const auto sibling = world_->adapter().as_sibling(one);

  EXPECT_EQ(sibling.name, one.source_name);
  const auto port = sibling.env.find("PORT");
  if (port != sibling.env.end()) {
    EXPECT_EQ(port->second, std::to_string(one.port));
  }
  const auto shown = world_->adapter().connection(one, "db.example", 4711);
  if (shown) {
    EXPECT_THAT(shown->url, testing::HasSubstr("db.example:4711"));
  }
}

GTEST_ALLOW_UNINSTANTIATED_PARAMETERIZED_TEST(AdapterContract);

}  // namespace slip
