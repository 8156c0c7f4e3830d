// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

#include "gateway/bpf.h"

namespace slip {

// The programs that lead loopback connections of this machine into a branch's network and back, in
// the kernel, without keeping anything for each connection.
//
// A client's packets go from 127.0.0.1 to 127.0.0.1:endpoint. On their way out they become packets
// to 127.H.L.211:target, where H and L are the two bytes of the endpoint's port, and go through a
// pair of virtual devices into the branch's network. So the address says through which endpoint
// they came, whoever listens sees its client at 127.0.0.1 with the port that it really has, and no
// two connections look alike. The first packet is given to whoever listens at 127.0.0.1:target, or
// everywhere. One that looks like a connection which the branch has not forgotten yet, since a
// server that ends a connection itself keeps it for a minute, goes to who listens here. What it
// answers goes the same way back.
//
// Ports and addresses are in network byte order.

// One endpoint's value in the table of leads; the key is its port in a word.
struct Lead {
  std::uint32_t device = 0;  // our end of the pair
  std::uint16_t target = 0;
  std::uint16_t held = 0;     // 1: new connections go to who listens here, for later
  std::uint32_t network = 0;  // the branch's, by the id that it has in ours

  bool operator==(const Lead&) const = default;
};

constexpr std::uint32_t kLeadsMax = 65536;

// Of a listening socket (SO_PRIORITY): its new connections may be led on. Another program's, which
// may have the port when we are away, are left alone.
constexpr int kMayBeLed = 0x51a9;

// The address at which the endpoint's connections arrive in the branch.
std::uint32_t address_of_endpoint(std::uint16_t port);
bool is_address_of_endpoint(std::uint32_t address);

BpfCode leave_machine(const UniqueFd& leads);      // on the way out of this machine's loopback
BpfCode return_to_machine(const UniqueFd& leads);  // what arrives at our end of a pair
BpfCode enter_branch();                            // what arrives at the branch's end
BpfCode leave_branch(std::uint32_t device);        // on the way out of the branch's loopback

}  // namespace slip
