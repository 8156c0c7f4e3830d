// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <boost/describe.hpp>
#include <cstdint>
#include <filesystem>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "base/fd.h"
#include "base/result.h"
#include "base/time.h"
#include "domain/ids.h"
#include "runtime/process_identity.h"

namespace slip {

// What must be known of an instance to find, stop and report it after the daemon's death. The
// environment is left out on purpose: it holds passwords, and nothing here needs it.
struct InstanceRecord {
  std::string program;
  int stop_signal = 15;
  std::string cgroup;                   // empty: none
  std::optional<ProcessIdentity> main;  // none: written down but never started
  std::optional<ProcessIdentity> sandbox;
  std::optional<VolumeId> network = {};    // that it is in; none: the host's
  std::optional<std::uint32_t> user = {};  // LaunchSpec::user
};
BOOST_DESCRIBE_STRUCT(InstanceRecord, (),
                      (program, stop_signal, cgroup, main, sandbox, network, user))

// One directory for each instance below the state directory: its record, how it ended, its log.
// A record is replaced whole. Thread-safe for different instances.
class InstanceStore {
 public:
  explicit InstanceStore(std::filesystem::path root) : root_(std::move(root)) {}

  // Errors: `invalid_argument` for an id that is no plain file name.
  static Result<> check(const InstanceId& id);

  Result<> save(const InstanceId& id, const InstanceRecord& record) const;
  // The record has reached the disk when this returns.
  Result<> make_durable(const InstanceId& id) const;
  // Nothing if there is none, or if a power cut tore it. A record that cannot be read (an error)
  // may be of something that runs: nobody may start it again, or take it for ended.
  Result<std::optional<InstanceRecord>> load(const InstanceId& id) const;
  Result<bool> exists(const InstanceId& id) const;
  // Forgets record and exit; the log stays.
  void remove(const InstanceId& id) const;
  // With those whose records cannot be read.
  Result<std::vector<InstanceId>> list() const;

  // How this very process ended, if somebody saw it.
  void save_exit(const InstanceId& id, const ProcessIdentity& process, int status) const;
  std::optional<int> load_exit(const InstanceId& id, const ProcessIdentity& process) const;

  // Opened to append, after moving a log that has grown over `rotate_at` bytes aside.
  Result<UniqueFd> open_log(const InstanceId& id) const;
  // Moves the newest `rotate_at` bytes of a log aside that is several times as large, and empties
  // it, under a program that goes on appending. Thread-safe beside all others.
  Result<> trim_log(const InstanceId& id) const;
  // What it takes of the file system; 0 for none.
  Result<std::int64_t> log_size(const InstanceId& id) const;
  // Adds a line of ours.
  void note_in_log(const InstanceId& id, const std::string& line) const;
  Result<std::string> read_log(const InstanceId& id, std::size_t bytes) const;
  // At most `bytes` of the current log from a position on.
  Result<std::string> read_log_from(const InstanceId& id, std::int64_t position,
                                    std::size_t bytes) const;
  // As Runtime::await_output.
  std::int64_t await_log(const InstanceId& id, std::int64_t seen, Duration patience) const;
  void remove_log(const InstanceId& id) const;

  static constexpr std::int64_t rotate_at = 8 << 20;

 private:
  std::filesystem::path file(const InstanceId& id, const char* name) const {
    return root_ / id.str() / name;
  }
  std::filesystem::path root_;
  mutable std::mutex logs_mutex_;  // while files of logs change places; held for a moment only
};

}  // namespace slip
