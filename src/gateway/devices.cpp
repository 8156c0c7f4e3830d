// SPDX-License-Identifier: Apache-2.0
#include "gateway/devices.h"

#include <linux/if.h>
#include <linux/if_link.h>
#include <linux/ip.h>
#include <linux/pkt_cls.h>
#include <linux/pkt_sched.h>
#include <linux/rtnetlink.h>
#include <linux/veth.h>
#include <netinet/if_ether.h>
#include <netinet/in.h>
#include <unistd.h>

#include <chrono>
#include <cstring>
#include <thread>

#include "gateway/netlink.h"

namespace slip {
namespace {

// The largest that there is: loopback's packets are nearly as large, and must fit.
constexpr std::uint32_t kMtu = 65535;
// Other programs at the device keep their places before it.
constexpr std::uint32_t kPriority = 0x51a9;
constexpr std::uint32_t kHandle = 1;
constexpr std::chrono::seconds kPatience{1};
constexpr std::chrono::microseconds kPause{200};

ifinfomsg about_device(std::uint32_t device) {
  ifinfomsg about{};
  about.ifi_index = static_cast<int>(device);
  return about;
}

std::uint32_t number_in(std::string_view attribute) {
  std::uint32_t value = 0;
  if (attribute.size() >= sizeof value) std::memcpy(&value, attribute.data(), sizeof value);
  return value;
}

tcmsg about_program(std::uint32_t device, Way way) {
  tcmsg about{};
  about.tcm_ifindex = static_cast<int>(device);
  about.tcm_parent = TC_H_MAKE(TC_H_CLSACT, way == Way::in ? TC_H_MIN_INGRESS : TC_H_MIN_EGRESS);
  return about;
}

Result<> allow_programs(const UniqueFd& netlink, std::uint32_t device) {
  tcmsg about{};
  about.tcm_ifindex = static_cast<int>(device);
  about.tcm_parent = TC_H_CLSACT;
  about.tcm_handle = TC_H_MAKE(TC_H_CLSACT, 0);
  NetlinkRequest request(RTM_NEWQDISC, NLM_F_ACK | NLM_F_CREATE | NLM_F_EXCL);
  request.fixed(about).text(TCA_KIND, "clsact");
  const auto done = ask_kernel(netlink, std::move(request), "prepare a device for programs");
  if (!done && done.error().code == ErrorCode::already_exists) return {};
  return done;
}

// Told nothing, a device that comes up gives itself an IPv6 address.
Result<> keep_without_address(const UniqueFd& netlink, std::uint32_t device) {
  const std::uint8_t none = IN6_ADDR_GEN_MODE_NONE;
  NetlinkRequest request(RTM_NEWLINK, NLM_F_ACK);
  request.fixed(about_device(device))
      .begin(IFLA_AF_SPEC)
      .begin(AF_INET6)
      .put(IFLA_INET6_ADDR_GEN_MODE, &none, sizeof none)
      .end()
      .end();
  return ask_kernel(netlink, std::move(request), "keep a device without an address");
}

}  // namespace

Result<> make_pair_into(const UniqueFd& netlink, int other_network, const std::string& their_name) {
  NetlinkRequest request(RTM_NEWLINK, NLM_F_ACK | NLM_F_CREATE | NLM_F_EXCL);
  request.fixed(about_device(0))
      .text(IFLA_IFNAME, "slip%d")  // the kernel puts a number
      .number(IFLA_MTU, kMtu)
      .begin(IFLA_LINKINFO)
      .text(IFLA_INFO_KIND, "veth")
      .begin(IFLA_INFO_DATA)
      .begin(VETH_INFO_PEER)
      .fixed(about_device(0))
      .text(IFLA_IFNAME, their_name)
      .number(IFLA_MTU, kMtu)
      .number(IFLA_NET_NS_FD, static_cast<std::uint32_t>(other_network))
      .end()
      .end()
      .end();
  return ask_kernel(netlink, std::move(request), "make a pair of devices");
}

Result<DevicePair> find_pair(const UniqueFd& netlink_there, const std::string& name) {
  DevicePair pair;
  NetlinkRequest request(RTM_GETLINK, NLM_F_ACK);
  request.fixed(about_device(0)).text(IFLA_IFNAME, name);
  TRY(ask_kernel(netlink_there, std::move(request), "find a device", [&](const nlmsghdr& message) {
    if (message.nlmsg_type != RTM_NEWLINK) return;
    pair.theirs =
        static_cast<std::uint32_t>(static_cast<const ifinfomsg*>(NLMSG_DATA(&message))->ifi_index);
    pair.ours = number_in(find_attribute(message, sizeof(ifinfomsg), IFLA_LINK));
  }));
  return pair;
}

Result<std::uint32_t> network_behind(const UniqueFd& netlink, std::uint32_t device) {
  std::optional<std::uint32_t> id;
  NetlinkRequest request(RTM_GETLINK, NLM_F_ACK);
  request.fixed(about_device(device));
  TRY(ask_kernel(netlink, std::move(request), "look behind a device", [&](const nlmsghdr& message) {
    const auto found = find_attribute(message, sizeof(ifinfomsg), IFLA_LINK_NETNSID);
    if (!found.empty()) id = number_in(found);
  }));
  if (id) return *id;
  return Error{.code = ErrorCode::not_found, .message = "a device leads into no network"};
}

Result<bool> device_exists(const UniqueFd& netlink, std::uint32_t device) {
  NetlinkRequest request(RTM_GETLINK, NLM_F_ACK);
  request.fixed(about_device(device));
  const auto asked = ask_kernel(netlink, std::move(request), "look for a device");
  if (!asked && asked.error().code != ErrorCode::not_found) return asked.error();
  return asked.has_value();
}

Result<> remove_device(const UniqueFd& netlink, std::uint32_t device) {
  NetlinkRequest request(RTM_DELLINK, NLM_F_ACK);
  request.fixed(about_device(device));
  return ask_kernel(netlink, std::move(request), "remove a device");
}

Result<> bring_up_for_loopback(const UniqueFd& netlink, std::uint32_t device) {
  const bool has_ipv6 = ::access("/proc/sys/net/ipv6", F_OK) == 0;
  if (has_ipv6) TRY(keep_without_address(netlink, device));
  ifinfomsg about = about_device(device);
  about.ifi_flags = IFF_UP | IFF_NOARP;
  about.ifi_change = IFF_UP | IFF_NOARP;
  NetlinkRequest request(RTM_NEWLINK, NLM_F_ACK);
  request.fixed(about)
      .begin(IFLA_AF_SPEC)
      .begin(AF_INET)
      .begin(IFLA_INET_CONF)
      .number(IPV4_DEVCONF_ROUTE_LOCALNET, 1)
      .number(IPV4_DEVCONF_ACCEPT_LOCAL, 1)
      .number(IPV4_DEVCONF_RP_FILTER, 0)
      .end()
      .end()
      .end();
  return ask_kernel(netlink, std::move(request), "bring a device up");
}

Result<> wait_until_up(const UniqueFd& netlink, std::uint32_t device) {
  const auto deadline = std::chrono::steady_clock::now() + kPatience;
  while (true) {
    std::uint8_t state = IF_OPER_UNKNOWN;
    NetlinkRequest request(RTM_GETLINK, NLM_F_ACK);
    request.fixed(about_device(device));
    TRY(ask_kernel(netlink, std::move(request), "look at a device", [&](const nlmsghdr& message) {
      const auto found = find_attribute(message, sizeof(ifinfomsg), IFLA_OPERSTATE);
      if (!found.empty()) state = static_cast<std::uint8_t>(found.front());
    }));
    if (state == IF_OPER_UP) return {};
    if (std::chrono::steady_clock::now() > deadline) {
      return Error{.code = ErrorCode::timed_out, .message = "a device does not come up"};
    }
    std::this_thread::sleep_for(kPause);
  }
}

Result<> put_program(const UniqueFd& netlink, std::uint32_t device, Way way,
                     const UniqueFd& program, const std::string& name) {
  TRY(allow_programs(netlink, device));
  tcmsg about = about_program(device, way);
  about.tcm_handle = kHandle;
  about.tcm_info = TC_H_MAKE(kPriority << 16, htons(ETH_P_ALL));
  NetlinkRequest request(RTM_NEWTFILTER, NLM_F_ACK | NLM_F_CREATE);
  request.fixed(about)
      .text(TCA_KIND, "bpf")
      .begin(TCA_OPTIONS)
      .number(TCA_BPF_FD, static_cast<std::uint32_t>(program.get()))
      .text(TCA_BPF_NAME, name)
      .number(TCA_BPF_FLAGS, TCA_BPF_FLAG_ACT_DIRECT)
      .end();
  return ask_kernel(netlink, std::move(request), "put a program at a device");
}

Result<std::optional<std::uint32_t>> find_program(const UniqueFd& netlink, std::uint32_t device,
                                                  Way way, const std::string& name) {
  std::optional<std::uint32_t> id;
  NetlinkRequest request(RTM_GETTFILTER, NLM_F_DUMP);
  request.fixed(about_program(device, way));
  TRY(ask_kernel(netlink, std::move(request), "look for programs", [&](const nlmsghdr& message) {
    const auto options = find_attribute(message, sizeof(tcmsg), TCA_OPTIONS);
    const auto found = find_inside(options, TCA_BPF_NAME);
    if (found.substr(0, found.find('\0')) != name) return;
    id = number_in(find_inside(options, TCA_BPF_ID));
  }));
  return id;
}

Result<> remove_program(const UniqueFd& netlink, std::uint32_t device, Way way) {
  tcmsg about = about_program(device, way);
  about.tcm_handle = kHandle;
  about.tcm_info = TC_H_MAKE(kPriority << 16, htons(ETH_P_ALL));
  NetlinkRequest request(RTM_DELTFILTER, NLM_F_ACK);
  request.fixed(about).text(TCA_KIND, "bpf");
  return ask_kernel(netlink, std::move(request), "remove a program from a device");
}

}  // namespace slip
