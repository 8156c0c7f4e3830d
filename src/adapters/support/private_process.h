// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <atomic>
#include <chrono>
#include <filesystem>
#include <functional>
#include <future>
#include <memory>

#include "base/result.h"
#include "base/subprocess.h"

namespace slip {

// A program of ours that runs until it is told to end: a server over data that is being made. It
// has ended when this object is gone, killed if it was not told to. Ended early, too, where `data`
// has no space left: some servers wait for somebody to make room.
class PrivateProcess {
 public:
  // `command` is confined already; its deadline and `watch` are ours.
  PrivateProcess(Command command, std::filesystem::path data);
  ~PrivateProcess();
  PrivateProcess(const PrivateProcess&) = delete;
  PrivateProcess& operator=(const PrivateProcess&) = delete;

  // Asks `ready` until it succeeds, a few times a second at least. `keep_going` is asked as often;
  // nothing: nobody wants it to stop. Errors: `failed` (it ended; `detail` has what it said),
  // `canceled`, `timed_out`, `no_space`, and of `ready` all but `unavailable` and `timed_out`.
  Result<> wait_until(const std::function<Result<>()>& ready,
                      const std::function<bool()>& keep_going, std::chrono::minutes patience);

  // Waits for its end. To be called once. Errors: `no_space`, and those of `run`.
  Result<CommandOutput> outcome();

 private:
  std::atomic<bool> is_unwanted_ = false;
  std::atomic<bool> has_no_space_ = false;
  std::future<Result<CommandOutput>> ended_;
};

}  // namespace slip
