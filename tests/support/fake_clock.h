// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <atomic>
#include <optional>

#include "base/id.h"
#include "ports/clock.h"

namespace slip {

// Goes on by a second whenever it is asked, so that no two moments are equal.
class FakeClock : public Clock {
 public:
  // While one lives, no time passes by what its thread asks: what is done in vain takes none.
  class Standstill {
   public:
    Standstill() { asked_meanwhile_ = 0; }
    ~Standstill() { asked_meanwhile_.reset(); }
    Standstill(const Standstill&) = delete;
    Standstill& operator=(const Standstill&) = delete;
  };

  Timestamp now() override {
    if (asked_meanwhile_) return {ms_ + 1000 * ++*asked_meanwhile_};
    return {ms_ += 1000};
  }
  // Nobody has set it back meanwhile.
  Timestamp wall() override { return {ms_}; }
  void advance(Duration by) { ms_ += by.count(); }
  // As a machine's clock can be, and ours never is.
  void set_back(Duration by) { ms_ -= by.count(); }

 private:
  inline static thread_local std::optional<std::int64_t> asked_meanwhile_;
  std::atomic<std::int64_t> ms_ = 1'790'000'000'000;
};

class CountedIds : public IdSource {
 protected:
  std::string unique() override { return std::to_string(++count_); }

 private:
  std::atomic<int> count_ = 100'000;  // so that they are in their order as texts, too
};

}  // namespace slip
