// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>

#include "operations/edits/edits.h"
#include "queries/branches.h"
#include "queries/containers.h"
#include "queries/events.h"
#include "queries/moments.h"
#include "queries/reader.h"
#include "queries/sources.h"
#include "queries/templates.h"
#include "queries/timeline.h"
#include "queries/trash.h"
#include "queries/usage.h"
#include "queries/users.h"
#include "tests/support/expect_result.h"
#include "tests/support/test_world.h"

namespace slip::queries {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::UnorderedElementsAre;

constexpr Duration kAmple = std::chrono::seconds(30);

template <class Views>
std::vector<std::string> names_of(const Views& views) {
  std::vector<std::string> names;
  for (const auto& view : views) names.push_back(view.name);
  return names;
}

template <class Views>
std::vector<std::string> sources_of(const Views& views) {
  std::vector<std::string> names;
  for (const auto& view : views) names.push_back(view.source);
  return names;
}

// What there is to look at over fakes, without a server: "qa" and "dev" own a container each, "mia"
// is a member of nothing.
class Views : public ::testing::Test {
 protected:
  std::unique_ptr<TestWorld> fakes = TestWorld::with_containers();
  Engine engine{fakes->world};
  Reader reader{engine, "db.example.org", {.kind = "btrfs_file", .why = "root"}};
  const Actor admin{UserId("usr_admin"), "admin", SystemRole::admin};
  const Actor qa{UserId("usr_qa"), "qa", SystemRole::member};
  const Actor dev{UserId("usr_dev"), "dev", SystemRole::member};
  const Actor mia{UserId("usr_mia"), "mia", SystemRole::member};
};

TEST_F(Views, OfContainersAreThoseOfTheirMembers) {
  const auto seen = container_views(reader, qa).value();
  ASSERT_THAT(names_of(seen), ElementsAre("qa"));
  EXPECT_EQ(seen[0].template_.name, "shop");
  EXPECT_EQ(seen[0].active_branch.name, "default");
  EXPECT_EQ(seen[0].state, ContainerState::running);
  EXPECT_EQ(seen[0].my_role, ContainerRole::owner);
  EXPECT_EQ(seen[0].members[0].name, "qa");
  EXPECT_THAT(sources_of(seen[0].endpoints), ElementsAre("db", "app"));
  EXPECT_EQ(seen[0].endpoints[0].host, "db.example.org");

  EXPECT_THAT(names_of(container_views(reader, admin).value()), ElementsAre("dev", "qa"));
  EXPECT_THAT(container_views(reader, mia).value(), IsEmpty());
  EXPECT_ERROR(container_view(reader, mia, "qa"), not_found);
  EXPECT_ERROR(container_seen(reader, dev, "qa"), not_found);
}

TEST_F(Views, OfAContainerSayWhichOperationIsChangingIt) {
  const auto resetting = journal_request(fakes->world, qa, ResetContainer{.container = "qa"});
  ASSERT_OK(resetting);
  const auto busy = container_view(reader, qa, "qa").value();
  EXPECT_EQ(busy.state, ContainerState::busy);
  ASSERT_TRUE(busy.operation);
  EXPECT_EQ(busy.operation->id, resetting->id.str());

  EXPECT_EQ(container_view(reader, dev, "dev")->state, ContainerState::running);

  EXPECT_EQ(operation_named_in(reader, "wait for " + resetting->id.str() + " first"),
            resetting->id);
  EXPECT_TRUE(operation_named_in(reader, "wait for nothing").empty());
}

TEST_F(Views, OfAContainerSayThatItIsStopped) {
  ASSERT_OK(fakes->must(StopContainer{"qa", ""}, "qa"));
  EXPECT_EQ(container_view(reader, qa, "qa")->state, ContainerState::stopped);
}

TEST_F(Views, TellWhoGetsMoreRights) {
  EXPECT_FALSE(gives_rights(reader, qa, "qa", {{"qa", ContainerRole::owner}}).value());
  EXPECT_FALSE(gives_rights(reader, qa, "qa", {{"qa", ContainerRole::viewer}}).value());
  EXPECT_TRUE(gives_rights(reader, qa, "qa", {{"dev", ContainerRole::viewer}}).value());
  EXPECT_ERROR(gives_rights(reader, qa, "qa", {{"nobody", ContainerRole::viewer}}), not_found);
  EXPECT_ERROR(gives_rights(reader, dev, "qa", {}), not_found);
}

TEST_F(Views, OfABranchThatIsOnlyLookedAtHaveItsDatabasesAddresses) {
  ASSERT_OK(fakes->bookmark("qa", "base"));
  ASSERT_OK(fakes->must(CreateBranch{.container = "qa",
                                     .name = "peek",
                                     .from = FromBookmark{"base"},
                                     .activation = Activation::look},
                        "qa"));
  const auto all = branch_views(reader, qa, "qa").value();
  EXPECT_THAT(names_of(all), ElementsAre("default", "peek"));
  EXPECT_TRUE(all[0].active);
  EXPECT_THAT(sources_of(all[0].endpoints), ElementsAre("db", "app"));

  const auto peek = branch_view(reader, qa, "qa", "peek").value();
  EXPECT_TRUE(peek.read_only);
  EXPECT_THAT(sources_of(peek.endpoints), ElementsAre("db"));
  ASSERT_TRUE(peek.segment.parent);
  EXPECT_THAT(peek.segment.parent->words, HasSubstr("base"));
  EXPECT_ERROR(branch_view(reader, qa, "qa", "other"), not_found);
}

TEST_F(Views, OfBookmarksAreOwnOnesOrThoseThatOthersOffer) {
  ASSERT_OK(fakes->bookmark("qa", "shared", Audience::everyone));
  ASSERT_OK(fakes->bookmark("qa", "own"));
  EXPECT_THAT(names_of(bookmark_views(reader, qa, "qa", Offered::own).value()),
              ElementsAre("shared", "own"));
  EXPECT_THAT(bookmark_views(reader, dev, "dev", Offered::own).value(), IsEmpty());
  EXPECT_THAT(names_of(bookmark_views(reader, dev, "dev", Offered::by_others).value()),
              ElementsAre("shared"));

  const auto own = bookmark_view(reader, qa, "qa", "own").value();
  EXPECT_EQ(own.container->name, "qa");
  EXPECT_EQ(own.branch->name, "default");
  EXPECT_ERROR(bookmark_view(reader, dev, BookmarkId(own.id)), permission_denied);
  EXPECT_EQ(bookmark_view(reader, admin, BookmarkId(own.id))->name, "own");
}

TEST_F(Views, OfTemplatesHideWhatHooksDoFromAllButAdministrators) {
  const Hook hook{.when = HookMoment::configure_clone, .sql = "update people set name = 'secret'"};
  ASSERT_OK(fakes->must(VersionTemplate{
      "shop",
      {{.name = "db", .source = "shop.db", .hooks = {hook}}, {.name = "app", .source = "shop.app"}},
      {},
      BookmarkManner::exact}));

  const auto whole = template_view(reader, admin, "shop").value();
  ASSERT_EQ(whole.versions.size(), 2U);
  EXPECT_EQ(whole.versions[1].sources[0].hooks[0].sql, hook.sql);
  EXPECT_EQ(whole.versions[1].sources[0].source.name, "shop.db");
  EXPECT_EQ(whole.versions[1].sources[0].kind, "rows");
  EXPECT_EQ(whole.versions[1].bookmarks, BookmarkManner::exact);
  EXPECT_TRUE(whole.newest_at);

  const auto seen = template_view(reader, qa, "shop").value();
  EXPECT_EQ(seen.versions[1].sources[0].hooks[0].sql, "***");
}

TEST_F(Views, OfTemplatesAreForThoseWhoHaveAContainerOfThem) {
  ASSERT_OK(fakes->must(CreateTemplate{"other", {{.name = "db", .source = "shop.db"}}}));
  EXPECT_THAT(names_of(template_views(reader, admin).value()), ElementsAre("other", "shop"));
  EXPECT_THAT(names_of(template_views(reader, qa).value()), ElementsAre("shop"));
  EXPECT_THAT(template_views(reader, mia).value(), IsEmpty());

  const auto hidden = template_view(reader, qa, "other");
  EXPECT_ERROR(hidden, not_found);
  EXPECT_EQ(hidden.error().hint, "There are: shop.");
  EXPECT_EQ(template_view(reader, mia, "shop").error().hint, "There are none.");
}

TEST_F(Views, OfATimelineHaveTheBookmarksOfItsBranchAlone) {
  ASSERT_OK(fakes->bookmark("qa", "before"));
  ASSERT_OK(fakes->must(
      CreateBranch{.container = "qa", .name = "next", .from = FromBookmark{"before"}}, "qa"));
  ASSERT_OK(fakes->bookmark("qa", "after"));

  const PointWindow window{.around = fakes->clock.now()};
  const auto active = timeline(reader, qa, {.container = "qa", .window = window}).value();
  EXPECT_EQ(active.branch.name, "next");
  EXPECT_THAT(names_of(active.branches), ElementsAre("default", "next"));
  EXPECT_THAT(names_of(active.bookmarks), ElementsAre("after"));
  EXPECT_FALSE(active.points.empty());
  ASSERT_EQ(active.segments.size(), 1U);
  EXPECT_EQ(active.segments[0].operation->actor, "qa");

  const auto former =
      timeline(reader, qa, {.container = "qa", .branch = "default", .window = window}).value();
  EXPECT_THAT(names_of(former.bookmarks), ElementsAre("before"));
  EXPECT_THAT(timeline(reader, qa, {.container = "qa", .window = window, .with_bookmarks = false})
                  ->bookmarks,
              IsEmpty());
  EXPECT_FALSE(timeline_of_template(reader, qa, "shop", window)->points.empty());
  EXPECT_ERROR(timeline_of_template(reader, mia, "shop", window), not_found);
}

TEST_F(Views, OfAMomentSayWhatATimeWouldLeadTo) {
  ASSERT_OK(fakes->bookmark("qa", "base"));
  const Timestamp at = fakes->points("qa").back().at;
  const auto moment = moment_view(reader, qa, {.container = "qa", .at = at}).value();
  EXPECT_EQ(moment.at, at);
  EXPECT_TRUE(moment.exact);
  EXPECT_EQ(moment.point, fakes->points("qa").back().id.str());
  EXPECT_THAT(sources_of(moment.sources), ElementsAre("db", "app"));

  EXPECT_OK(moment_view(reader, qa, {.container = "qa", .of_template = true, .at = at}));
  EXPECT_ERROR(moment_of_template(reader, mia, "shop", at), not_found);
  EXPECT_ERROR(moment_of_template(reader, qa, "shop", Timestamp{1}), out_of_range);
}

TEST_F(Views, OfOperationsAreTheActorsAndThoseOfHisContainers) {
  const auto made = fakes->must(ResetContainer{.container = "qa"}, "admin").value();
  EXPECT_EQ(operation_seen(reader, qa, made.id)->id, made.id);
  EXPECT_ERROR(operation_seen(reader, dev, made.id), not_found);
  EXPECT_EQ(operation_view(reader, qa, made)->container->name, "qa");
  EXPECT_ERROR(operation_view(reader, dev, made), not_found);

  OperationQuery query;
  query.limit = 1;
  const auto page = visible_operations(reader, qa, query, "qa").value();
  ASSERT_EQ(page.operations.size(), 1U);
  EXPECT_EQ(page.operations[0].id, made.id.str());
  EXPECT_TRUE(page.next);
  EXPECT_ERROR(visible_operations(reader, dev, {}, "qa"), not_found);
}

TEST_F(Views, OfEventsAreForThoseWhoMaySeeWhatTheyAreAbout) {
  const auto before = last_event(reader).value();
  ASSERT_OK(fakes->bookmark("qa", "base"));
  const auto heard = events_after(reader, before, 500).value();
  ASSERT_FALSE(heard.empty());
  for (const auto& [news, reach] : heard) {
    EXPECT_GT(news.sequence, before);
    EXPECT_TRUE(reach.includes(qa) && reach.includes(admin)) << news.topic;
    EXPECT_FALSE(reach.includes(dev)) << news.topic;
  }
  Event event;
  event.topic = "pool";
  EXPECT_TRUE(reach_of(reader, event)->includes(mia));
  event.topic = "template";
  event.template_id = fakes->container("qa").template_id;
  const auto of_template = reach_of(reader, event);
  EXPECT_TRUE(of_template->includes(qa) && of_template->includes(dev));
  EXPECT_FALSE(of_template->includes(mia));
}

TEST_F(Views, OfASourceSayHowUpToDateItIs) {
  ASSERT_OK(fakes->must(LinkSource{"live", {"rows", {{"follow", "yes"}}, {}}, "every 6h"}));
  const auto live = source_status(reader, "live").value();
  EXPECT_EQ(live.source.schedule, "every 6h");
  ASSERT_TRUE(live.last && live.state);
  EXPECT_EQ(live.last->kind, OperationKind::link_source);
  EXPECT_EQ(live.last->state, OperationState::succeeded);

  EXPECT_FALSE(source_status(reader, "shop.db")->state);
  EXPECT_ERROR(source_status(reader, "other"), not_found);
  EXPECT_ERROR(source_of_webhook(reader, "a hash"), not_found);
  ASSERT_OK(edit(fakes->world, admin,
                 EditSource{.source = "live", .schedule = {}, .webhook_hash = "a hash"}));
  EXPECT_EQ(source_of_webhook(reader, "a hash")->name, "live");
}

TEST_F(Views, OfThePoolTellAdministratorsWhatIsNotKnownInIt) {
  fakes->storage.add_unknown("somebody's file");
  const auto whole = pool_view(reader, admin).value();
  EXPECT_EQ(whole.kind, "btrfs_file");
  EXPECT_EQ(whole.why, "root");
  EXPECT_GT(whole.total, 0);
  EXPECT_THAT(whole.unknown, ElementsAre("somebody's file"));
  EXPECT_THAT(pool_view(reader, qa)->unknown, IsEmpty());
}

TEST_F(Views, OfUsageSayWhoHoldsHowMuch) {
  fakes->write("qa", "much");
  ASSERT_OK(fakes->bookmark("qa", "base"));
  const auto usage = container_usage(reader, qa, "qa", kAmple).value();
  ASSERT_EQ(usage.branches.size(), 1U);
  EXPECT_EQ(usage.branches[0].by.name, "default");
  ASSERT_EQ(usage.bookmarks.size(), 1U);
  EXPECT_EQ(usage.bookmarks[0].by.name, "base");
  EXPECT_GT(usage.bookmarks[0].space.full, 0);
  EXPECT_ERROR(container_usage(reader, dev, "qa", kAmple), not_found);

  const auto all = pool_usage(reader, admin, kAmple).value();
  EXPECT_EQ(all.containers.size(), 2U);
  EXPECT_EQ(all.templates.size(), 1U);
  EXPECT_EQ(all.sources.size(), 2U);
  EXPECT_EQ(all.users.size(), 2U);
  EXPECT_GT(all.used, 0);
  EXPECT_ERROR(pool_usage(reader, qa, kAmple), permission_denied);
}

TEST_F(Views, OfTheTrashAreForThoseWhoMayRecoverIt) {
  ASSERT_OK(fakes->bookmark("qa", "waste"));
  ASSERT_OK(edit(fakes->world, qa, DeleteBookmark{OfContainer{"qa"}, "waste"}));
  const auto trash = list_trash(reader, qa).value();
  ASSERT_THAT(names_of(trash), ElementsAre("waste"));
  EXPECT_EQ(trash[0].deleted_by, "qa");
  EXPECT_THAT(list_trash(reader, dev).value(), IsEmpty());

  const auto spaces = trash_usage(reader, qa, kAmple).value();
  ASSERT_EQ(spaces.size(), 1U);
  EXPECT_EQ(spaces[0].id, trash[0].id);
  EXPECT_GT(spaces[0].space.full, 0);
  EXPECT_EQ(still_visible(reader, qa, spaces)->size(), 1U);
  EXPECT_THAT(still_visible(reader, dev, spaces).value(), IsEmpty());
}

TEST_F(Views, OfALogNameTheSourcesThatThereAre) {
  EXPECT_OK(source_log(reader, qa, {.container = "qa", .source = "db", .bytes = 100}));
  const auto unknown = source_log(reader, qa, {.container = "qa", .source = "cache", .bytes = 100});
  EXPECT_ERROR(unknown, not_found);
  EXPECT_EQ(unknown.error().hint, "There are: db, app.");
}

TEST_F(Views, OfUsersAreFoundByNameAndById) {
  EXPECT_THAT(names_of(users(reader).value()), UnorderedElementsAre("dev", "qa"));
  EXPECT_EQ(user_named(reader, "usr_qa")->name, "qa");
  EXPECT_THAT(users_named(reader, {"qa", "usr_dev"}).value(),
              ElementsAre(UserId("usr_qa"), UserId("usr_dev")));
  EXPECT_ERROR(users_named(reader, {"qa", "mia"}), not_found);
}

}  // namespace
}  // namespace slip::queries
