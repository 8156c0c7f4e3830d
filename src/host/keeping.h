// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <condition_variable>
#include <map>
#include <mutex>
#include <optional>
#include <thread>
#include <vector>

#include "host/instances.h"
#include "ports/host.h"

namespace slip {

// Keeps what is on this machine as it is wanted, by threads of its own.
class LocalKeeping final : public Keeping {
 public:
  LocalKeeping(Machine& machine, Instances& instances, KeepingRules rules);
  ~LocalKeeping() override;

  // From now on, to the end, it is the one that the runtime tells of ends.
  void begin(unsigned hands) override;
  void end() override;

  void want(const std::vector<Wanted>& all) override;
  void look_at_all() override;
  void try_all_now() override;
  void settle() override;

 private:
  using Clock = std::chrono::steady_clock;
  struct Entry {
    Wanted wanted;
    bool is_so = false;  // as far as is known
    bool in_hand = false;
    bool is_left = false;  // once it is out of hand: nobody wants it kept any more
    Clock::time_point not_before = {};
    Duration pause{0};
  };
  using Entries = std::map<VolumeId, Entry>;
  enum class Outcome { is_so, not_now, failed };

  // Something may have ended by itself, or without it.
  void look_at(const InstanceId& instance);
  void work();
  // The next that is to be done by then; end(): none is.
  Entries::iterator next(Clock::time_point now);
  std::optional<Clock::time_point> next_time() const;
  void do_one(Entries::iterator entry, std::unique_lock<std::mutex>& lock);
  void note(Entry& entry, const Wanted& wanted, Outcome outcome);
  Outcome keep(const Wanted& wanted);
  Result<Outcome> try_keeping(const Wanted& wanted);
  bool is_wanted_now(const Wanted& wanted);
  Result<bool> is_so(const Wanted& wanted, const VolumeSpec& volume);

  Machine& machine_;
  Instances& instances_;
  KeepingRules rules_;

  std::mutex mutex_;
  std::condition_variable changed_;
  bool ends_ = false;
  Entries entries_;
  std::vector<std::thread> hands_;
};

}  // namespace slip
