// SPDX-License-Identifier: Apache-2.0
// Gives a container of a stopped installation a long history, to measure the page and the API with:
//   long_history DATA CONTAINER [--points 10000] [--bookmarks 500] [--restores 60]
// The points are spread over a month, most in working hours, and all hold the container's first
// data: any of them can be restored. A daemon thins them out, unless it is started with
// --keep-every-automatic 365d.

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <iostream>
#include <random>

#include "base/time.h"
#include "catalog/sqlite/sqlite_catalog.h"
#include "operations/lookup.h"

namespace slip::bench {
namespace {

struct Wanted {
  int points = 10'000;
  int bookmarks = 500;
  int restores = 60;
};

constexpr Duration month = std::chrono::hours(24 * 30);

std::vector<Timestamp> moments(int count, Timestamp end) {
  std::mt19937_64 random(4711);
  std::vector<Timestamp> at;
  while (static_cast<int>(at.size()) < count) {
    const Duration before(static_cast<std::int64_t>(random() % month.count()));
    const Timestamp moment = end - before;
    const auto hour = before / std::chrono::hours(1) % 24;
    if (hour < 9 || random() % 20 == 0) at.push_back(moment);
  }
  std::ranges::sort(at);
  return at;
}

class History {
 public:
  History(CatalogUnit& catalog, const Container& container)
      : catalog_(catalog), container_(container) {}

  Result<> lengthen(const Wanted& wanted, Timestamp end) {
    Branch branch = TRY(branch_of(catalog_, container_.active));
    Segment segment = TRY(segment_of(catalog_, branch.segment));
    Point model;
    for (const auto& point : TRY(catalog_.points().window(branch.id, {.around = end}))) {
      if (point.reachable()) model = point;
    }
    if (model.id.empty()) return Error{.message = "the container has no point to copy"};
    segment.began_at = end - month - Duration(1000);
    TRY(catalog_.segments().put(segment));
    const auto at = moments(wanted.points, end);
    const int each = std::max(1, wanted.points / std::max(1, wanted.restores));
    const int named = std::max(1, wanted.points / std::max(1, wanted.bookmarks));
    for (int i = 0; i < wanted.points; ++i) {
      if (i % each == each - 1) segment = TRY(restored(branch, segment, model, at[i]));
      Point point = model;
      point.id = ids_.next<PointId>();
      point.segment = segment.id;
      point.at = at[i];
      point.kind = i % named == 0 ? PointKind::bookmark : PointKind::automatic;
      TRY(catalog_.points().put(point));
      if (point.kind == PointKind::bookmark) TRY(name(point, i / named));
      model = point;
    }
    branch.segment = segment.id;
    return catalog_.branches().put(branch);
  }

 private:
  Result<Segment> restored(const Branch& branch, const Segment& before, const Point& to,
                           Timestamp at) {
    Segment next = before;
    next.id = ids_.next<SegmentId>();
    next.branch = branch.id;
    next.previous = before.id;
    next.kind = SegmentKind::restored;
    next.parent = DataParent{to.id, to.at, "branch " + branch.name + " of " + container_.name};
    next.began_at = at - Duration(1);
    TRY(catalog_.segments().put(next));
    return next;
  }

  Result<> name(const Point& point, int number) {
    Bookmark bookmark;
    bookmark.id = ids_.next<BookmarkId>();
    bookmark.point = point.id;
    bookmark.container = container_.id;
    bookmark.template_id = container_.template_id;
    bookmark.creator = container_.members.front().user;
    bookmark.name = fmt::format("state {}", number);
    bookmark.audience = number % 5 == 0 ? Audience::everyone : Audience::only_container;
    bookmark.at = point.at;
    bookmark.created_at = point.at;
    return catalog_.bookmarks().put(bookmark);
  }

  CatalogUnit& catalog_;
  const Container& container_;
  RandomIds ids_;
};

}  // namespace
}  // namespace slip::bench

int main(int argument_count, char** arguments) {
  using namespace slip;
  CLI::App app("Gives a container of a stopped installation a long history");
  std::string data, name;
  bench::Wanted wanted;
  app.add_option("data", data)->required();
  app.add_option("container", name)->required();
  app.add_option("--points", wanted.points);
  app.add_option("--bookmarks", wanted.bookmarks);
  app.add_option("--restores", wanted.restores);
  CLI11_PARSE(app, argument_count, arguments);

  const auto done = [&]() -> Result<> {
    const auto catalog = TRY(SqliteCatalog::open(data + "/catalog.db"));
    return catalog->write([&](CatalogUnit& unit) -> Result<> {
      const Actor local{UserId("usr_local"), "local", SystemRole::admin};
      const auto container = TRY(find_container(unit, local, Right::look, name));
      const Timestamp now{
          std::chrono::duration_cast<Duration>(std::chrono::system_clock::now().time_since_epoch())
              .count()};
      return bench::History(unit, container).lengthen(wanted, now);
    });
  }();
  if (done) return 0;
  std::cerr << done.error().describe() << "\n";
  return 1;
}
