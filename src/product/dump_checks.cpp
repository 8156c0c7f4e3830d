// SPDX-License-Identifier: Apache-2.0
#include "product/dump_checks.h"

#include <algorithm>

#include "operations/guarded.h"

namespace slip {
namespace {

constexpr std::size_t kAtOnce = 2;
constexpr std::size_t kKept = 20;

}  // namespace

DumpChecks::~DumpChecks() {
  close();
  for (auto& [id, check] : checks_) check->reader.join();
}

void DumpChecks::close() {
  const std::lock_guard guard(lock_);
  is_closed_ = true;
  for (auto& [id, check] : checks_) check->is_wanted = false;
  changed_.notify_all();  // who waits is answered
}

// Of those that have ended.
void DumpChecks::forget_oldest() {
  while (order_.size() >= kKept) {
    const auto ended = std::ranges::find_if(
        order_, [&](const DumpCheckId& id) { return checks_.at(id)->state.outcome.has_value(); });
    if (ended == order_.end()) return;
    checks_.at(*ended)->reader.join();
    checks_.erase(*ended);
    order_.erase(ended);
  }
}

Result<DumpCheckId> DumpChecks::begin(const SourceConfig& config) {
  const Adapter* adapter = TRY(find_adapter(adapters_, config.kind));
  const auto* facet = TRY(dump_check_of(*adapter));
  TRY(adapter->validate(config));
  const std::lock_guard guard(lock_);
  const auto reads =
      std::ranges::count_if(checks_, [](const auto& one) { return !one.second->state.outcome; });
  if (is_closed_) {
    return Error{.code = ErrorCode::unavailable, .message = "Slipstream is being stopped"};
  }
  if (static_cast<std::size_t>(reads) >= kAtOnce) {
    return Error{.code = ErrorCode::rate_limited,
                 .message = "other dumps are being read",
                 .hint = "Try again when they are through."};
  }
  forget_oldest();
  auto check = std::make_shared<Check>();
  const auto read = [this, facet, config, check = check.get()] {
    return facet->check_dump(config, [&](std::string_view what, std::optional<double>) {
      const std::lock_guard telling(lock_);
      check->state.progress = what;
      return check->is_wanted.load();
    });
  };
  check->reader = std::thread([this, read, check = check.get()] {
    auto outcome = guarded(catalog_, "read a dump", read);
    const std::lock_guard telling(lock_);
    check->state.outcome = std::move(outcome);
    changed_.notify_all();
  });
  const auto id = ids_.next<DumpCheckId>();
  checks_.emplace(id, std::move(check));
  order_.push_back(id);
  return id;
}

Result<DumpChecks::State> DumpChecks::wait(const DumpCheckId& id, Duration patience) {
  std::unique_lock guard(lock_);
  const auto found = checks_.find(id);
  if (found == checks_.end()) {
    return Error{.code = ErrorCode::not_found,
                 .message = "there is no check of a dump " + id.str(),
                 .hint = "It is forgotten when Slipstream is restarted: begin it again."};
  }
  const auto check = found->second;
  changed_.wait_for(guard, patience,
                    [&] { return check->state.outcome.has_value() || is_closed_; });
  return check->state;
}

Result<> DumpChecks::end(const DumpCheckId& id) {
  const std::lock_guard guard(lock_);
  const auto found = checks_.find(id);
  if (found == checks_.end()) {
    return Error{.code = ErrorCode::not_found,
                 .message = "there is no check of a dump " + id.str()};
  }
  found->second->is_wanted = false;
  return {};
}

}  // namespace slip
