// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <future>
#include <map>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

#include "ports/host.h"

namespace slip {

// What whoever uses a running source should know (AskNotes), without waiting for servers
// that are slow to answer: it is asked beside, and what was last known is told. Thread-safe.
class SourceNotes {
 public:
  explicit SourceNotes(Host& host) : host_(host) {}

  // Of some seconds ago at most, where the source answers quickly.
  std::vector<std::string> of(const VolumeSpec& volume, const std::string& source);

 private:
  using Clock = std::chrono::steady_clock;
  struct Known {
    std::vector<std::string> notes = {};
    Clock::time_point asked = {};
    std::future<std::vector<std::string>> answer = {};  // while it is asked
  };
  void forget_old(Clock::time_point now);

  Host& host_;
  std::mutex lock_;
  std::map<std::pair<VolumeId, std::string>, Known> known_;
};

}  // namespace slip
