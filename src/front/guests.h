// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstddef>
#include <list>
#include <map>
#include <memory>
#include <string>

namespace slip {

// Each guest takes four file descriptors here and in the forwarder, and two buffers.
struct GuestBounds {
  std::size_t all = 2000;
  std::size_t of_address = 500;
  // For how long nothing has gone either way with one who gives way to others.
  std::chrono::milliseconds idle = std::chrono::minutes(1);
};

// A connection that goes through the front.
class Guest {
 public:
  virtual ~Guest() = default;

  struct State {
    bool is_through = false;  // encrypted, and led on
    std::chrono::steady_clock::time_point silent_since = {};
  };
  virtual State state() const = 0;
  virtual void close() = 0;
};

// Who goes through the front now: no address takes all places, and nobody keeps one for nothing.
// For the front's thread alone.
class Guests {
 public:
  explicit Guests(const GuestBounds& bounds) : bounds_(bounds) {}

  // Where there are too many of this address, or in all, the one that is silent for the longest is
  // closed: of this address, or of the one that has most. That is one who is idle, or not yet
  // through. False: there is none such.
  bool make_room_for(const std::string& address);
  void add(const std::string& address, const std::shared_ptr<Guest>& guest);

 private:
  using Some = std::list<std::weak_ptr<Guest>>;
  bool give_way(Some& some) const;
  std::size_t count();

  const GuestBounds bounds_;
  std::map<std::string, Some> by_address_;
};

}  // namespace slip
