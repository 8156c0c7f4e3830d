// SPDX-License-Identifier: Apache-2.0
#include <time.h>

#include <algorithm>
#include <iostream>

#include "base/file.h"
#include "catalog/sqlite/sqlite_catalog.h"
#include "tests/contract/catalog_records.h"

namespace slip::test {
namespace {

constexpr int points = 10'000;
constexpr int bookmarks = 500;

Result<> fill(Catalog& catalog, const Household& home) {
  return catalog.write([&](CatalogUnit& unit) -> Result<> {
    TRY(home.put(unit));
    const Segment bare = full_segment("bare", full_branch("bare", home.container.id).id);
    TRY(unit.branches().put(full_branch("bare", home.container.id)));
    TRY(unit.segments().put(bare));
    for (int number = 0; number < points; ++number) {
      TRY(unit.points().put(full_point("bare" + std::to_string(number), bare, at(number * 60))));
    }
    for (int number = 0; number < points; ++number) {
      const Point point = full_point(std::to_string(number), home.segment, at(number * 60));
      TRY(unit.points().put(point));
      if (number % (points / bookmarks) != 0) continue;
      TRY(unit.bookmarks().put(full_bookmark(std::to_string(number), point, home.container)));
    }
    return {};
  });
}

// Of the processor that this thread has used: what else the machine has to do makes no difference.
double used_ms() {
  timespec used{};
  ::clock_gettime(CLOCK_THREAD_CPUTIME_ID, &used);
  return static_cast<double>(used.tv_sec) * 1e3 + static_cast<double>(used.tv_nsec) / 1e6;
}

// What `work` takes of the processor, the median in milliseconds, told to the reader of the log.
template <class Work>
double median_ms(const char* what, int times, Work work) {
  std::vector<double> took;
  for (int round = 0; round < times; ++round) {
    const double begin = used_ms();
    work(round);
    took.push_back(used_ms() - begin);
  }
  std::sort(took.begin(), took.end());
  const double median = took[took.size() / 2];
  std::cout << what << ": median " << median << " ms, worst " << took.back() << " ms\n";
  return median;
}

TEST(CatalogSpeed, AnswersFromALongTimelineAtOnce) {
  const TemporaryDirectory directory;
  auto opened = SqliteCatalog::open(directory.path() / "catalog.db");
  ASSERT_OK(opened);
  Catalog& catalog = **opened;
  const Household home;
  ASSERT_OK(fill(catalog, home));

  const auto around = [](int round) { return at((round * 7919 % points) * 60); };
  const auto timed_read = [&](const char* what, auto query) {
    return median_ms(what, 200, [&](int round) {
      EXPECT_OK(catalog.read([&](CatalogUnit& unit) { return query(unit, around(round)); }));
    });
  };
  EXPECT_LT(timed_read("window of 200",
                       [&](CatalogUnit& unit, Timestamp when) {
                         return unit.points().window(home.branch.id, {.around = when});
                       }),
            5);
  EXPECT_LT(timed_read("at_or_before",
                       [&](CatalogUnit& unit, Timestamp when) {
                         return unit.points().at_or_before(home.branch.id, when);
                       }),
            5);
  EXPECT_LT(timed_read("range", [&](CatalogUnit& unit,
                                    Timestamp) { return unit.points().range(home.branch.id); }),
            5);
  EXPECT_LT(timed_read("newest bookmarked point",
                       [&](CatalogUnit& unit, Timestamp) {
                         return unit.bookmarks().newest_point_of(home.segment.id);
                       }),
            50);
  EXPECT_LT(timed_read("newest of a segment without bookmarks",
                       [&](CatalogUnit& unit, Timestamp) {
                         return unit.bookmarks().newest_point_of(SegmentId("seg_bare"));
                       }),
            50);
  EXPECT_LT(timed_read("500 bookmarks",
                       [&](CatalogUnit& unit, Timestamp) {
                         return unit.bookmarks().of_container(home.container.id, Trash::without);
                       }),
            20);
  EXPECT_LT(median_ms("operation put and event, synced", 200,
                      [&](int) {
                        EXPECT_OK(catalog.write([](CatalogUnit& unit) -> Result<> {
                          TRY(unit.operations().put(full_operation("1")));
                          return unit.events().append(bare_event("operation"));
                        }));
                      }),
            5);
}

}  // namespace
}  // namespace slip::test
