// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <utility>

namespace slip {

// How many connections there are, in all and of each payer: a port, or an address elsewhere. Not
// thread-safe.
class Seats {
 public:
  // Gives its seat back with its end. Must not outlive the Seats.
  class Seat {
   public:
    Seat() = default;
    Seat(Seats& of, std::uint64_t payer) : of_(&of), payer_(payer) {}
    Seat(Seat&& other) noexcept : of_(std::exchange(other.of_, nullptr)), payer_(other.payer_) {}
    Seat& operator=(Seat&& other) noexcept {
      std::swap(of_, other.of_);
      std::swap(payer_, other.payer_);
      return *this;
    }
    ~Seat() {
      if (of_ != nullptr) of_->give_back(payer_);
    }

   private:
    Seats* of_ = nullptr;
    std::uint64_t payer_ = 0;
  };

  explicit Seats(std::size_t max) : max_(max) {}

  // Nothing: there are too many in all, or `of_payer_max` of this payer.
  std::optional<Seat> take(std::uint64_t payer, std::size_t of_payer_max) {
    std::size_t& has = of_payer_[payer];
    if (all_ >= max_ || has >= of_payer_max) {
      if (has == 0) of_payer_.erase(payer);
      return std::nullopt;
    }
    ++has;
    ++all_;
    return Seat(*this, payer);
  }
  std::size_t all() const { return all_; }
  std::size_t max() const { return max_; }

 private:
  void give_back(std::uint64_t payer) {
    const auto found = of_payer_.find(payer);
    --all_;
    if (--found->second == 0) of_payer_.erase(found);
  }

  const std::size_t max_;
  std::size_t all_ = 0;
  std::map<std::uint64_t, std::size_t> of_payer_;
};

using Seat = Seats::Seat;

}  // namespace slip
