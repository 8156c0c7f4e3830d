// SPDX-License-Identifier: Apache-2.0
#include "gateway/kernel_lane.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <linux/rtnetlink.h>
#include <sys/file.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <bit>
#include <cerrno>
#include <thread>
#include <vector>

#include "base/system_error.h"
#include "gateway/connections.h"
#include "gateway/lane_programs.h"
#include "gateway/lane_trial.h"
#include "gateway/netlink.h"

namespace slip {
namespace {

// Changes with the programs or the table, so that what is there already is understood.
constexpr const char* kName = "slip_lane_1";
constexpr const char* kTheirName = "slip0";
constexpr const char* kTurn = "/run/slipstream-lane.lock";

Error unsupported(std::string why) {
  return Error{.code = ErrorCode::unsupported, .message = std::move(why)};
}

template <class Visit>
void for_each_lead(const UniqueFd& leads, Visit visit) {
  std::vector<std::uint32_t> keys;
  std::uint32_t key = 0;
  for (bool more = bpf_next(leads, nullptr, &key); more; more = bpf_next(leads, &key, &key)) {
    keys.push_back(key);
  }
  for (const auto one : keys) {
    Lead lead;
    if (bpf_get(leads, &one, &lead)) visit(one, lead);
  }
}

Result<UniqueFd> listen_to_devices() {
  UniqueFd made = TRY(open_netlink(NETLINK_ROUTE));
  sockaddr_nl group{};
  group.nl_family = AF_NETLINK;
  group.nl_groups = RTMGRP_LINK;
  if (bind(made.get(), reinterpret_cast<const sockaddr*>(&group), sizeof group) == 0) return made;
  return error_from_errno(errno, "hear of devices");
}

// One process of the machine at a time finds or makes the table, leads a port with it, or takes it
// away. Until the descriptor is closed.
Result<UniqueFd> take_turn() {
  UniqueFd file(::open(kTurn, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600));
  if (!file) return error_from_errno(errno, std::string("open ") + kTurn);
  while (flock(file.get(), LOCK_EX) != 0) {
    if (errno != EINTR) return error_from_errno(errno, std::string("lock ") + kTurn);
  }
  return file;
}

}  // namespace

Result<std::unique_ptr<KernelLane>> KernelLane::open() {
  if (geteuid() != 0) return unsupported("only root can lead connections in the kernel");
  if constexpr (std::endian::native != std::endian::little) {
    return unsupported("connections are led in the kernel on little-endian machines only");
  }
  std::unique_ptr<KernelLane> made(new KernelLane);
  made->netlink_ = TRY(open_netlink(NETLINK_ROUTE));
  made->links_ = TRY(listen_to_devices());
  made->enter_branch_ = TRY(load_tc_program("slip_enter", enter_branch()));
  const auto turn = TRY(take_turn());
  TRY(made->find_or_make_leads());
  made->forget_what_is_gone();
  return made;
}

KernelLane::~KernelLane() {
  if (!leads_) return;
  const auto turn = take_turn();
  forget_what_is_gone();
  if (!turn || !unused()) return;
  // Another may have taken ours away, and one be there that is used.
  const auto there = find_program(netlink_, kLoopbackDevice, Way::out, kName);
  if (there && *there == program_) {
    [[maybe_unused]] const auto removed = remove_program(netlink_, kLoopbackDevice, Way::out);
  }
}

// Another that used the table may have been the last to do so, and another have made one since.
Result<> KernelLane::find_or_make_leads() {
  auto there = TRY(find_program(netlink_, kLoopbackDevice, Way::out, kName));
  if (there && *there == program_) return {};
  if (there) {
    leads_ = TRY(map_of_program(*there));
  } else if (!leads_) {
    leads_ = TRY(make_bpf_hash("slip_leads", sizeof(std::uint32_t), sizeof(Lead), kLeadsMax));
  }
  tried_.clear();
  return_to_machine_ = TRY(load_tc_program("slip_return", return_to_machine(leads_)));
  if (!there) {
    const auto leave = TRY(load_tc_program(kName, leave_machine(leads_)));
    TRY(put_program(netlink_, kLoopbackDevice, Way::out, leave, kName));
    there = TRY(find_program(netlink_, kLoopbackDevice, Way::out, kName));
  }
  program_ = there.value_or(0);
  return {};
}

void KernelLane::allow(const UniqueFd& listener) {
  setsockopt(listener.get(), SOL_SOCKET, SO_PRIORITY, &kMayBeLed, sizeof kMayBeLed);
}

Result<> KernelLane::lead(std::uint16_t port, int network, std::uint16_t target) {
  auto led = lead_into(port, network, target);
  if (!led) forget(port);
  return led;
}

Result<> KernelLane::lead_into(std::uint16_t port, int network, std::uint16_t target) {
  const auto turn = TRY(take_turn());
  const auto device = TRY(find_or_make_way(network));
  const std::uint32_t key = htons(port);
  const Lead lead{.device = device,
                  .target = htons(target),
                  .held = 0,
                  .network = TRY(network_behind(netlink_, device))};
  if (bpf_put(leads_, &key, &lead)) return {};
  return error_from_errno(errno, "lead a port");
}

Result<> KernelLane::make_way(int network) {
  const auto turn = TRY(take_turn());
  TRY(find_or_make_way(network));
  return {};
}

void KernelLane::hold(std::uint16_t port) {
  const std::uint32_t key = htons(port);
  Lead lead;
  if (!bpf_get(leads_, &key, &lead)) return;
  lead.held = 1;
  bpf_put(leads_, &key, &lead);
}

Result<> KernelLane::cut(std::uint16_t port, int network) {
  const std::uint32_t key = htons(port);
  Lead lead;
  if (!bpf_get(leads_, &key, &lead)) return {};
  const auto diagnosis = TRY(open_netlink_in(network, NETLINK_SOCK_DIAG));
  return end_connections_at(diagnosis, address_of_endpoint(htons(port)));
}

void KernelLane::forget(std::uint16_t port) {
  const std::uint32_t key = htons(port);
  bpf_erase(leads_, &key);
}

void KernelLane::forget_all_but(const std::set<std::uint16_t>& ports) {
  for_each_lead(leads_, [&](std::uint32_t key, const Lead& lead) {
    const std::uint16_t port = ntohs(static_cast<std::uint16_t>(key));
    if (tried_.contains(lead.device) && !ports.contains(port)) bpf_erase(leads_, &key);
  });
}

// The device in front of it.
Result<std::uint32_t> KernelLane::find_or_make_way(int network) {
  if (refused_) return *refused_;
  TRY(find_or_make_leads());
  return find_or_make_device(network);
}

Result<std::uint32_t> KernelLane::find_or_make_device(int network) {
  const auto there = TRY(open_netlink_in(network, NETLINK_ROUTE));
  const auto pair = TRY(find_or_make_pair(network, there));
  if (const auto tried = tried_.find(pair.ours); tried != tried_.end()) {
    if (tried->second) return *tried->second;
    return pair.ours;
  }
  const auto works = prepare_and_try(pair, network, there);
  if (works) {
    tried_[pair.ours] = std::nullopt;
    return pair.ours;
  }
  if (works.error().code == ErrorCode::unsupported) {
    // Whatever runs in that network may be why, and does not decide for others.
    const auto elsewhere = try_empty_network();
    if (elsewhere || elsewhere.error().code != ErrorCode::unsupported) {
      tried_[pair.ours] = works.error();
      return works.error();
    }
    refused_ = works.error();
  }
  [[maybe_unused]] const auto removed = remove_device(netlink_, pair.ours);
  return works.error();
}

Result<DevicePair> KernelLane::find_or_make_pair(int network, const UniqueFd& there) {
  const auto found = find_pair(there, kTheirName);
  if (found && TRY(device_exists(netlink_, found->ours))) return *found;
  if (!found && found.error().code != ErrorCode::not_found) return found.error();
  TRY(make_pair_into(netlink_, network, kTheirName));
  return find_pair(there, kTheirName);
}

Result<> KernelLane::prepare_and_try(const DevicePair& pair, int network, const UniqueFd& there) {
  TRY(prepare(pair, there));
  return try_device(pair.ours, network);
}

// Nothing passes before the programs are there: they say what may. Done again for a pair that is
// there already, since the daemon that made it may have died before the end, and have had another
// table.
Result<> KernelLane::prepare(const DevicePair& pair, const UniqueFd& there) {
  TRY(put_program(netlink_, pair.ours, Way::in, return_to_machine_, kName));
  TRY(put_program(there, pair.theirs, Way::in, enter_branch_, kName));
  const auto leave = TRY(load_tc_program("slip_leave", leave_branch(pair.theirs)));
  TRY(put_program(there, kLoopbackDevice, Way::out, leave, kName));
  TRY(bring_up_for_loopback(netlink_, pair.ours));
  TRY(bring_up_for_loopback(there, pair.theirs));
  TRY(wait_until_up(netlink_, pair.ours));
  return wait_until_up(there, pair.theirs);
}

Result<> KernelLane::try_empty_network() {
  const auto network = TRY(make_empty_network());
  const auto there = TRY(open_netlink_in(network.get(), NETLINK_ROUTE));
  TRY(bring_up_for_loopback(there, kLoopbackDevice));
  const auto pair = TRY(find_or_make_pair(network.get(), there));
  const auto works = prepare_and_try(pair, network.get(), there);
  [[maybe_unused]] const auto removed = remove_device(netlink_, pair.ours);
  return works;
}

Result<> KernelLane::try_device(std::uint32_t device, int network) {
  const auto trial = TRY(LaneTrial::prepare(network));
  allow(trial.listener_here());
  const std::uint32_t key = htons(trial.port_here());
  const Lead lead{.device = device,
                  .target = htons(trial.port_there()),
                  .held = 0,
                  .network = TRY(network_behind(netlink_, device))};
  if (!bpf_put(leads_, &key, &lead)) return error_from_errno(errno, "lead a port");
  const UniqueFd connection = trial.connect();
  const auto ended = connection ? cut(trial.port_here(), network) : Result<>();
  bpf_erase(leads_, &key);
  if (!connection) {
    return unsupported(
        "connections do not get through a pair of devices; the machine's firewall, or its check of "
        "reverse paths, may drop them");
  }
  // What cannot be ended in a switch is not led.
  if (!ended) return unsupported(ended.error().message);
  return {};
}

bool KernelLane::unused() const {
  std::uint32_t first = 0;
  return !bpf_next(leads_, nullptr, &first);
}

void KernelLane::wait_until_unused(std::chrono::milliseconds patience) {
  const auto deadline = std::chrono::steady_clock::now() + patience;
  forget_what_is_gone();
  while (!unused() && std::chrono::steady_clock::now() < deadline) {
    std::this_thread::sleep_for(std::chrono::milliseconds(5));
    forget_what_is_gone();
  }
}

void KernelLane::look() {
  std::array<char, 16384> heard;
  while (true) {
    const ssize_t got = recv(links_.get(), heard.data(), heard.size(), MSG_DONTWAIT);
    if (got < 0 && errno == EINTR) continue;
    if (got < 0 && errno == ENOBUFS) {
      forget_what_is_gone();
      continue;
    }
    if (got <= 0) return;
    auto left = static_cast<std::uint32_t>(got);
    for (const auto* one = reinterpret_cast<const nlmsghdr*>(heard.data()); NLMSG_OK(one, left);
         one = NLMSG_NEXT(one, left)) {
      if (one->nlmsg_type != RTM_DELLINK) continue;
      const auto& about = *static_cast<const ifinfomsg*>(NLMSG_DATA(one));
      forget_device(static_cast<std::uint32_t>(about.ifi_index));
    }
  }
}

void KernelLane::forget_device(std::uint32_t device) {
  tried_.erase(device);
  for_each_lead(leads_, [&](std::uint32_t key, const Lead& lead) {
    if (lead.device == device) bpf_erase(leads_, &key);
  });
}

void KernelLane::forget_what_is_gone() {
  for_each_lead(leads_, [&](std::uint32_t key, const Lead& lead) {
    const auto exists = device_exists(netlink_, lead.device);
    if (exists && !*exists) bpf_erase(leads_, &key);
  });
}

}  // namespace slip
