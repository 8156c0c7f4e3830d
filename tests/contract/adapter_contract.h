// SPDX-License-Identifier: Apache-2.0
#pragma once

// What every Adapter must do. An implementation's test instantiates it, in one file of a program:
//   INSTANTIATE_TEST_SUITE_P(Files, AdapterContract, testing::Values([] { return make(); }));

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include "base/fd.h"
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

TEST_P(AdapterContract, TellsWhatEndedInGoodOrderFromWhatDidNot) {
  const auto one = world_->instance("ins_one", world_->good());
  ASSERT_TRUE(ok(ingest(one)));
  const auto ending = [&] {
    const auto ended = world_->adapter().ending(one);
    EXPECT_TRUE(ok(ended));
    return ended.value_or(Ending::otherwise);
  };
  ASSERT_TRUE(ok(bring_up(one)));
  ASSERT_TRUE(ok(stop(one)));
  EXPECT_EQ(ending(), Ending::in_good_order);
  if (!world_->adapter().info().recovers) return;

  ASSERT_TRUE(ok(bring_up(one)));
  ASSERT_TRUE(ok(world_->runtime().stop(one.id, Duration(0))));
  EXPECT_EQ(ending(), Ending::otherwise);

  ASSERT_TRUE(ok(bring_up(one)));
  ASSERT_TRUE(ok(stop(one)));
  EXPECT_EQ(ending(), Ending::in_good_order);
}

TEST_P(AdapterContract, WritesOutWhatItHasAndSaysWhatACopyLacksOfIt) {
  const auto one = world_->instance("ins_one", world_->good());
  ASSERT_TRUE(ok(ingest(one)));
  ASSERT_TRUE(ok(bring_up(one)));
  world_->put(one, "a row");

  EXPECT_TRUE(ok(world_->adapter().write_out(one, WriteOutHow::if_quiet)));
  EXPECT_TRUE(ok(world_->adapter().write_out(one, WriteOutHow::all)));
  const auto lacks = world_->adapter().lacks(one);
  ASSERT_TRUE(ok(lacks));
  EXPECT_THAT(lacks->once_stopped, testing::IsEmpty());

  EXPECT_TRUE(ok(stop(one)));
}

// Data that is yet to be masked must not be within anybody's reach.
TEST_P(AdapterContract, DoesNotListenWhereOnlyHooksMayReachADatabase) {
  if (!world_->adapter().info().recovers) return;
  auto one = world_->instance("ins_one", world_->good());
  ASSERT_TRUE(ok(ingest(one)));
  const auto listens = [&] {
    const UniqueFd fd(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(one.port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    return ::connect(fd.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0;
  };
  one.reach = Reach::hooks_only;
  ASSERT_TRUE(ok(bring_up(one)));
  EXPECT_FALSE(listens());
  ASSERT_TRUE(ok(stop(one)));

  one.reach = Reach::everybody;
  ASSERT_TRUE(ok(bring_up(one)));
  EXPECT_TRUE(listens());
  EXPECT_TRUE(ok(stop(one)));
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
  if (world_->adapter().log_replay() == nullptr) return;
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
  const auto position = world_->adapter().position(one);
  ASSERT_TRUE(ok(position));
  // The next moment that its log can tell from the ones before.
  const auto grain = world_->adapter().log_replay()->log_grain().count();
  Timestamp then = position->at;
  if (grain > 1) then.ms += grain - then.ms % grain;
  for (auto now = position; now && now->at <= then;) now = world_->adapter().position(one);
  world_->put(one, "later");
  const auto later = copied("ins_later");
  ASSERT_TRUE(ok(stop(one)));

  ASSERT_TRUE(ok(world_->adapter().log_replay()->replay(base, later.directory, then, unasked)));
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

TEST_P(AdapterContract, RunsSqlWhereItSaysSo) {
  const auto one = world_->instance("ins_one", world_->good());
  if (world_->adapter().sql_scripts() == nullptr) return;
  ASSERT_TRUE(ok(ingest(one)));
  ASSERT_TRUE(ok(bring_up(one)));

  const auto ran =
      world_->adapter().sql_scripts()->run_sql(one, {.text = "SELECT 41 + 1; SELECT 'second'"});

  ASSERT_TRUE(ok(ran));
  EXPECT_THAT(*ran, testing::AllOf(testing::HasSubstr("42"), testing::HasSubstr("second")));
  EXPECT_TRUE(ok(world_->adapter().sql_scripts()->subset_script({{"notes", "true"}})));
}

TEST_P(AdapterContract, TellsWhatAFailedScriptSaidAndUndoesWhatItDid) {
  if (world_->adapter().sql_scripts() == nullptr) return;
  const auto one = world_->instance("ins_one", world_->good());
  ASSERT_TRUE(ok(ingest(one)));
  ASSERT_TRUE(ok(bring_up(one)));
  world_->put(one, "a row");

  const auto ran = world_->adapter().sql_scripts()->run_sql(
      one, {.text = "SELECT 'so far';\nDELETE FROM notes;\nSELECT nonsense"});

  ASSERT_FALSE(ran);
  EXPECT_EQ(ran.error().code, ErrorCode::failed);
  EXPECT_THAT(ran.error().message, testing::HasSubstr("nonsense"));
  EXPECT_THAT(ran.error().detail, testing::HasSubstr("so far"));
  EXPECT_TRUE(world_->has(one, "a row"));
}

TEST_P(AdapterContract, EndsAScriptThatTakesTooLongOrIsNotWanted) {
  if (world_->adapter().sql_scripts() == nullptr) return;
  const auto one = world_->instance("ins_one", world_->good());
  ASSERT_TRUE(ok(ingest(one)));
  ASSERT_TRUE(ok(bring_up(one)));
  world_->put(one, "a row");
  SqlScript script{.text = "DELETE FROM notes; " + world_->sleep_statement(),
                   .time_limit = Duration(500)};

  const auto slow = world_->adapter().sql_scripts()->run_sql(one, script);
  script.time_limit = std::chrono::minutes(5);
  script.keep_going = [] { return false; };
  const auto unwanted = world_->adapter().sql_scripts()->run_sql(one, script);

  ASSERT_FALSE(slow);
  EXPECT_EQ(slow.error().code, ErrorCode::timed_out);
  ASSERT_FALSE(unwanted);
  EXPECT_EQ(unwanted.error().code, ErrorCode::canceled);
  // Neither holds the table any more.
  world_->put(one, "another row");
  EXPECT_TRUE(world_->has(one, "a row"));
  EXPECT_TRUE(ok(world_->adapter().sql_scripts()->run_sql(
      one, {.text = "DELETE FROM notes", .time_limit = std::chrono::seconds(10)})));
}

TEST_P(AdapterContract, KeepsTheEndOfWhatAScriptSays) {
  if (world_->adapter().sql_scripts() == nullptr) return;
  const auto one = world_->instance("ins_one", world_->good());
  ASSERT_TRUE(ok(ingest(one)));
  ASSERT_TRUE(ok(bring_up(one)));
  std::string text;
  for (int i = 0; i < 1000; ++i) text += "SELECT 'a line that is not short'; ";

  const auto ran = world_->adapter().sql_scripts()->run_sql(
      one, {.text = text + "SELECT 'the last'", .output_max = 1000});

  ASSERT_TRUE(ok(ran));
  EXPECT_EQ(ran->size(), 1000U);
  EXPECT_THAT(*ran, testing::HasSubstr("the last"));
}

GTEST_ALLOW_UNINSTANTIATED_PARAMETERIZED_TEST(AdapterContract);

}  // namespace slip
