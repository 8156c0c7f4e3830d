// SPDX-License-Identifier: Apache-2.0
#include "front/guests.h"

#include <algorithm>
#include <functional>
#include <vector>

namespace slip {

// Forgets those that have ended.
std::size_t Guests::count() {
  std::size_t all = 0;
  for (auto one = by_address_.begin(); one != by_address_.end();) {
    one->second.remove_if([](const auto& guest) { return guest.expired(); });
    all += one->second.size();
    one = one->second.empty() ? by_address_.erase(one) : std::next(one);
  }
  return all;
}

bool Guests::give_way(Some& some) const {
  const auto now = std::chrono::steady_clock::now();
  auto longest = some.end();
  std::chrono::steady_clock::time_point since{};
  for (auto one = some.begin(); one != some.end(); ++one) {
    const auto guest = one->lock();
    if (!guest) continue;
    const auto state = guest->state();
    if (state.is_through && now - state.silent_since < bounds_.idle) continue;
    if (longest != some.end() && since <= state.silent_since) continue;
    longest = one;
    since = state.silent_since;
  }
  if (longest == some.end()) return false;
  if (const auto guest = longest->lock()) guest->close();
  some.erase(longest);
  return true;
}

bool Guests::make_room_for(const std::string& address) {
  const std::size_t all = count();
  const auto own = by_address_.find(address);
  if (own != by_address_.end() && own->second.size() >= bounds_.of_address) {
    return give_way(own->second);
  }
  if (all < bounds_.all) return true;
  std::vector<Some*> largest_first;
  for (auto& [of, some] : by_address_) largest_first.push_back(&some);
  std::ranges::stable_sort(largest_first, std::greater<>(), &Some::size);
  return std::ranges::any_of(largest_first, [this](Some* some) { return give_way(*some); });
}

void Guests::add(const std::string& address, const std::shared_ptr<Guest>& guest) {
  by_address_[address].push_back(guest);
}

}  // namespace slip
