// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "base/fd.h"
#include "base/result.h"

namespace slip {

// Network devices and the programs at them, over a netlink socket of the network that they are in
// (gateway/netlink.h). Devices are named by their index.

struct DevicePair {
  std::uint32_t ours = 0;
  std::uint32_t theirs = 0;  // in the other network
};
// The id that this network has for the one in which the device's other end is. Errors: `not_found`.
Result<std::uint32_t> network_behind(const UniqueFd& netlink, std::uint32_t device);

constexpr std::uint32_t kLoopbackDevice = 1;

// Not up yet, and without any address. Errors: `unsupported`, `already_exists` (the name, there).
Result<> make_pair_into(const UniqueFd& netlink, int other_network, const std::string& their_name);
// The pair whose end in this network has that name. Errors: `not_found`.
Result<DevicePair> find_pair(const UniqueFd& netlink_there, const std::string& name);
// Errors: `internal`, which says nothing about the device.
Result<bool> device_exists(const UniqueFd& netlink, std::uint32_t device);
Result<> remove_device(const UniqueFd& netlink, std::uint32_t device);

// Takes packets of loopback addresses too, and begins. It has no address: browsers on this machine
// break off all their connections when one comes or goes.
Result<> bring_up_for_loopback(const UniqueFd& netlink, std::uint32_t device);
// Until then what is sent through it is dropped. Errors: `timed_out` (a second).
Result<> wait_until_up(const UniqueFd& netlink, std::uint32_t device);

enum class Way { in, out };
// Of a program at a device. Put again, the new one replaces the old at once.
Result<> put_program(const UniqueFd& netlink, std::uint32_t device, Way way,
                     const UniqueFd& program, const std::string& name);
// Its id, if a program of that name is there.
Result<std::optional<std::uint32_t>> find_program(const UniqueFd& netlink, std::uint32_t device,
                                                  Way way, const std::string& name);
Result<> remove_program(const UniqueFd& netlink, std::uint32_t device, Way way);

}  // namespace slip
