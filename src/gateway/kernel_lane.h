// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <set>

#include "base/fd.h"
#include "base/result.h"
#include "gateway/devices.h"

namespace slip {

// Leads loopback connections of this machine into networks of branches in the kernel, so that no
// process copies what they carry (gateway/lane_programs.h says how). Only for root.
//
// What leads where is kept in the kernel, one table for all that use this machine's loopback, and
// goes on when this object is gone: connections outlive the daemon, and new ones are led on
// meanwhile. Another object finds the table again. Whatever the lane does not take reaches the
// listening socket of the port as it always did: connections to other addresses, ports that lead
// nowhere, those that are held. Of each port that is led somebody listens here, with a socket that
// `allow` was told of. Nothing is kept open in a branch's network, which ends with its last
// program.
//
// Not thread-safe.
class KernelLane {
 public:
  // Errors: `unsupported` (not root, or the kernel refuses; says what), `internal`.
  static Result<std::unique_ptr<KernelLane>> open();
  // Forgets leads into networks that are gone; with the last lead the table goes, too.
  ~KernelLane();
  KernelLane(const KernelLane&) = delete;
  KernelLane& operator=(const KernelLane&) = delete;

  static void allow(const UniqueFd& listener);

  // New connections to 127.0.0.1:port go to 127.0.0.1:target of that network (a descriptor of it),
  // and wait no longer. Those that are led there already go on. The first lead into a network tries
  // whether connections really get there and can be ended; if not, nothing is led into it, and
  // nothing at all any more where they do not get into an empty network either. Errors:
  // `unsupported` (they do not), `internal`, all with the port led nowhere.
  Result<> lead(std::uint16_t port, int network, std::uint16_t target);
  // What the first lead into that network would make and try. Errors: those of `lead`.
  Result<> make_way(int network);
  // From now on new connections come to the listener here.
  void hold(std::uint16_t port);
  // Ends those connections of the port that were led into the network. Hold it first.
  Result<> cut(std::uint16_t port, int network);
  // The port leads nowhere; connections are reset when one of their sides says something.
  void forget(std::uint16_t port);
  // Forgets what leads into the networks that this object has led a port into, but for these ports:
  // a process that was killed may have left it. Leads of others into other networks stay.
  void forget_all_but(const std::set<std::uint16_t>& ports);

  // Until nothing leads anywhere: networks end a moment after their last program.
  void wait_until_unused(std::chrono::milliseconds patience);

  // Readable when `look` has something to do: it forgets leads into networks that have ended.
  int events() const { return links_.get(); }
  void look();

 private:
  KernelLane() = default;
  Result<> find_or_make_leads();
  Result<> lead_into(std::uint16_t port, int network, std::uint16_t target);
  Result<std::uint32_t> find_or_make_way(int network);
  Result<std::uint32_t> find_or_make_device(int network);
  Result<DevicePair> find_or_make_pair(int network, const UniqueFd& there);
  Result<> prepare_and_try(const DevicePair& pair, int network, const UniqueFd& there);
  Result<> prepare(const DevicePair& pair, const UniqueFd& there);
  Result<> try_device(std::uint32_t device, int network);
  Result<> try_empty_network();
  void forget_device(std::uint32_t device);
  void forget_what_is_gone();
  bool unused() const;

  UniqueFd netlink_;
  UniqueFd links_;  // hears what becomes of devices
  UniqueFd leads_;
  std::uint32_t program_ = 0;  // at this machine's loopback, by its id
  UniqueFd return_to_machine_;
  UniqueFd enter_branch_;
  std::map<std::uint32_t, std::optional<Error>> tried_;  // devices, and why they lead nowhere
  std::optional<Error> refused_;                         // why none does
};

}  // namespace slip
