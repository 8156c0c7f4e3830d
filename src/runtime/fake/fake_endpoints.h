// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "ports/runtime.h"

namespace slip {

// Which port leads where, in memory. Forwards nothing. Thread-safe.
class FakeEndpoints : public Endpoints {
 public:
  Result<> open(std::uint16_t port, const std::optional<Target>& target) override;
  void expect(const Target& target) override;
  Result<> hold(std::uint16_t port) override;
  Result<> release(std::uint16_t port, const std::optional<Target>& target) override;
  Result<> close(std::uint16_t port) override;
  bool available(std::uint16_t port) override;

  // As when the daemon died: nothing is open any more.
  void forget_all();
  // Another program has the port, or lets go of it.
  void take(std::uint16_t port);
  void let_go(std::uint16_t port);

  bool is_open(std::uint16_t port) const;
  bool held(std::uint16_t port) const;
  std::optional<std::uint16_t> target(std::uint16_t port) const;  // the instance's port
  std::vector<std::uint16_t> open_ports() const;
  std::vector<std::uint16_t> held_ports() const;
  // Every call that changed something, in order: "open 1080 -> 40001", "hold 1080",
  // "release 1080 -> none", "close 1080".
  std::vector<std::string> history() const;
  // In the order in which they were expected.
  std::vector<Target> expected() const;

 private:
  struct Entry {
    std::optional<Target> target;
    bool held = false;
  };
  void note(const char* what, std::uint16_t port, const std::optional<Target>& target);

  mutable std::mutex mutex_;
  std::map<std::uint16_t, Entry> open_;
  std::set<std::uint16_t> taken_;
  std::vector<std::string> history_;
  std::vector<Target> expected_;
};

}  // namespace slip
