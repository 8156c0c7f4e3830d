// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <map>
#include <mutex>
#include <optional>
#include <thread>

#include "base/fd.h"
#include "base/result.h"
#include "domain/ids.h"
#include "runtime/process_identity.h"

namespace slip {

// Notices when watched processes end and reaps those that are our children, in a thread of its own,
// so that no zombie is left while nobody asks. Waits for exactly the watched ones: other children
// of the daemon are not its business. Thread-safe.
class ExitWatcher {
 public:
  // `status` is nothing for a process that was not our child. Called once for each process, from
  // any thread, and before anybody can see through `collect` that it has ended.
  using Record =
      std::function<void(const InstanceId&, const ProcessIdentity&, std::optional<int> status)>;
  // Called after that from the watcher's thread, if that was the one to notice.
  using Noticed = std::function<void(const InstanceId&)>;

  static Result<std::unique_ptr<ExitWatcher>> open(Record record, Noticed noticed);
  ~ExitWatcher();

  void watch(const InstanceId& id, const ProcessIdentity& process);

  // If the instance's watched process has ended, reaps and records it now.
  void collect(const InstanceId& id);

 private:
  struct Watched {
    ProcessIdentity process;
    UniqueFd pidfd;
  };

  ExitWatcher(Record record, Noticed noticed)
      : record_(std::move(record)), noticed_(std::move(noticed)) {}
  void run();
  void drop_ended(const InstanceId& id);

  Record record_;
  Noticed noticed_;
  UniqueFd epoll_;
  UniqueFd wake_;
  std::mutex mutex_;
  std::map<InstanceId, Watched> watched_;
  std::thread thread_;
};

}  // namespace slip
