// SPDX-License-Identifier: Apache-2.0
#include "runtime/fake/fake_endpoints.h"

namespace slip {

void FakeEndpoints::note(const char* what, std::uint16_t port,
                         const std::optional<Target>& target) {
  history_.push_back(std::string(what) + " " + std::to_string(port) + " -> " +
                     (target ? std::to_string(target->port) : "none"));
}

Result<> FakeEndpoints::open(std::uint16_t port, const std::optional<Target>& target) {
  const std::lock_guard lock(mutex_);
  if (taken_.count(port) > 0) {
    return Error{.code = ErrorCode::already_exists,
                 .message = "another program has port " + std::to_string(port)};
  }
  open_[port] = Entry{target, false};
  note("open", port, target);
  return {};
}

void FakeEndpoints::expect(const Target& target) {
  const std::lock_guard lock(mutex_);
  expected_.push_back(target);
}

Result<> FakeEndpoints::hold(std::uint16_t port) {
  const std::lock_guard lock(mutex_);
  const auto found = open_.find(port);
  if (found == open_.end() || found->second.held) return {};
  found->second.held = true;
  history_.push_back("hold " + std::to_string(port));
  return {};
}

Result<> FakeEndpoints::release(std::uint16_t port, const std::optional<Target>& target) {
  const std::lock_guard lock(mutex_);
  const auto found = open_.find(port);
  if (found == open_.end()) {
    return Error{.code = ErrorCode::not_found,
                 .message = "port " + std::to_string(port) + " is not open"};
  }
  found->second = Entry{target, false};
  note("release", port, target);
  return {};
}

Result<> FakeEndpoints::close(std::uint16_t port) {
  const std::lock_guard lock(mutex_);
  if (open_.erase(port) > 0) history_.push_back("close " + std::to_string(port));
  return {};
}

bool FakeEndpoints::available(std::uint16_t port) {
  const std::lock_guard lock(mutex_);
  return port != 0 && open_.count(port) == 0 && taken_.count(port) == 0;
}

void FakeEndpoints::forget_all() {
  const std::lock_guard lock(mutex_);
  open_.clear();
}

void FakeEndpoints::take(std::uint16_t port) {
  const std::lock_guard lock(mutex_);
  taken_.insert(port);
}

void FakeEndpoints::let_go(std::uint16_t port) {
  const std::lock_guard lock(mutex_);
  taken_.erase(port);
}

bool FakeEndpoints::is_open(std::uint16_t port) const {
  const std::lock_guard lock(mutex_);
  return open_.count(port) > 0;
}

bool FakeEndpoints::held(std::uint16_t port) const {
  const std::lock_guard lock(mutex_);
  const auto found = open_.find(port);
  return found != open_.end() && found->second.held;
}

std::optional<std::uint16_t> FakeEndpoints::target(std::uint16_t port) const {
  const std::lock_guard lock(mutex_);
  const auto found = open_.find(port);
  if (found == open_.end() || !found->second.target) return std::nullopt;
  return found->second.target->port;
}

std::vector<std::uint16_t> FakeEndpoints::open_ports() const {
  const std::lock_guard lock(mutex_);
  std::vector<std::uint16_t> ports;
  for (const auto& [port, entry] : open_) ports.push_back(port);
  return ports;
}

std::vector<std::uint16_t> FakeEndpoints::held_ports() const {
  const std::lock_guard lock(mutex_);
  std::vector<std::uint16_t> ports;
  for (const auto& [port, entry] : open_) {
    if (entry.held) ports.push_back(port);
  }
  return ports;
}

std::vector<std::string> FakeEndpoints::history() const {
  const std::lock_guard lock(mutex_);
  return history_;
}

std::vector<Target> FakeEndpoints::expected() const {
  const std::lock_guard lock(mutex_);
  return expected_;
}

}  // namespace slip
