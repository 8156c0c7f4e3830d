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

// Asked for after a flush, as a snapshot does.
TEST_P(AdapterContract, MovesItsMarkWhenSomethingIsWrittenAndOnlyThen) {
  const auto one = world_->instance("ins_one", world_->good());
  ASSERT_TRUE(ok(ingest(one)));
  ASSERT_TRUE(ok(bring_up(one)));
  const auto mark = [&] {
    EXPECT_TRUE(ok(world_->adapter().flush(one)));
    const auto position = world_->adapter().position(one);
    EXPECT_TRUE(ok(position));
    return position ? position->mark : std::nullopt;
  };
  const auto before = mark();
  const auto position = world_->adapter().position(one);
  ASSERT_TRUE(ok(position));
  EXPECT_EQ(position->mark, before);

  world_->put(one, "a row");

  if (before) {
    EXPECT_NE(mark(), before);
  }
  EXPECT_TRUE(ok(stop(one)));
}

TEST_P(AdapterContract, ReplaysItsLogFromOneCopyToAnyMomentBeforeALaterOne) {
  if (!world_->adapter().info().keeps_log) return;
  const auto one = world_->instance("ins_one", world_->good());
  ASSERT_TRUE(ok(ingest(one)));
  ASSERT_TRUE(ok(bring_up(one)));
  const auto copied = [&](const char* name) {
    const auto to = world_->instance(name, one.config);
    EXPECT_TRUE(ok(world_->adapter().flush(one)));
    EXPECT_TRUE(ok(world_->runtime().freeze(one.id)));
    copy(one, to);
    EXPECT_TRUE(ok(world_->runtime().thaw(one.id)));
    return to;
  };
  world_->put(one, "before");
  const auto base = copied("ins_base");
  world_->put(one, "until then");
  const auto then = world_->adapter().position(one);
  ASSERT_TRUE(ok(then));
  for (auto now = then; now && now->at <= then->at;) now = world_->adapter().position(one);
  world_->put(one, "later");
  const auto later = copied("ins_later");
  ASSERT_TRUE(ok(stop(one)));

  ASSERT_TRUE(ok(world_->adapter().replay(base, later.directory, then->at)));
  ASSERT_TRUE(ok(bring_up(base)));

  EXPECT_TRUE(world_->has(base, "before"));
  EXPECT_TRUE(world_->has(base, "until then"));
  EXPECT_FALSE(world_->has(base, "later"));
  world_->put(base, "its own");
  EXPECT_TRUE(ok(stop(base)));
  ASSERT_TRUE(ok(bring_up(base))) << "as an ordinary one";
  EXPECT_TRUE(world_->has(base, "its own"));
  EXPECT_TRUE(ok(stop(base)));
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
