// SPDX-License-Identifier: Apache-2.0
#pragma once

// What every catalog must do (ports/catalog.h). Include it in the implementation's test and
// instantiate `CatalogContract` with a way to make an empty catalog:
//   INSTANTIATE_TEST_SUITE_P(Memory, CatalogContract, Values(CatalogMaker{make}));

#include <atomic>
#include <boost/describe.hpp>
#include <boost/mp11.hpp>
#include <chrono>
#include <functional>
#include <future>
#include <memory>
#include <ostream>
#include <set>
#include <stdexcept>
#include <stop_token>
#include <thread>

#include "tests/contract/catalog_records.h"

namespace slip::test {

// Keeps what the catalog needs (a directory) as long as it.
class CatalogUnderTest {
 public:
  virtual ~CatalogUnderTest() = default;
  virtual Catalog& catalog() = 0;
};

struct CatalogMaker {
  std::function<std::unique_ptr<CatalogUnderTest>()> make;
  friend void PrintTo(const CatalogMaker&, std::ostream* out) { *out << "a catalog"; }
};

class CatalogContract : public ::testing::TestWithParam<CatalogMaker> {
 protected:
  Catalog& catalog() { return subject_->catalog(); }

  Result<> write(const std::function<Result<>(CatalogUnit&)>& work) {
    return catalog().write(work);
  }

  // What `query` finds; an error fails the test.
  template <class Query>
  auto read(Query query) {
    auto found = catalog().read(query);
    EXPECT_OK(found);
    return found ? *std::move(found) : typename decltype(found)::value_type{};
  }

  bool has_user(const std::string& name) {
    return read([&](CatalogUnit& unit) { return unit.users().find_named(name); }).has_value();
  }

 private:
  std::unique_ptr<CatalogUnderTest> subject_ = GetParam().make();
};
GTEST_ALLOW_UNINSTANTIATED_PARAMETERIZED_TEST(CatalogContract);

TEST_P(CatalogContract, TakesEverythingBackWhenAWriteReturnsAnError) {
  const Result<> written = write([](CatalogUnit& unit) -> Result<> {
    TRY(unit.users().put(full_user("qa")));
    TRY(unit.volumes().put(full_volume("1")));
    TRY(unit.events().append(bare_event("user")));
    return Error{.code = ErrorCode::busy, .message = "no"};
  });

  EXPECT_ERROR(written, busy);
  EXPECT_FALSE(has_user("qa"));
  EXPECT_TRUE(read([](CatalogUnit& unit) { return unit.volumes().all(); }).empty());
  EXPECT_EQ(read([](CatalogUnit& unit) { return unit.events().last(); }), 0);
}

TEST_P(CatalogContract, TakesEverythingBackWhenAWriteThrows) {
  const auto throwing = [](CatalogUnit& unit) -> Result<> {
    EXPECT_OK(unit.users().put(full_user("qa")));
    throw std::runtime_error("stop");
  };

  EXPECT_THROW((void)write(throwing), std::runtime_error);

  EXPECT_FALSE(has_user("qa"));
  EXPECT_OK(write([](CatalogUnit& unit) { return unit.users().put(full_user("dev")); }));
}

TEST_P(CatalogContract, KeepsTheRestOfAWriteThatLivesWithARefusedPut) {
  ASSERT_OK(write([](CatalogUnit& unit) -> Result<> {
    TRY(unit.users().put(full_user("qa")));
    User namesake = full_user("qa");
    namesake.id = UserId("usr_other");
    EXPECT_ERROR(unit.users().put(namesake), already_exists);
    return unit.users().put(full_user("dev"));
  }));

  EXPECT_EQ(ids_of(read([](CatalogUnit& unit) { return unit.users().all(); })),
            (std::vector<std::string>{"usr_dev", "usr_qa"}));
}

TEST_P(CatalogContract, SeesItsOwnChangesInAWrite) {
  ASSERT_OK(write([](CatalogUnit& unit) -> Result<> {
    TRY(unit.users().put(full_user("qa")));
    EXPECT_TRUE(TRY(unit.users().find_named("qa")).has_value());
    return {};
  }));
}

TEST_P(CatalogContract, RefusesToWriteInARead) {
  EXPECT_ERROR(catalog().read([](CatalogUnit& unit) { return unit.users().put(full_user("qa")); }),
               internal);
  EXPECT_ERROR(catalog().read([](CatalogUnit& unit) { return unit.events().append({}); }),
               internal);
  EXPECT_FALSE(has_user("qa"));
}

TEST_P(CatalogContract, RefusesAWriteInsideAWriteInsteadOfWaitingForItself) {
  EXPECT_OK(write([this](CatalogUnit&) -> Result<> {
    EXPECT_ERROR(write([](CatalogUnit&) -> Result<> { return {}; }), internal);
    return {};
  }));
}

TEST_P(CatalogContract, ReadsTheStateBeforeWhileAWriteIsUnderWay) {
  ASSERT_OK(write([this](CatalogUnit& unit) -> Result<> {
    TRY(unit.users().put(full_user("qa")));
    EXPECT_FALSE(has_user("qa"));
    EXPECT_FALSE(std::async(std::launch::async, [this] { return has_user("qa"); }).get());
    return {};
  }));
  EXPECT_TRUE(has_user("qa"));
}

TEST_P(CatalogContract, ReadsOneStateHoweverMuchIsWrittenMeanwhile) {
  const auto counts = read([this](CatalogUnit& unit) -> Result<std::pair<int, int>> {
    const auto before = TRY(unit.users().all());
    TRY(std::async(std::launch::async, [this] {
          return write([](CatalogUnit& other) { return other.users().put(full_user("qa")); });
        }).get());
    const auto after = TRY(unit.users().all());
    return std::pair<int, int>(before.size(), after.size());
  });
  EXPECT_EQ(counts, (std::pair<int, int>(0, 0)));
  EXPECT_TRUE(has_user("qa"));
}

TEST_P(CatalogContract, ReadersNeverSeeHalfAWrite) {
  constexpr int rounds = 60;
  ASSERT_OK(write([](CatalogUnit& unit) -> Result<> {
    TRY(unit.volumes().put(full_volume("a")));
    return unit.volumes().put(full_volume("b"));
  }));
  std::atomic<bool> through = false;
  std::atomic<int> torn = 0;
  std::atomic<int> reads = 0;
  std::vector<std::thread> readers;
  for (int reader = 0; reader < 3; ++reader) {
    readers.emplace_back([&] {
      do {
        const auto volumes = catalog().read([](CatalogUnit& unit) { return unit.volumes().all(); });
        if (!volumes || volumes->size() != 2 ||
            volumes->at(0).template_version != volumes->at(1).template_version) {
          ++torn;
        }
        ++reads;
      } while (!through);
    });
  }
  for (int round = 1; round <= rounds; ++round) {
    EXPECT_OK(write([&](CatalogUnit& unit) -> Result<> {
      for (const char* id : {"a", "b"}) {
        Volume volume = full_volume(id);
        volume.template_version = round;
        TRY(unit.volumes().put(volume));
      }
      return {};
    }));
  }
  through = true;
  for (auto& reader : readers) reader.join();
  EXPECT_EQ(torn, 0);
  EXPECT_GE(reads, 3);
}

TEST_P(CatalogContract, NumbersEventsInTheirOrderUnderManyWriters) {
  constexpr int writers = 4;
  constexpr int each = 20;
  std::vector<std::thread> threads;
  for (int writer = 0; writer < writers; ++writer) {
    threads.emplace_back([&] {
      for (int number = 0; number < each; ++number) {
        const Result<> written = write([&](CatalogUnit& unit) -> Result<> {
          TRY(unit.events().append(bare_event("operation")));
          if (number % 4 == 3) return Error{.code = ErrorCode::busy, .message = "no"};
          return unit.events().append(bare_event("container"));
        });
        EXPECT_EQ(written.has_value(), number % 4 != 3);
      }
    });
  }
  for (auto& thread : threads) thread.join();

  constexpr std::int64_t expected = 2 * writers * (each - each / 4);
  const auto events = read([](CatalogUnit& unit) { return unit.events().after(0, 10'000); });
  ASSERT_EQ(static_cast<std::int64_t>(events.size()), expected);
  std::int64_t before = 0;
  for (const auto& event : events) {
    EXPECT_GT(event.sequence, before);
    before = event.sequence;
  }
  EXPECT_EQ(read([](CatalogUnit& unit) { return unit.events().last(); }), before);
}

TEST_P(CatalogContract, TellsOfEventsOnlyWhenTheyAreThere) {
  int calls = 0;
  std::int64_t seen = 0;
  catalog().on_events([&] {
    ++calls;
    seen = read([](CatalogUnit& unit) { return unit.events().last(); });
  });

  EXPECT_OK(write([](CatalogUnit& unit) { return unit.users().put(full_user("qa")); }));
  EXPECT_ERROR(write([](CatalogUnit& unit) -> Result<> {
                 TRY(unit.events().append({}));
                 return Error{.code = ErrorCode::busy, .message = "no"};
               }),
               busy);
  EXPECT_EQ(calls, 0);

  EXPECT_OK(write([](CatalogUnit& unit) -> Result<> {
    TRY(unit.events().append({}));
    return unit.events().append({});
  }));
  EXPECT_EQ(calls, 1);
  EXPECT_EQ(seen, read([](CatalogUnit& unit) { return unit.events().last(); }));
  EXPECT_GE(seen, 2);
}

TEST_P(CatalogContract, WaitsForEventsAfterThoseThatAreKnown) {
  const auto append = [this] {
    EXPECT_OK(write([](CatalogUnit& unit) { return unit.events().append(bare_event("user")); }));
  };
  append();
  const auto first = catalog().wait_events(0, Duration::zero());
  ASSERT_OK(first);
  EXPECT_GE(*first, 1);

  auto waiting = std::async(std::launch::async,
                            [&] { return catalog().wait_events(*first, std::chrono::minutes(5)); });
  append();
  const auto second = waiting.get();
  ASSERT_OK(second);
  EXPECT_GT(*second, *first);
  EXPECT_EQ(catalog().wait_events(*first, std::chrono::minutes(5)).value(), *second);
}

TEST_P(CatalogContract, WaitsNoLongerForEventsThanItIsToldTo) {
  EXPECT_EQ(catalog().wait_events(0, Duration(1)).value(), 0);

  std::stop_source stop;
  auto waiting = std::async(std::launch::async, [&] {
    return catalog().wait_events(0, std::chrono::minutes(5), stop.get_token());
  });
  stop.request_stop();
  EXPECT_EQ(waiting.get().value(), 0);
}

TEST_P(CatalogContract, ReadsEventsOnFromANumber) {
  const Event full{.sequence = 77,
                   .at = at(1),
                   .topic = "bookmark",
                   .subject = "bmk_1",
                   .container = ContainerId("ctr_1"),
                   .template_id = TemplateId("tpl_1"),
                   .words = "qa bookmarked"};
  ASSERT_OK(write([&](CatalogUnit& unit) -> Result<> {
    for (int number = 0; number < 5; ++number) TRY(unit.events().append(full));
    return {};
  }));

  const auto all = read([](CatalogUnit& unit) { return unit.events().after(0, 10); });
  ASSERT_EQ(all.size(), 5U);
  const auto two = read([&](CatalogUnit& unit) { return unit.events().after(all[1].sequence, 2); });
  ASSERT_EQ(two.size(), 2U);
  Event expected = full;
  expected.sequence = all[2].sequence;
  EXPECT_EQ(text_of(two[0]), text_of(expected));
  EXPECT_EQ(two[1].sequence, all[3].sequence);
  EXPECT_TRUE(
      read([&](CatalogUnit& unit) { return unit.events().after(all[4].sequence, 2); }).empty());
}

}  // namespace slip::test

#include "tests/contract/catalog_contract_records.h"
#include "tests/contract/catalog_contract_timelines.h"
