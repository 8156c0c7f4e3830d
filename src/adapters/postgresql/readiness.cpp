// SPDX-License-Identifier: Apache-2.0
#include "adapters/postgresql/readiness.h"

#include <signal.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>

#include "adapters/postgresql/write_ahead_log.h"

namespace slip::postgresql {

namespace {

// The copy's owner may put another socket in the server's place: only a server gets a signal.
bool is_server(pid_t process) {
  const auto about = Directory::open("/proc/" + std::to_string(process));
  const auto program = about ? about->read_link("exe") : Result<std::string>(about.error());
  return program && std::filesystem::path(*program).filename() == "postgres";
}

}  // namespace

std::optional<UniqueFd> process_of(const LocalServer& server) {
  const auto peer = listener(*server.directory, server.socket());
  if (!peer || peer->user != server.user) return std::nullopt;
  UniqueFd process(static_cast<int>(::syscall(SYS_pidfd_open, peer->process, 0)));
  if (!process || !is_server(peer->process)) return std::nullopt;
  return process;
}

Result<> choose_start(const Layout& layout, const LocalServer& server, const RunUser& user) {
  if (listener(*server.directory, server.socket())) return {};
  constexpr const char* signal = "standby.signal";
  const Directory data = TRY(layout.open_data());
  if (TRY(has_replay(layout))) return write_owned(data, signal, "", user);
  const ControlData control = TRY(read_control_data(data));
  // A backup label needs the end of its backup, which a standby would wait for.
  // So does a log that holds too little for a standby, or whose level we cannot read.
  const bool plain =
      control.state == ClusterState::shut_down || TRY(is_there(data, "backup_label")) ||
      control.wal_level == WalLevel::minimal || control.wal_level == WalLevel::unknown;
  if (plain) return data.remove(signal);
  return write_owned(data, signal, "", user);
}

Result<> promote(const Directory& data, const LocalServer& server, const RunUser& user) {
  if (!TRY(is_there(data, "standby.signal"))) return {};
  const auto process = process_of(server);
  if (!process) return {};
  const auto made = data.create_file("promote", {.mode = 0600, .owner = user.ids});
  if (!made && made.error().code != ErrorCode::already_exists) return made.error();
  if (::syscall(SYS_pidfd_send_signal, process->get(), SIGUSR1, nullptr, 0) != 0 &&
      errno != ESRCH) {
    return error_from_errno(errno, "promote the PostgreSQL server");
  }
  return {};
}

}  // namespace slip::postgresql
