// SPDX-License-Identifier: Apache-2.0
#include "operations/rebuild.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/file.h"
#include "base/json.h"
#include "operations/volume_specs.h"
#include "tests/support/expect_result.h"
#include "tests/support/test_world.h"

namespace slip {
namespace {

using ::testing::ElementsAre;
using ::testing::Field;
using ::testing::IsEmpty;

std::vector<Bookmark> bookmarks_in(Catalog& catalog) {
  return catalog.read([](CatalogUnit& unit) { return unit.bookmarks().all(Trash::without); })
      .value();
}

// The same disks and processes, and a catalog made anew.
std::unique_ptr<TestWorld> rebuilt(TestWorld& lost, Rebuilt& outcome) {
  auto made = std::make_unique<TestWorld>();
  const auto done = rebuild_catalog(made->catalog, lost.storage.list().value(), lost.clock.now());
  EXPECT_OK(done);
  outcome = done.value_or(Rebuilt());
  return made;
}

TEST(ACatalogMadeAnew, HasEveryBookmarkByItsNameAndItsData) {
  const auto lost = TestWorld::with_containers();
  for (const char* name : {"one", "two", "three"}) {
    lost->write("qa", name);
    ASSERT_OK(lost->bookmark("qa", name, Audience::everyone));
  }
  CreateBranch beside;
  beside.container = "dev";
  beside.name = "try";
  ASSERT_OK(lost->must(beside, "dev"));
  lost->write("dev", "mine");
  ASSERT_OK(lost->bookmark("dev", "of a branch"));
  ASSERT_OK(lost->restore("qa", "two"));

  Rebuilt outcome;
  const auto found = rebuilt(*lost, outcome);

  EXPECT_EQ(outcome.containers, 2U);
  EXPECT_THAT(outcome.unknown, IsEmpty());
  const auto before = bookmarks_in(lost->catalog);
  const auto after = bookmarks_in(found->catalog);
  ASSERT_EQ(after.size(), before.size());
  for (std::size_t place = 0; place < after.size(); ++place) {
    EXPECT_EQ(after[place].name, before[place].name);
    EXPECT_EQ(after[place].point, before[place].point);
    EXPECT_EQ(after[place].at, before[place].at);
    EXPECT_EQ(after[place].audience, before[place].audience);
    const auto point_in = [&](TestWorld& world) {
      return *world.catalog
                  .read([&](CatalogUnit& unit) { return unit.points().find(after[place].point); })
                  .value();
    };
    EXPECT_EQ(lost->rows(point_in(*found)), lost->rows(point_in(*lost)));
    EXPECT_EQ(point_in(*found).positions.size(), point_in(*lost).positions.size());
  }
  for (const char* name : {"qa", "dev"}) {
    EXPECT_EQ(found->active(name).volume, lost->active(name).volume);
    EXPECT_EQ(found->active(name).name, lost->active(name).name);
    EXPECT_EQ(found->container(name).members.front().user, UserId(std::string("usr_") + name));
    EXPECT_EQ(found->container(name).endpoints.size(), 2U);
    EXPECT_TRUE(found->container(name).renew_login);
  }
}

std::vector<VolumeId> volumes_in_use(Catalog& catalog) {
  return catalog
      .read([](CatalogUnit& unit) -> Result<std::vector<VolumeId>> {
        std::vector<VolumeId> volumes;
        for (const auto& one : TRY(unit.branches().all(Trash::without))) {
          if (!one.volume.empty()) volumes.push_back(one.volume);
        }
        for (const auto& one : TRY(unit.sources().all(Trash::without))) {
          if (!one.volume.empty()) volumes.push_back(one.volume);
        }
        return volumes;
      })
      .value();
}

// Ports are chosen anew with each start.
std::string words_of(VolumeSpec spec) {
  for (auto& source : spec.sources) source.port = 0;
  return to_json_text(spec);
}

TEST(ACatalogMadeAnew, KnowsWhatRunsOnEachVolume) {
  const auto lost = TestWorld::with_containers();
  ASSERT_OK(lost->must(LinkSource{"live.db", {"rows", {{"follow", "yes"}}, {}}}));
  ASSERT_OK(lost->bookmark("qa", "base"));
  CreateBranch peek;
  peek.container = "qa";
  peek.name = "peek";
  peek.from = FromBookmark{"base"};
  peek.activation = Activation::look;
  ASSERT_OK(lost->must(peek, "qa"));
  ASSERT_OK(lost->restore("qa", "base"));

  Rebuilt outcome;
  const auto found = rebuilt(*lost, outcome);

  const auto volumes = volumes_in_use(lost->catalog);
  ASSERT_EQ(volumes.size(), 4U);
  for (const auto& volume : volumes) {
    const auto before = spec_of(lost->catalog, volume);
    const auto after = spec_of(found->catalog, volume);
    ASSERT_OK(before);
    ASSERT_OK(after);
    EXPECT_EQ(words_of(*after), words_of(*before));
  }
}

StorageListing stored_pool(const std::string& name) {
  StorageListing pool;
  const auto text = read_file(std::filesystem::path(SLIP_POOLS) / name);
  const json::value entries = parse_json(text.value()).value();
  for (const auto& entry : entries.as_array()) {
    const std::string id(entry.at("id").as_string());
    auto description = from_json<SelfDescription>(entry.at("description")).value();
    if (VolumeId::looks_like(id)) {
      pool.volumes.push_back({VolumeId(id), std::move(description)});
    } else {
      pool.snapshots.push_back({SnapshotId(id), std::move(description)});
    }
  }
  return pool;
}

// Volumes had the catalog's record of them beside them, and no spec.
TEST(ACatalogMadeAnew, ReadsPoolsOfEarlierVersions) {
  TestWorld world;
  const auto made =
      rebuild_catalog(world.catalog, stored_pool("before_specs.json"), world.clock.now());
  ASSERT_OK(made);
  EXPECT_EQ(made->containers, 1U);
  EXPECT_EQ(made->bookmarks, 1U);
  EXPECT_THAT(made->unknown, IsEmpty());

  const auto branch = spec_of(world.catalog, VolumeId("vol_42")).value();
  EXPECT_THAT(branch.sources,
              ElementsAre(Field(&SourceSpec::name, "db"), Field(&SourceSpec::name, "app")));
  EXPECT_EQ(branch.purpose, Purpose::work);
  EXPECT_EQ(branch.login, world.container("qa").login);
  EXPECT_EQ(spec_of(world.catalog, VolumeId("vol_82")).value().purpose, Purpose::look);
  const auto follower = spec_of(world.catalog, VolumeId("vol_63")).value();
  EXPECT_THAT(follower.sources, ElementsAre(Field(&SourceSpec::name, "live.db")));
  EXPECT_EQ(follower.purpose, Purpose::follow);
}

// Which is active is known from when they were made only.
TEST(ACatalogMadeAnew, NamesContainersWhoseActiveBranchMayBeAnother) {
  const auto lost = TestWorld::with_containers();
  CreateBranch beside;
  beside.container = "dev";
  beside.name = "try";
  ASSERT_OK(lost->must(beside, "dev"));

  Rebuilt outcome;
  const auto found = rebuilt(*lost, outcome);

  EXPECT_THAT(outcome.unsure, ElementsAre("dev (" + found->active("dev").name + ")"));
}

TEST(ACatalogMadeAnew, KeepsNothingThatWouldBeDeleted) {
  const auto lost = TestWorld::with_containers();
  ASSERT_OK(lost->bookmark("qa", "base"));
  Rebuilt outcome;
  const auto found = rebuilt(*lost, outcome);
  ASSERT_OK(found->catalog.read([](CatalogUnit& unit) -> Result<> {
    for (const auto& one : TRY(unit.snapshots().all())) {
      EXPECT_EQ(one.state, StorageState::live) << one.about;
    }
    for (const auto& one : TRY(unit.volumes().all())) {
      EXPECT_EQ(one.state, StorageState::live) << one.about;
    }
    return {};
  }));
}

TEST(ACatalogMadeAnew, LeavesAloneWhatDoesNotSayWhatItIs) {
  const auto lost = TestWorld::with_containers();
  ASSERT_OK(lost->storage.create_volume(VolumeId("vol_strange"), {{"about", "nothing"}}));
  Rebuilt outcome;
  rebuilt(*lost, outcome);
  EXPECT_THAT(outcome.unknown, ElementsAre("vol_strange (nothing)"));
}

TEST(ADescription, HasNoPasswords) {
  const auto world = TestWorld::with_containers();
  ASSERT_OK(world->catalog.write([](CatalogUnit& unit) -> Result<> {
    auto user = *TRY(unit.users().find_named("qa"));
    user.password_hash = "a hash of a password";
    return unit.users().put(user);
  }));
  ASSERT_OK(world->bookmark("qa", "base"));
  const auto list = world->storage.list();
  ASSERT_OK(list);
  for (const auto& entry : list->snapshots) {
    for (const auto& [key, words] : entry.description) {
      EXPECT_EQ(words.find("a hash of a password"), std::string::npos) << key;
    }
  }
}

}  // namespace
}  // namespace slip
