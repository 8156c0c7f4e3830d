// SPDX-License-Identifier: Apache-2.0
#include "gateway/kernel_lane.h"

#include <arpa/inet.h>
#include <linux/rtnetlink.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <bit>
#include <cerrno>
#include <thread>
#include <vector>

#include "base/system_error.h"
#include "gateway/connections.h"
#include "gateway/devices.h"
#include "gateway/lane_programs.h"
#include "gateway/lane_trial.h"
#include "gateway/netlink.h"

namespace slip {
namespace {

// Changes with the programs or the table, so that what is there already is understood.
constexpr const char* kName = "slip_lane_1";
constexpr const char* kTheirName = "slip0";
// Of our ends of the pairs; connections never have it.

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
  TRY(made->find_or_make_leads());
  made->forget_what_is_gone();
  return made;
}

KernelLane::~KernelLane() {
  if (!leads_) return;
  forget_what_is_gone();
  if (unused()) {
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
  if (refused_) return *refused_;
  TRY(find_or_make_leads());
  const auto device = TRY(find_or_make_device(network));
  const std::uint32_t key = htons(port);
  const Lead lead{.device = device,
                  .target = htons(target),
                  .held = 0,
                  .network = TRY(network_behind(netlink_, device))};
  if (bpf_put(leads_, &key, &lead)) return {};
  return error_from_errno(errno, "lead a port");
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

Result<std::uint32_t> KernelLane::find_or_make_device(int network) {
  const auto there = TRY(open_netlink_in(network, NETLINK_ROUTE));
  auto pair = find_pair(there, kTheirName);
  if (!pair || !TRY(device_exists(netlink_, pair->ours))) {
    TRY(make_device(network, there));
    pair = TRY(find_pair(there, kTheirName));
  }
  if (tried_.contains(pair->ours)) return pair->ours;
  // The table may be another than the one that the device was made with.
  TRY(put_program(netlink_, pair->ours, Way::in, return_to_machine_, kName));
  const auto works = try_device(pair->ours, network);
  if (!works) {
    [[maybe_unused]] const auto removed = remove_device(netlink_, pair->ours);
    return works.error();
  }
  tried_.insert(pair->ours);
  return pair->ours;
}

// Nothing passes before the programs are there: they say what may.
Result<> KernelLane::make_device(int network, const UniqueFd& there) {
  TRY(make_pair_into(netlink_, network, kTheirName));
  const auto pair = TRY(find_pair(there, kTheirName));
  TRY(put_program(netlink_, pair.ours, Way::in, return_to_machine_, kName));
  TRY(put_program(there, pair.theirs, Way::in, enter_branch_, kName));
  const auto leave = TRY(load_tc_program("slip_leave", leave_branch(pair.theirs)));
  TRY(put_program(there, kLoopbackDevice, Way::out, leave, kName));
  TRY(bring_up_for_loopback(netlink_, pair.ours));
  TRY(bring_up_for_loopback(there, pair.theirs));
  TRY(wait_until_up(netlink_, pair.ours));
  return wait_until_up(there, pair.theirs);
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
    refused_ = unsupported(
        "connections do not get through a pair of devices; the machine's firewall, or its check of "
        "reverse paths, may drop them");
  } else if (!ended) {
    refused_ = ended.error();  // what cannot be ended in a switch is not led
  }
  if (refused_) return *refused_;
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
