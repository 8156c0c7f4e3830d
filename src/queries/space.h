// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <atomic>
#include <boost/describe.hpp>
#include <cstdint>
#include <map>
#include <string>

#include "ports/catalog.h"
#include "ports/storage_driver.h"
#include "queries/refs.h"

namespace slip::queries {

// Bytes: `unique` is freed by deleting it alone, `shared` is held by others too, `full` is what it
// would take as full copies.
struct Space {
  std::int64_t unique = 0;
  std::int64_t shared = 0;
  std::int64_t full = 0;

  Space& operator+=(const Space& other) {
    unique += other.unique;
    shared += other.shared;
    full += other.full;
    return *this;
  }
};
BOOST_DESCRIBE_STRUCT(Space, (), (unique, shared, full))

// Some of what is in the pool.
struct Holding {
  std::vector<VolumeId> volumes;
  std::vector<SnapshotId> snapshots;
  std::vector<Point> points;
};

// All that a container has, named or not, its trash included.
Result<Holding> everything_of(CatalogUnit& catalog, const ContainerId& container);
// A source's data, what it keeps of earlier times, and what follows production.
Holding everything_of(const Source& source);

// What one container has in the pool, as the catalog knows it; without what is in the trash.
struct ContainerHoldings {
  struct OfBranch {
    Ref branch;
    VolumeId volume;
    std::vector<Point> points;  // which no bookmark names
  };
  struct OfBookmark {
    Ref bookmark;
    std::vector<std::string> tags;
    Point point;
  };
  Container container;
  std::vector<OfBranch> branches;
  std::vector<OfBookmark> bookmarks;
};
Result<ContainerHoldings> holdings_of(CatalogUnit& catalog, const Container& container);

struct ContainerSpace {
  std::vector<Space> branches;   // in the order of the holdings
  std::vector<Space> bookmarks;  // of their points; two of one point have the same
  Space container;               // each point once
};

// Measures on disk, which may take a while (some 10 ms for a small database's thousand files); not
// within a transaction. Each snapshot is measured once. What is gone by then counts nothing.
class Survey {
 public:
  // Fails with `unavailable` soon after `stop` has become true.
  Survey(StorageDriver& storage, const std::atomic<bool>& stop) : storage_(storage), stop_(stop) {}

  Result<Space> of(const VolumeId& volume);
  // What a baked copy of a point takes is unique to the point.
  Result<Space> of(const Point& point);
  // The sum, as below.
  Result<Space> of(const Holding& holding);
  // The sum's `unique` is a lower bound: what is shared only within the container is not in it.
  Result<ContainerSpace> of(const ContainerHoldings& holdings);

 private:
  template <class SomeId>
  Result<Space> measure(const SomeId& id);

  StorageDriver& storage_;
  const std::atomic<bool>& stop_;
  std::map<SnapshotId, Space> known_;
};

}  // namespace slip::queries
