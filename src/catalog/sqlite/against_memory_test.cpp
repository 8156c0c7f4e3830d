// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>
#include <rapidcheck.h>

#include "base/file.h"
#include "catalog/memory/memory_catalog.h"
#include "catalog/sqlite/sqlite_catalog.h"
#include "tests/contract/catalog_script.h"

namespace slip::test {
namespace {

// One list of actions a transaction.
using Script = std::vector<std::vector<std::uint32_t>>;

// Both catalogs must answer alike at every step of every script and hold the same after it.
TEST(SqliteCatalog, DoesWhatTheCatalogInMemoryDoes) {
  const bool alike = rc::check("a script of transactions", [](const Script& script) {
    const TemporaryDirectory directory;
    MemoryCatalog expected;
    auto catalog = SqliteCatalog::open(directory.path() / "catalog.db");
    RC_ASSERT(catalog.has_value());
    RC_ASSERT(furnish(**catalog).has_value());
    RC_ASSERT(furnish(expected).has_value());
    for (const auto& actions : script) {
      const auto answers = run_transaction(expected, actions);
      RC_ASSERT(run_transaction(**catalog, actions) == answers);
    }
    RC_ASSERT(everything_in(**catalog) == everything_in(expected));
  });
  EXPECT_TRUE(alike);
}

}  // namespace
}  // namespace slip::test
