// SPDX-License-Identifier: Apache-2.0
#include "operations/secrets.h"

#include "base/json.h"
#include "operations/edits/edits.h"
#include "operations/lookup.h"
#include "operations/renew_login.h"
#include "operations/submit.h"
#include "tests/support/expect_result.h"
#include "tests/support/test_world.h"

namespace slip {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

constexpr const char* url = "rows://u:Pr0duction-Passw0rd@h/shop";

class SecretsByHandle : public ::testing::Test {
 protected:
  Source source(const std::string& name) {
    return world->catalog
        .read([&](CatalogUnit& unit) -> Result<Source> {
          for (const auto& one : TRY(unit.sources().all(Trash::with))) {
            if (one.name == name) return one;
          }
          return Error{.message = "no such source"};
        })
        .value();
  }
  std::string value(const SecretId& id) {
    const auto found = world->secrets.get(id);
    return found ? found->reveal() : "(none)";
  }
  // Everything that the catalog holds, as text.
  std::string all_of_the_catalog() {
    std::string text;
    EXPECT_OK(world->catalog.read([&](CatalogUnit& unit) -> Result<> {
      OperationQuery everything;
      everything.limit = 10'000;
      everything.background = true;
      text += to_json_text(TRY(unit.operations().query(everything)));
      text += to_json_text(TRY(unit.sources().all(Trash::with)));
      text += to_json_text(TRY(unit.templates().all(Trash::with)));
      text += to_json_text(TRY(unit.containers().all(Trash::with)));
      text += to_json_text(TRY(unit.volumes().all()));
      text += to_json_text(TRY(unit.events().after(0, 10'000)));
      return {};
    }));
    return text;
  }
  void sweep_twice() {
    SecretSweep sweep(world->world);
    EXPECT_OK(sweep.sweep());
    EXPECT_OK(sweep.sweep());
  }
  void renew_what_is_due() {
    const auto all = due_login_renewals(world->world).value();
    for (const auto& due : all) {
      EXPECT_OK(world->must(RenewLogin{due.str()}));
    }
  }
  Result<> set_members(const std::string& container, std::vector<MemberNamed> members) {
    EditContainer request{.container = container, .name = {}, .members = std::move(members)};
    TRY(edit(world->world, world->actor_named("admin"), request));
    return {};
  }

  std::unique_ptr<TestWorld> world = TestWorld::with_containers();
};

TEST_F(SecretsByHandle, AreNowhereInTheCatalog) {
  ASSERT_OK(world->must(LinkSource{"erp", {"rows", {{"url", url}}, {}}}));
  ASSERT_OK(world->must(SyncSource{"erp"}));
  ASSERT_OK(world->must(
      CreateTemplate{"erp", {{"db", "erp", 1, 0, {{"some_password", "0f-the-template"}}}}}));

  const std::string all = all_of_the_catalog();

  EXPECT_THAT(all, HasSubstr("rows://u:***@h/shop"));
  EXPECT_THAT(all, Not(HasSubstr("Pr0duction-Passw0rd")));
  EXPECT_THAT(all, Not(HasSubstr("0f-the-template")));
  EXPECT_EQ(value(source("erp").config.secrets.at("url")), url);
}

TEST_F(SecretsByHandle, AreKeptBeforeTheirOperationAlsoWhereThePlanComesOutOtherwise) {
  int plans = 0;
  SecretId last;
  const MakePlan make = [&](PlanContext& context) -> Result<Plan> {
    // What the second plan found is no longer as the first one found it.
    last = context.secrets->keep(++plans == 1 ? "the-first" : "the-second");
    return Plan(context, OperationKind::link_source, "link a source");
  };

  const auto operation =
      journal_plan(world->world, world->actor_named("admin"), make, {}, {}).value();

  EXPECT_EQ(value(last), "the-second");
  EXPECT_EQ(plans, 4) << "made once, and again in a transaction; and both again, with the other";
  EXPECT_OK(world->catalog.read([&](CatalogUnit& unit) -> Result<> {
    EXPECT_TRUE(TRY(unit.operations().find(operation.id)));
    return {};
  }));
}

TEST_F(SecretsByHandle, GiveWayToThoseOfAnotherUrl) {
  ASSERT_OK(world->must(LinkSource{"erp", {"rows", {{"url", url}}, {}}}));
  const SecretId before = source("erp").config.secrets.at("url");

  ASSERT_OK(world->must(ChangeUrl{"erp", "rows://u:An0ther-Passw0rd@h2/shop"}));

  const auto config = source("erp").config;
  EXPECT_EQ(config.settings.at("url"), "rows://u:***@h2/shop");
  EXPECT_EQ(value(config.secrets.at("url")), "rows://u:An0ther-Passw0rd@h2/shop");
  sweep_twice();
  EXPECT_EQ(value(before), "(none)");
  EXPECT_EQ(value(config.secrets.at("url")), "rows://u:An0ther-Passw0rd@h2/shop");
}

TEST_F(SecretsByHandle, AreForgottenWithTheirSourceAndNotBefore) {
  ASSERT_OK(world->must(LinkSource{"erp", {"rows", {{"url", url}}, {}}}));
  const SecretId id = source("erp").config.secrets.at("url");
  sweep_twice();
  EXPECT_EQ(value(id), url);

  ASSERT_OK(edit(world->world, world->actor_named("admin"), UnlinkSource{"erp"}));

  sweep_twice();
  EXPECT_EQ(value(id), "(none)");
  EXPECT_NE(value(world->container("qa").login), "(none)");
}

// It may be on its way into the catalog.
TEST_F(SecretsByHandle, ThatNothingNamesAreGivenTime) {
  const SecretId orphan("sec_orphan");
  ASSERT_OK(world->secrets.put(orphan, Secret("left by a crash")));
  SecretSweep sweep(world->world);

  ASSERT_OK(sweep.sweep());
  EXPECT_EQ(value(orphan), "left by a crash");
  ASSERT_OK(sweep.sweep());
  EXPECT_EQ(value(orphan), "(none)");
}

// As after an older catalog has been put back.
TEST_F(SecretsByHandle, ThatNothingNamesAreKeptWhileThePoolHoldsWhatTheCatalogDoesNotKnow) {
  const SecretId orphan("sec_orphan");
  ASSERT_OK(world->secrets.put(orphan, Secret("of a newer catalog")));
  const VolumeId strange("vol_strange");
  ASSERT_OK(world->storage.create_volume(strange, {{"about", "a newer catalog's"}}));

  for (int times = 0; times < 4; ++times) sweep_twice();
  EXPECT_EQ(value(orphan), "of a newer catalog");

  ASSERT_OK(world->storage.destroy(strange));
  sweep_twice();
  EXPECT_EQ(value(orphan), "(none)");
}

TEST_F(SecretsByHandle, OfARefusedRequestAreNotKept) {
  const auto before = world->secrets.list().value().size();

  EXPECT_ERROR(world->act(LinkSource{"shop.db", {"rows", {{"url", url}}, {}}}), already_exists);

  EXPECT_EQ(world->secrets.list().value().size(), before);
}

TEST_F(SecretsByHandle, ThatAreLostAreAskedForByName) {
  ASSERT_OK(world->must(LinkSource{"erp", {"rows", {{"url", url}}, {}}}));
  ASSERT_OK(world->secrets.forget(source("erp").config.secrets.at("url")));

  const auto synced = world->act(SyncSource{"erp"});

  ASSERT_OK(synced);
  EXPECT_EQ(synced->state, OperationState::failed);
  EXPECT_THAT(synced->failure->message, HasSubstr("\"url\" is no longer known"));
  EXPECT_OK(world->must(ChangeUrl{"erp", url}));
  EXPECT_OK(world->must(SyncSource{"erp"}));
}

TEST_F(SecretsByHandle, AreTakenOutOfWhatProgramsSay) {
  ASSERT_OK(world->secrets.put(SecretId("sec_password"), Secret("k3vs0container0password")));
  ASSERT_OK(world->secrets.put(SecretId("sec_url"), Secret(url)));
  std::string said = "neither k3vs0container0password nor Pr0duction-Passw0rd is right";

  Scrubber(world->secrets).scrub(said);

  EXPECT_EQ(said, "neither *** nor *** is right");
}

TEST_F(SecretsByHandle, ChangeWhenAMemberLeavesWhoKnewThem) {
  const MemberNamed owner{"qa", ContainerRole::owner};
  ASSERT_OK(set_members("qa", {owner, {"dev", ContainerRole::operator_}}));
  EXPECT_THAT(due_login_renewals(world->world).value(), IsEmpty());
  const auto before = world->container("qa");
  ASSERT_OK(set_members("qa", {owner}));
  EXPECT_THAT(due_login_renewals(world->world).value(), ElementsAre(before.id));

  renew_what_is_due();

  const auto after = world->container("qa");
  EXPECT_NE(after.login, before.login);
  EXPECT_NE(value(after.login), value(before.login));
  EXPECT_THAT(due_login_renewals(world->world).value(), IsEmpty());
  const auto branch = world->active("qa");
  EXPECT_TRUE(world->runtime.running(instance_on(branch.volume, "db")));
  ASSERT_OK(world->catalog.read([&](CatalogUnit& unit) -> Result<> {
    EXPECT_EQ(TRY(volume_of(unit, branch.volume)).login, after.login);
    return {};
  }));
  EXPECT_THAT(world->complaints(), IsEmpty());
  sweep_twice();
  EXPECT_EQ(value(before.login), "(none)");
}

TEST_F(SecretsByHandle, ChangeWhenAMemberMayOnlyLookFromNowOn) {
  ASSERT_OK(set_members("qa", {{"qa", ContainerRole::owner}, {"dev", ContainerRole::operator_}}));
  ASSERT_OK(set_members("qa", {{"qa", ContainerRole::owner}, {"dev", ContainerRole::viewer}}));

  EXPECT_THAT(due_login_renewals(world->world).value(), ElementsAre(world->container("qa").id));
}

TEST_F(SecretsByHandle, StayWhenALookerLeaves) {
  ASSERT_OK(set_members("qa", {{"qa", ContainerRole::owner}, {"dev", ContainerRole::viewer}}));
  ASSERT_OK(set_members("qa", {{"qa", ContainerRole::owner}}));

  EXPECT_THAT(due_login_renewals(world->world).value(), IsEmpty());
}

TEST_F(SecretsByHandle, ChangeWhenAUserIsRemoved) {
  ASSERT_OK(edit(world->world, world->actor_named("admin"), RemoveUser{"dev"}));

  EXPECT_THAT(due_login_renewals(world->world).value(), ElementsAre(world->container("dev").id));
}

// An administrator sees them all without being a member.
TEST_F(SecretsByHandle, ChangeWhenAnAdministratorIsOneNoMore) {
  const auto admin = world->actor_named("admin");
  const auto set_role = [&](SystemRole role, const std::string& user = "dev") {
    ChangeUser request;
    request.user = user;
    request.role = role;
    return edit(world->world, admin, request);
  };
  ASSERT_OK(set_role(SystemRole::admin, "qa"));
  ASSERT_OK(set_role(SystemRole::admin));
  EXPECT_THAT(due_login_renewals(world->world).value(), IsEmpty());

  ASSERT_OK(set_role(SystemRole::member));

  EXPECT_THAT(due_login_renewals(world->world).value(), ElementsAre(world->container("qa").id))
      << "and that of his own stays";
  renew_what_is_due();
  ASSERT_OK(set_role(SystemRole::admin));
  ASSERT_OK(edit(world->world, admin, RemoveUser{"dev"}));
  EXPECT_THAT(due_login_renewals(world->world).value(),
              testing::UnorderedElementsAre(world->container("qa").id, world->container("dev").id));
}

TEST_F(SecretsByHandle, AreLearntAtTheNextStartByWhatDoesNotRun) {
  ASSERT_OK(world->must(StopContainer{"qa", ""}));
  const auto before = world->container("qa").login;
  ASSERT_OK(world->must(RenewLogin{"qa"}));
  const auto after = world->container("qa").login;
  ASSERT_NE(before, after);
  const auto login_on_volume = [&] {
    return world->catalog
        .read([&](CatalogUnit& unit) { return volume_of(unit, world->active("qa").volume); })
        .value()
        .login;
  };
  EXPECT_EQ(login_on_volume(), before);

  ASSERT_OK(world->must(StartContainer{"qa", ""}));

  EXPECT_EQ(login_on_volume(), after);
}

TEST_F(SecretsByHandle, OfAContainerThatAreLostAreMadeAnew) {
  ASSERT_OK(world->secrets.forget(world->container("qa").login));
  EXPECT_THAT(due_login_renewals(world->world).value(), ElementsAre(world->container("qa").id));

  renew_what_is_due();

  EXPECT_NE(value(world->container("qa").login), "(none)");
  EXPECT_THAT(world->complaints(), IsEmpty());
}

}  // namespace
}  // namespace slip
