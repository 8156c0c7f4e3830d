// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <linux/netlink.h>

#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "base/fd.h"
#include "base/result.h"

namespace slip {

// One message to the kernel: its header, a fixed part and attributes, some with attributes inside.
class NetlinkRequest {
 public:
  NetlinkRequest(std::uint16_t type, std::uint16_t flags);

  template <class Fixed>
  NetlinkRequest& fixed(const Fixed& part) {
    append(&part, sizeof part);
    return *this;
  }
  NetlinkRequest& put(std::uint16_t attribute, const void* value, std::size_t bytes);
  NetlinkRequest& number(std::uint16_t attribute, std::uint32_t value) {
    return put(attribute, &value, sizeof value);
  }
  NetlinkRequest& text(std::uint16_t attribute, const std::string& value) {
    return put(attribute, value.c_str(), value.size() + 1);
  }
  // Whatever is put until `end` is inside.
  NetlinkRequest& begin(std::uint16_t attribute);
  NetlinkRequest& end();

  // The kernel's answers have the same number.
  const std::vector<char>& message(std::uint32_t number);

 private:
  void append(const void* what, std::size_t bytes);

  std::vector<char> bytes_;
  std::vector<std::size_t> open_;
};

// A socket of the network that the calling thread is in.
Result<UniqueFd> open_netlink(int protocol);
// The same of another network, which root alone may enter so.
Result<UniqueFd> open_netlink_in(int network, int protocol);

// Sends and waits for what the kernel says, each message of its answer to `take`; what it yet says
// to an earlier request is skipped. The error keeps errno's meaning (base/system_error.h); a device
// that is not there is `not_found`, too.
Result<> ask_kernel(const UniqueFd& netlink, NetlinkRequest request, const std::string& what,
                    const std::function<void(const nlmsghdr&)>& take = {});

// Of a message with a fixed part of that size; empty: it is not there.
std::string_view find_attribute(const nlmsghdr& message, std::size_t fixed_bytes,
                                std::uint16_t attribute);
std::string_view find_inside(std::string_view attributes, std::uint16_t attribute);

}  // namespace slip
