// SPDX-License-Identifier: Apache-2.0
#pragma once

// Part of catalog_contract.h: what holds for each record, names, the trash and operations.

namespace slip::test {

TEST_P(CatalogContract, KeepsEveryField) {
  const Household home;
  const User user = full_user("qa");
  const Access access = full_access("1", user.id);
  const Source source = full_source("db");
  const Point point = full_point("1", home.segment, at(20));
  const Bookmark bookmark = full_bookmark("clean base", point, home.container);
  const Operation operation = full_operation("1");
  const Volume volume = full_volume("1");
  const Snapshot snapshot = full_snapshot("1");
  ASSERT_OK(write([&](CatalogUnit& unit) -> Result<> {
    TRY(home.put(unit));
    TRY(unit.accesses().put(access));
    TRY(unit.users().put(user));
    TRY(unit.sources().put(source));
    TRY(unit.bookmarks().put(bookmark));
    TRY(unit.points().put(point));
    TRY(unit.operations().put(operation));
    TRY(unit.volumes().put(volume));
    return unit.snapshots().put(snapshot);
  }));

  ASSERT_OK(catalog().read([&](CatalogUnit& unit) -> Result<> {
    EXPECT_EQ(text_of(TRY(unit.users().find(user.id))), text_of(user));
    EXPECT_EQ(text_of(TRY(unit.accesses().find(access.id))), text_of(access));
    EXPECT_EQ(text_of(TRY(unit.sources().find(source.id))), text_of(source));
    EXPECT_EQ(text_of(TRY(unit.templates().find(home.mould.id))), text_of(home.mould));
    EXPECT_EQ(text_of(TRY(unit.containers().find(home.container.id))), text_of(home.container));
    EXPECT_EQ(text_of(TRY(unit.branches().find(home.branch.id))), text_of(home.branch));
    EXPECT_EQ(text_of(TRY(unit.segments().find(home.segment.id))), text_of(home.segment));
    EXPECT_EQ(text_of(TRY(unit.points().find(point.id))), text_of(point));
    EXPECT_EQ(text_of(TRY(unit.bookmarks().find(bookmark.id))), text_of(bookmark));
    EXPECT_EQ(text_of(TRY(unit.operations().find(operation.id))), text_of(operation));
    EXPECT_EQ(text_of(TRY(unit.volumes().find(volume.id))), text_of(volume));
    EXPECT_EQ(text_of(TRY(unit.snapshots().find(snapshot.id))), text_of(snapshot));
    return {};
  }));
}

TEST_P(CatalogContract, KeepsRecordsWithNothingInThem) {
  const Operation operation = bare_operation("1");
  const Volume volume = bare_volume("1");
  const Source source = bare_source("1");
  ASSERT_OK(write([&](CatalogUnit& unit) -> Result<> {
    TRY(unit.operations().put(operation));
    TRY(unit.volumes().put(volume));
    return unit.sources().put(source);
  }));

  ASSERT_OK(catalog().read([&](CatalogUnit& unit) -> Result<> {
    EXPECT_EQ(text_of(TRY(unit.operations().find(operation.id))), text_of(operation));
    EXPECT_EQ(text_of(TRY(unit.volumes().find(volume.id))), text_of(volume));
    EXPECT_EQ(text_of(TRY(unit.sources().find(source.id))), text_of(source));
    EXPECT_EQ(text_of(TRY(unit.snapshots().find(SnapshotId("snp_none")))), "nothing");
    return {};
  }));
}

TEST_P(CatalogContract, KnowsEveryKindOfOperation) {
  ASSERT_OK(write([](CatalogUnit& unit) -> Result<> {
    std::optional<Error> failed;
    boost::mp11::mp_for_each<boost::describe::describe_enumerators<OperationKind>>([&](auto kind) {
      Operation operation = bare_operation(kind.name);
      operation.kind = kind.value;
      if (auto put = unit.operations().put(operation); !put) failed = put.error();
      const auto found = unit.operations().find(operation.id);
      EXPECT_TRUE(found && *found && (*found)->kind == kind.value) << kind.name;
    });
    if (failed) return *failed;
    return {};
  }));
}

TEST_P(CatalogContract, RefusesARecordWithoutAnId) {
  EXPECT_ERROR(write([](CatalogUnit& unit) { return unit.snapshots().put({}); }), internal);
}

TEST_P(CatalogContract, RefusesAReferenceToWhatDoesNotExist) {
  const Household home;
  const Point lost = full_point("1", full_segment("9", BranchId("brn_9")), at(1));

  EXPECT_ERROR(write([&](CatalogUnit& unit) { return unit.points().put(lost); }), internal);
  EXPECT_ERROR(write([&](CatalogUnit& unit) { return unit.containers().put(home.container); }),
               internal);
  EXPECT_ERROR(write([&](CatalogUnit& unit) {
                 return unit.accesses().put(full_access("1", UserId("usr_none")));
               }),
               internal);

  EXPECT_FALSE(read([&](CatalogUnit& unit) { return unit.points().find(lost.id); }).has_value());
}

TEST_P(CatalogContract, RefusesABranchOfNobody) {
  EXPECT_ERROR(write([](CatalogUnit& unit) { return unit.branches().put(full_branch("x", {})); }),
               internal);
}

TEST_P(CatalogContract, FindsAContainerByItsNumberAlsoInTheTrash) {
  Household home;
  home.container.number = 3;
  home.container.deleted_at = at(50);
  ASSERT_OK(write([&](CatalogUnit& unit) { return home.put(unit); }));

  const auto numbered = [&](std::uint32_t number) {
    return read([&](CatalogUnit& unit) { return unit.containers().find_numbered(number); });
  };
  EXPECT_EQ(text_of(numbered(3)), text_of(home.container));
  EXPECT_EQ(text_of(numbered(4)), text_of(std::optional<Container>()));
}

TEST_P(CatalogContract, KeepsNamesUniqueAmongWhatIsNotInTheTrash) {
  const Household home;
  ASSERT_OK(write([&](CatalogUnit& unit) { return home.put(unit); }));
  Container namesake = full_container("qa", home.mould.id);
  namesake.id = ContainerId("ctr_2");

  const Result<> refused =
      write([&](CatalogUnit& unit) { return unit.containers().put(namesake); });
  ASSERT_ERROR(refused, already_exists);
  EXPECT_EQ(refused.error().message, "a container called \"qa\" exists already");

  Container trashed = home.container;
  trashed.deleted_at = at(50);
  ASSERT_OK(write([&](CatalogUnit& unit) -> Result<> {
    TRY(unit.containers().put(trashed));
    return unit.containers().put(namesake);
  }));
  EXPECT_ERROR(write([&](CatalogUnit& unit) { return unit.containers().put(home.container); }),
               already_exists);
  EXPECT_EQ(text_of(read([](CatalogUnit& unit) { return unit.containers().find_named("qa"); })),
            text_of(namesake));
}

TEST_P(CatalogContract, LetsOwnersUseTheSameNamesForBranchesAndBookmarks) {
  const Household home;
  const Container dev = full_container("dev", home.mould.id);
  const Point point = full_point("1", home.segment, at(1));
  Branch dev_default = full_branch("default", dev.id);
  dev_default.id = BranchId("brn_dev");
  Bookmark of_template = full_bookmark("base", point, home.container);
  of_template.container = {};
  of_template.id = BookmarkId("bmk_template");
  Bookmark of_dev = full_bookmark("base", point, dev);
  of_dev.id = BookmarkId("bmk_dev");
  ASSERT_OK(write([&](CatalogUnit& unit) -> Result<> {
    TRY(home.put(unit));
    TRY(unit.containers().put(dev));
    TRY(unit.branches().put(dev_default));
    TRY(unit.points().put(point));
    TRY(unit.bookmarks().put(full_bookmark("base", point, home.container)));
    TRY(unit.bookmarks().put(of_template));
    return unit.bookmarks().put(of_dev);
  }));

  Branch second = full_branch("default", dev.id);
  second.id = BranchId("brn_second");
  EXPECT_ERROR(write([&](CatalogUnit& unit) { return unit.branches().put(second); }),
               already_exists);
  for (Bookmark again : {of_template, of_dev}) {
    again.id = BookmarkId("bmk_again");
    EXPECT_ERROR(write([&](CatalogUnit& unit) { return unit.bookmarks().put(again); }),
                 already_exists);
  }
}

TEST_P(CatalogContract, ListsTrashOnlyWhenAskedTo) {
  const Household home;
  Source kept = full_source("b");
  Source trashed = full_source("a");
  trashed.deleted_at = at(9);
  ASSERT_OK(write([&](CatalogUnit& unit) -> Result<> {
    TRY(unit.sources().put(kept));
    return unit.sources().put(trashed);
  }));

  using Ids = std::vector<std::string>;
  EXPECT_EQ(ids_of(read([](CatalogUnit& unit) { return unit.sources().all(Trash::without); })),
            (Ids{"src_b"}));
  EXPECT_EQ(ids_of(read([](CatalogUnit& unit) { return unit.sources().all(Trash::with); })),
            (Ids{"src_a", "src_b"}));
  EXPECT_FALSE(read([](CatalogUnit& unit) { return unit.sources().find_named("a"); }).has_value());
  EXPECT_TRUE(read([&](CatalogUnit& unit) { return unit.sources().find(trashed.id); }).has_value());
}

TEST_P(CatalogContract, RemovesAUserWithEveryWayIn) {
  const User user = full_user("qa");
  ASSERT_OK(write([&](CatalogUnit& unit) -> Result<> {
    TRY(unit.users().put(user));
    TRY(unit.users().put(full_user("dev")));
    TRY(unit.accesses().put(full_access("1", user.id)));
    return unit.accesses().put(full_access("2", UserId("usr_dev")));
  }));

  ASSERT_OK(write([&](CatalogUnit& unit) { return unit.users().remove(user.id); }));
  ASSERT_OK(write([&](CatalogUnit& unit) { return unit.users().remove(user.id); }));

  const auto by_hash = [this](const char* hash) {
    return read([&](CatalogUnit& unit) { return unit.accesses().find_by_hash(hash); });
  };
  EXPECT_FALSE(has_user("qa"));
  EXPECT_FALSE(by_hash("hash of 1").has_value());
  EXPECT_TRUE(by_hash("hash of 2").has_value());
}

TEST_P(CatalogContract, RemovesWhatHasExpiredAndNothingElse) {
  const User user = full_user("qa");
  Access endless = full_access("endless", user.id);
  endless.expires_at = {};
  Access later = full_access("later", user.id);
  later.expires_at = at(101);
  ASSERT_OK(write([&](CatalogUnit& unit) -> Result<> {
    TRY(unit.users().put(user));
    for (const Access& access : {endless, later, full_access("now", user.id)}) {
      TRY(unit.accesses().put(access));
    }
    return unit.accesses().remove_expired(at(100));
  }));

  EXPECT_EQ(ids_of(read([&](CatalogUnit& unit) { return unit.accesses().of_user(user.id); })),
            (std::vector<std::string>{"acc_endless", "acc_later"}));
}

}  // namespace slip::test
