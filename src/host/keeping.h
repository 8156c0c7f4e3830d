// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <condition_variable>
#include <functional>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "host/instances.h"

namespace slip {

// A volume as it is wanted on this machine.
struct Wanted {
  VolumeId volume;
  std::string whose;                       // for the log: "branch main of qa"
  bool runs = true;                        // false: nothing of it
  StartWhat what = StartWhat::everything;  // where it runs
  int rank = 0;                            // the lowest is begun first

  bool operator==(const Wanted&) const = default;
};

// Keeps what is on this machine as it is wanted: starts what does not run, stops what is not to,
// several volumes side by side. It looks at a volume when it is new, or wanted otherwise, when
// something on it has ended, and at all of them when told to. What fails is tried again after a
// pause that doubles, up to a minute. Thread-safe.
class Keeping {
 public:
  // Those who decide, asked on any thread while it is done.
  struct Deciders {
    std::function<Result<VolumeSpec>(const VolumeId&)> spec;
    // Whether it is still wanted so, and to be done now: a start takes long, and whoever changes a
    // volume is left alone. If not it is asked again in a second.
    std::function<bool(const Wanted&)> is_wanted_now;
    // Whether what is started could go on. If not it is asked again in a second.
    std::function<bool(const Wanted&)> has_room;
    // Starts what does not run of it. Errors: what is logged.
    std::function<Result<>(const Wanted&, const Instances::KeepGoing&)> start;
    // Told of an exception that nobody was to throw, which ends one try.
    std::function<Error(std::string_view what, std::string_view thrown)> unexpected;
  };

  Keeping(Machine& machine, Instances& instances, Deciders deciders);
  ~Keeping();  // ends

  // So many volumes at a time from now on.
  void begin(unsigned hands);
  // When it returns nothing is being started or stopped any more.
  void end();

  // All that this is to look after. Volumes that are not named are left as they are.
  void want(const std::vector<Wanted>& all);
  // Something may have ended by itself, or without it.
  void look_at(const InstanceId& instance);
  void look_at_all();
  // The same without waiting for any pause: what kept them from being so is over.
  void try_all_now();

  // Does what is to be done now, in the caller's thread, and returns when that is nothing.
  void settle();

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
  Deciders deciders_;

  std::mutex mutex_;
  std::condition_variable changed_;
  bool ends_ = false;
  Entries entries_;
  std::vector<std::thread> hands_;
};

}  // namespace slip
