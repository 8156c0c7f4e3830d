// SPDX-License-Identifier: Apache-2.0
#pragma once

// Part of catalog_contract.h: points, bookmarks and the list of operations.

namespace slip::test {

// A branch with points at 10, 20, 20, 30 (reaped), 40, put in another order.
class CatalogTimelines : public CatalogContract {
 protected:
  void SetUp() override {
    ASSERT_OK(write([&](CatalogUnit& unit) -> Result<> {
      TRY(unit.segments().put(home.segment));
      TRY(unit.branches().put(home.branch));
      TRY(unit.containers().put(home.container));
      TRY(unit.templates().put(home.mould));
      for (const Point& point : {p40, p20a, p10, p30_reaped, p20b}) TRY(unit.points().put(point));
      return {};
    }));
  }

  static Point reaped(Point point) {
    point.snapshot = {};
    return point;
  }

  std::string at_or_before(std::int64_t seconds) {
    const auto found = read(
        [&](CatalogUnit& unit) { return unit.points().at_or_before(home.branch.id, at(seconds)); });
    return found ? found->id.str() : "nothing";
  }

  std::vector<std::string> window(std::int64_t around, std::size_t before, std::size_t after) {
    return ids_of(read([&](CatalogUnit& unit) {
      return unit.points().window(home.branch.id,
                                  {.around = at(around), .before = before, .after = after});
    }));
  }

  const Household home;
  const Point p10 = full_point("10", home.segment, at(10));
  const Point p20a = full_point("20a", home.segment, at(20));
  const Point p20b = full_point("20b", home.segment, at(20));
  const Point p30_reaped = reaped(full_point("30", home.segment, at(30)));
  const Point p40 = full_point("40", home.segment, at(40));
};
GTEST_ALLOW_UNINSTANTIATED_PARAMETERIZED_TEST(CatalogTimelines);

using Ids = std::vector<std::string>;

TEST_P(CatalogTimelines, FindsTheNewestReachablePointAtOrBeforeATime) {
  EXPECT_EQ(at_or_before(9), "nothing");
  EXPECT_EQ(at_or_before(10), "pnt_10");
  EXPECT_EQ(at_or_before(19), "pnt_10");
  EXPECT_EQ(at_or_before(20), "pnt_20b");
  EXPECT_EQ(at_or_before(35), "pnt_20b");
  EXPECT_EQ(at_or_before(1000), "pnt_40");
}

TEST_P(CatalogTimelines, KeepsThePlaceOfAPointThatIsPutAgain) {
  ASSERT_OK(write([&](CatalogUnit& unit) { return unit.points().put(p20a); }));
  EXPECT_EQ(at_or_before(20), "pnt_20b");
}

TEST_P(CatalogTimelines, ShowsSoManyPointsBeforeAndAfterATimeWithReapedOnes) {
  EXPECT_EQ(window(20, 100, 100), (Ids{"pnt_10", "pnt_20a", "pnt_20b", "pnt_30", "pnt_40"}));
  EXPECT_EQ(window(30, 2, 1), (Ids{"pnt_20a", "pnt_20b", "pnt_30"}));
  EXPECT_EQ(window(30, 1, 0), (Ids{"pnt_20b"}));
  EXPECT_EQ(window(31, 1, 5), (Ids{"pnt_30", "pnt_40"}));
  EXPECT_EQ(window(5, 5, 1), (Ids{"pnt_10"}));
  EXPECT_EQ(window(20, SIZE_MAX, SIZE_MAX).size(), 5U);
}

// There may have been very many of them.
TEST_P(CatalogTimelines, ShowsNothingOfAutomaticPointsThatWereThinnedOut) {
  Point thinned = p30_reaped;
  thinned.kind = PointKind::automatic;
  ASSERT_OK(write([&](CatalogUnit& unit) { return unit.points().put(thinned); }));
  EXPECT_EQ(window(20, 100, 100), (Ids{"pnt_10", "pnt_20a", "pnt_20b", "pnt_40"}));
  EXPECT_EQ(window(40, 1, 1), (Ids{"pnt_20b", "pnt_40"}));
}

TEST_P(CatalogTimelines, KnowsTheRangeAndTheNewestOfWhatIsReachable) {
  const auto range = [this] {
    return read([&](CatalogUnit& unit) { return unit.points().range(home.branch.id); });
  };
  EXPECT_EQ(range().first, at(10));
  EXPECT_EQ(range().last, at(40));
  ASSERT_OK(write([&](CatalogUnit& unit) -> Result<> {
    TRY(unit.points().put(reaped(p40)));
    return unit.points().put(reaped(p10));
  }));
  EXPECT_EQ(range().first, at(20));
  EXPECT_EQ(range().last, at(20));
  // All of them are replays, of the past; one is made the segment's own.
  const auto newest = [this] {
    return text_of(read([&](CatalogUnit& unit) { return unit.points().newest(home.branch.id); }));
  };
  EXPECT_EQ(newest(), text_of(std::optional<Point>()));
  Point own = p20a;
  own.replayed_from.reset();
  ASSERT_OK(write([&](CatalogUnit& unit) { return unit.points().put(own); }));
  EXPECT_EQ(newest(), text_of(own));
  const auto none =
      read([](CatalogUnit& unit) { return unit.points().range(BranchId("brn_none")); });
  EXPECT_FALSE(none.first.has_value());
  EXPECT_FALSE(none.last.has_value());
}

TEST_P(CatalogTimelines, ListsPointsOldestFirst) {
  EXPECT_EQ(ids_of(read([&](CatalogUnit& unit) { return unit.points().older_than(at(40)); })),
            (Ids{"pnt_10", "pnt_20a", "pnt_20b"}));
  EXPECT_EQ(
      ids_of(read([&](CatalogUnit& unit) { return unit.points().of_branch(home.branch.id); })),
      (Ids{"pnt_10", "pnt_20a", "pnt_20b", "pnt_30", "pnt_40"}));
  EXPECT_EQ(
      ids_of(read([&](CatalogUnit& unit) { return unit.points().of_segment(home.segment.id); })),
      (Ids{"pnt_10", "pnt_20a", "pnt_20b", "pnt_40"}));
  EXPECT_THAT(ids_of(read([&](CatalogUnit& unit) {
                return unit.points().find_all({p40.id, PointId("pnt_none"), p10.id, p40.id});
              })),
              ::testing::UnorderedElementsAre("pnt_10", "pnt_40"));
}

TEST_P(CatalogTimelines, ListsBookmarksByTheTimeOfTheirPoints) {
  Bookmark of_template = full_bookmark("template's", p20a, home.container);
  of_template.container = {};
  Bookmark trashed = full_bookmark("trashed", p10, home.container);
  trashed.deleted_at = at(90);
  ASSERT_OK(write([&](CatalogUnit& unit) -> Result<> {
    TRY(unit.bookmarks().put(full_bookmark("late", p40, home.container)));
    TRY(unit.bookmarks().put(of_template));
    TRY(unit.bookmarks().put(trashed));
    return unit.bookmarks().put(full_bookmark("early", p10, home.container));
  }));

  const auto of_container = [this](Trash trash) {
    return ids_of(read([&](CatalogUnit& unit) {
      return unit.bookmarks().of_container(home.container.id, trash);
    }));
  };
  EXPECT_EQ(of_container(Trash::without), (Ids{"bmk_early", "bmk_late"}));
  EXPECT_EQ(of_container(Trash::with), (Ids{"bmk_trashed", "bmk_early", "bmk_late"}));
  EXPECT_EQ(ids_of(read([&](CatalogUnit& unit) {
              return unit.bookmarks().of_template(home.mould.id, Trash::without);
            })),
            (Ids{"bmk_early", "bmk_template's", "bmk_late"}));
  EXPECT_EQ(
      ids_of(read([](CatalogUnit& unit) { return unit.bookmarks().all(Trash::with); })).size(), 4U);
}

// A clock may have been set back, and a replay makes points of the past.
TEST_P(CatalogTimelines, FindsTheBookmarkedPointThatWasPutLastInASegment) {
  const auto newest = [this] {
    const auto found =
        read([&](CatalogUnit& unit) { return unit.bookmarks().newest_point_of(home.segment.id); });
    return found ? found->id.str() : "nothing";
  };
  EXPECT_EQ(newest(), "nothing");
  Point early = full_point("early", home.segment, at(50));
  Point late = full_point("late", home.segment, at(45));
  early.replayed_from.reset();
  late.replayed_from.reset();
  Point replayed = full_point("replayed", home.segment, at(52));
  replayed.replayed_from = early.id;
  const Bookmark of_late = full_bookmark("late", late, home.container);
  const Bookmark of_replayed = full_bookmark("replayed", replayed, home.container);
  ASSERT_OK(write([&](CatalogUnit& unit) -> Result<> {
    for (const Point& point : {early, late, replayed}) TRY(unit.points().put(point));
    TRY(unit.bookmarks().put(full_bookmark("early", early, home.container)));
    TRY(unit.bookmarks().put(of_replayed));
    TRY(unit.bookmarks().put(full_bookmark("reaped", p30_reaped, home.container)));
    return unit.bookmarks().put(of_late);
  }));
  EXPECT_EQ(newest(), "pnt_late");
  const auto trash = [&](Bookmark bookmark) {
    bookmark.deleted_at = at(90);
    ASSERT_OK(write([&](CatalogUnit& unit) { return unit.bookmarks().put(bookmark); }));
  };
  trash(of_late);
  EXPECT_EQ(newest(), "pnt_replayed");
  trash(of_replayed);
  EXPECT_EQ(newest(), "pnt_early");
}

TEST_P(CatalogContract, ListsOperationsNewestFirstAndPagesOn) {
  ASSERT_OK(write([](CatalogUnit& unit) -> Result<> {
    for (int number = 1; number <= 6; ++number) {
      Operation operation = full_operation(std::to_string(number));
      if (number == 3) operation.kind = OperationKind::bake;
      if (number == 4) operation.container = ContainerId("ctr_other");
      operation.source = SourceId(number % 2 == 0 ? "src_even" : "src_odd");
      TRY(unit.operations().put(operation));
    }
    return {};
  }));
  ASSERT_OK(write([](CatalogUnit& unit) {
    Operation again = full_operation("2");
    again.source = SourceId("src_even");
    return unit.operations().put(again);
  }));

  const auto query = [this](const OperationQuery& wanted) {
    return ids_of(read([&](CatalogUnit& unit) { return unit.operations().query(wanted); }));
  };
  const auto before = [](const char* id, std::size_t limit) {
    OperationQuery wanted;
    wanted.before = OperationId(id);
    wanted.limit = limit;
    return wanted;
  };
  const auto limited = [](std::size_t limit) {
    OperationQuery wanted;
    wanted.limit = limit;
    return wanted;
  };
  OperationQuery of_qa = before("op_6", 50);
  of_qa.container = ContainerId("ctr_qa");
  OperationQuery of_even = limited(2);
  of_even.source = SourceId("src_even");
  OperationQuery with_background;
  with_background.background = true;
  EXPECT_EQ(query({}), (Ids{"op_6", "op_5", "op_4", "op_2", "op_1"}));
  EXPECT_EQ(query(limited(2)), (Ids{"op_6", "op_5"}));
  EXPECT_EQ(query(before("op_5", 2)), (Ids{"op_4", "op_2"}));
  EXPECT_EQ(query(with_background), (Ids{"op_6", "op_5", "op_4", "op_3", "op_2", "op_1"}));
  EXPECT_EQ(query(of_qa), (Ids{"op_5", "op_2", "op_1"}));
  EXPECT_EQ(query(of_even), (Ids{"op_6", "op_4"}));
  EXPECT_EQ(query(before("op_unknown", 50)), Ids{});
  EXPECT_EQ(query(limited(0)), Ids{});
}

TEST_P(CatalogContract, ListsUnfinishedOperationsOldestFirst) {
  ASSERT_OK(write([](CatalogUnit& unit) -> Result<> {
    boost::mp11::mp_for_each<boost::describe::describe_enumerators<OperationState>>([&](auto s) {
      Operation operation = full_operation(s.name);
      operation.state = s.value;
      EXPECT_OK(unit.operations().put(operation));
    });
    return {};
  }));

  EXPECT_EQ(ids_of(read([](CatalogUnit& unit) { return unit.operations().unfinished(); })),
            (Ids{"op_queued", "op_running", "op_rolling_back"}));
}

Operation locking(const char* id, std::vector<std::string> locks,
                  std::vector<std::string> shared = {}) {
  Operation operation = full_operation(id);
  operation.locks = std::move(locks);
  operation.shared = std::move(shared);
  return operation;
}

TEST_P(CatalogContract, FindsWhatIsInTheWayByWhatItHasLocked) {
  ASSERT_OK(write([](CatalogUnit& unit) -> Result<> {
    TRY(unit.operations().put(locking("1", {"ctr_a"}, {"tpl_a"})));
    TRY(unit.operations().put(locking("2", {"ctr_b"}, {"tpl_a"})));
    Operation ended = locking("3", {"ctr_a", "ctr_c"});
    ended.state = OperationState::failed;
    return unit.operations().put(ended);
  }));

  const auto in_the_way = [this](const std::vector<std::string>& locks,
                                 const std::vector<std::string>& shared, const char* except = "") {
    const auto other = read([&](CatalogUnit& unit) {
      return unit.operations().in_the_way(locks, shared, OperationId(except));
    });
    return other ? other->id.str() : "none";
  };
  EXPECT_EQ(in_the_way({"ctr_b"}, {}), "op_2");
  EXPECT_EQ(in_the_way({}, {"ctr_b"}), "op_2");
  EXPECT_EQ(in_the_way({"tpl_a"}, {}), "op_1") << "the oldest of two";
  EXPECT_EQ(in_the_way({"ctr_b", "ctr_a"}, {}), "op_1");
  EXPECT_EQ(in_the_way({"tpl_a"}, {}, "op_1"), "op_2");
  EXPECT_EQ(in_the_way({}, {"tpl_a"}), "none") << "shared by all who only read";
  EXPECT_EQ(in_the_way({"ctr_c"}, {}), "none") << "what has ended has locked nothing";
}

TEST_P(CatalogContract, RefusesAnOperationWhatAnotherHasLocked) {
  ASSERT_OK(write([](CatalogUnit& unit) {
    return unit.operations().put(locking("1", {"ctr_a", "ctr_b"}, {"tpl_a"}));
  }));
  const auto put = [this](const Operation& operation) {
    return write([&](CatalogUnit& unit) { return unit.operations().put(operation); });
  };
  EXPECT_ERROR(put(locking("2", {"ctr_a"})), busy);
  EXPECT_ERROR(put(locking("2", {}, {"ctr_a"})), busy);
  EXPECT_ERROR(put(locking("2", {"tpl_a"})), busy);
  EXPECT_OK(put(locking("2", {}, {"tpl_a"})));

  EXPECT_OK(put(locking("1", {"ctr_b"}, {"tpl_a"}))) << "frees one";
  EXPECT_OK(put(locking("2", {"ctr_a"}, {"tpl_a"})));
  Operation ended = locking("1", {"ctr_b"}, {"tpl_a"});
  ended.state = OperationState::succeeded;
  EXPECT_OK(put(ended));
  EXPECT_OK(put(locking("2", {"ctr_a", "ctr_b"}, {"tpl_a"})));
}

TEST_P(CatalogContract, FindsAnOperationByTheKeyOfItsActor) {
  Operation keyless = full_operation("keyless");
  keyless.idempotency_key = "";
  keyless.locks = {};
  ASSERT_OK(write([&](CatalogUnit& unit) -> Result<> {
    TRY(unit.operations().put(full_operation("1")));
    Operation another_keyless = keyless;
    another_keyless.id = OperationId("op_keyless2");
    TRY(unit.operations().put(another_keyless));
    return unit.operations().put(keyless);
  }));

  const auto find = [this](const char* actor, const char* key) {
    return read([&](CatalogUnit& unit) {
             return unit.operations().find_idempotent(UserId(actor), key);
           })
        .has_value();
  };
  EXPECT_TRUE(find("usr_qa", "key of 1"));
  EXPECT_FALSE(find("usr_dev", "key of 1"));
  EXPECT_FALSE(find("usr_qa", "key of 2"));
  EXPECT_FALSE(find("usr_qa", ""));

  Operation same_key = full_operation("2");
  same_key.idempotency_key = "key of 1";
  EXPECT_ERROR(write([&](CatalogUnit& unit) { return unit.operations().put(same_key); }),
               already_exists);
}

}  // namespace slip::test
