// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "ports/catalog.h"
#include "tests/support/fake_clock.h"

namespace slip {

// Runs all work twice, as a catalog may whose database refuses a transaction that has met another
// one: the first time in vain. Work that leaves something behind outside of its unit, or is not
// the same the second time, is noticed by what the tests expect of it anyway.
class TwiceCatalog final : public Catalog {
 public:
  // The other one must outlive it.
  explicit TwiceCatalog(Catalog& catalog) : catalog_(catalog) {
    catalog_.on_events([this] { tell_of_events(); });
  }

  // How deep this thread is in work of a catalog; 0: it is not.
  static int depth() { return depth_; }

 protected:
  Result<> do_read(const UnitWork& work) override {
    if (depth_ == 0) {
      const FakeClock::Standstill in_vain;
      (void)catalog_.read([&](CatalogUnit& unit) { return run(work, unit); });
    }
    return catalog_.read([&](CatalogUnit& unit) { return run(work, unit); });
  }
  Result<> do_write(const UnitWork& work) override {
    {
      const FakeClock::Standstill in_vain;
      (void)catalog_.write([&](CatalogUnit& unit) -> Result<> {
        TRY(run(work, unit));
        return Error{.code = ErrorCode::unavailable, .message = "taken back, to be tried again"};
      });
    }
    return catalog_.write([&](CatalogUnit& unit) { return run(work, unit); });
  }

 private:
  static Result<> run(const UnitWork& work, CatalogUnit& unit) {
    struct Deeper {
      Deeper() { ++depth_; }
      ~Deeper() { --depth_; }
    } const deeper;
    return work(unit);
  }

  inline static thread_local int depth_ = 0;
  Catalog& catalog_;
};

}  // namespace slip
