// SPDX-License-Identifier: Apache-2.0
#include "catalog/memory/memory_catalog.h"

#include "tests/contract/catalog_contract.h"

namespace slip::test {
namespace {

class MemoryUnderTest final : public CatalogUnderTest {
 public:
  Catalog& catalog() override { return catalog_; }

 private:
  MemoryCatalog catalog_;
};

const CatalogMaker maker{[] { return std::make_unique<MemoryUnderTest>(); }};
INSTANTIATE_TEST_SUITE_P(Memory, CatalogContract, ::testing::Values(maker));
INSTANTIATE_TEST_SUITE_P(Memory, CatalogTimelines, ::testing::Values(maker));

struct Stop {};

Result<> put_user(Catalog& catalog, const std::string& name) {
  return catalog.write([&](CatalogUnit& unit) -> Result<> {
    TRY(unit.events().append({}));
    return unit.users().put(full_user(name));
  });
}

std::size_t users_in(Catalog& catalog) {
  const auto users = catalog.read([](CatalogUnit& unit) { return unit.users().all(); });
  EXPECT_OK(users);
  return users ? users->size() : 0;
}

TEST(MemoryCatalog, ChangesNothingWhenStoppedBeforeACommit) {
  MemoryCatalog catalog;
  catalog.set_hooks([] { throw Stop(); }, {});

  EXPECT_THROW((void)put_user(catalog, "qa"), Stop);

  EXPECT_EQ(users_in(catalog), 0U);
  catalog.set_hooks({}, {});
  EXPECT_OK(put_user(catalog, "qa"));
}

TEST(MemoryCatalog, HasChangedWhenStoppedAfterACommit) {
  MemoryCatalog catalog;
  int calls = 0;
  catalog.on_events([&] { ++calls; });
  catalog.set_hooks({}, [] { throw Stop(); });

  EXPECT_THROW((void)put_user(catalog, "qa"), Stop);

  EXPECT_EQ(users_in(catalog), 1U);
  EXPECT_EQ(calls, 0);
}

TEST(MemoryCatalog, AsksTheHooksOnlyAboutCommitsThatChangeSomething) {
  MemoryCatalog catalog;
  int calls = 0;
  catalog.set_hooks([&] { ++calls; }, [&] { ++calls; });

  EXPECT_OK(catalog.write([](CatalogUnit&) -> Result<> { return {}; }));
  EXPECT_EQ(users_in(catalog), 0U);
  EXPECT_EQ(calls, 0);

  EXPECT_OK(put_user(catalog, "qa"));
  EXPECT_EQ(calls, 2);
}

}  // namespace
}  // namespace slip::test
