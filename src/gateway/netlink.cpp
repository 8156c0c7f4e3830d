// SPDX-License-Identifier: Apache-2.0
#include "gateway/netlink.h"

#include <sched.h>
#include <sys/socket.h>
#include <sys/time.h>

#include <atomic>
#include <cerrno>
#include <cstddef>
#include <cstring>
#include <thread>

#include "base/system_error.h"

namespace slip {
namespace {

constexpr std::size_t kAnswerBytes = 64 << 10;
constexpr int kPatienceSeconds = 10;

std::size_t aligned(std::size_t bytes) {
  return (bytes + 3) & ~std::size_t{3};
}

// Never 0, which is of what the kernel says unasked.
std::uint32_t next_number() {
  static std::atomic<std::uint32_t> last = 0;
  const std::uint32_t number = ++last;
  return number != 0 ? number : ++last;
}

Error failed_with(int errno_value, const std::string& what) {
  Error error = error_from_errno(errno_value, what);
  if (errno_value == ENODEV) error.code = ErrorCode::not_found;
  return error;
}

}  // namespace

NetlinkRequest::NetlinkRequest(std::uint16_t type, std::uint16_t flags) {
  nlmsghdr header{};
  header.nlmsg_type = type;
  header.nlmsg_flags = static_cast<std::uint16_t>(NLM_F_REQUEST | flags);
  append(&header, sizeof header);
}

void NetlinkRequest::append(const void* what, std::size_t bytes) {
  const auto* from = static_cast<const char*>(what);
  bytes_.insert(bytes_.end(), from, from + bytes);
  bytes_.resize(aligned(bytes_.size()));
}

NetlinkRequest& NetlinkRequest::put(std::uint16_t attribute, const void* value, std::size_t bytes) {
  const nlattr header{static_cast<std::uint16_t>(sizeof(nlattr) + bytes), attribute};
  append(&header, sizeof header);
  append(value, bytes);
  return *this;
}

NetlinkRequest& NetlinkRequest::begin(std::uint16_t attribute) {
  open_.push_back(bytes_.size());
  const nlattr header{sizeof(nlattr), attribute};
  append(&header, sizeof header);
  return *this;
}

NetlinkRequest& NetlinkRequest::end() {
  const auto length = static_cast<std::uint16_t>(bytes_.size() - open_.back());
  std::memcpy(bytes_.data() + open_.back(), &length, sizeof length);
  open_.pop_back();
  return *this;
}

const std::vector<char>& NetlinkRequest::message(std::uint32_t number) {
  const auto length = static_cast<std::uint32_t>(bytes_.size());
  std::memcpy(bytes_.data() + offsetof(nlmsghdr, nlmsg_len), &length, sizeof length);
  std::memcpy(bytes_.data() + offsetof(nlmsghdr, nlmsg_seq), &number, sizeof number);
  return bytes_;
}

Result<UniqueFd> open_netlink(int protocol) {
  UniqueFd made(socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, protocol));
  if (!made) return error_from_errno(errno, "speak to the kernel about networks");
  const timeval patience{.tv_sec = kPatienceSeconds, .tv_usec = 0};
  setsockopt(made.get(), SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
  return made;
}

Result<UniqueFd> open_netlink_in(int network, int protocol) {
  Result<UniqueFd> made = UniqueFd();
  std::thread([&] {
    if (setns(network, CLONE_NEWNET) == 0) {
      made = open_netlink(protocol);
    } else {
      made = error_from_errno(errno, "enter a branch's network");
    }
  }).join();
  return made;
}

Result<> ask_kernel(const UniqueFd& netlink, NetlinkRequest request, const std::string& what,
                    const std::function<void(const nlmsghdr&)>& take) {
  const std::uint32_t number = next_number();
  const auto& message = request.message(number);
  if (send(netlink.get(), message.data(), message.size(), 0) < 0) {
    return error_from_errno(errno, what);
  }
  std::vector<char> answer(kAnswerBytes);
  while (true) {
    const ssize_t got = recv(netlink.get(), answer.data(), answer.size(), 0);
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return error_from_errno(errno, what);
    auto left = static_cast<std::uint32_t>(got);
    for (const auto* one = reinterpret_cast<const nlmsghdr*>(answer.data()); NLMSG_OK(one, left);
         one = NLMSG_NEXT(one, left)) {
      if (one->nlmsg_seq != number) continue;
      if (one->nlmsg_type == NLMSG_DONE) return {};
      if (one->nlmsg_type == NLMSG_ERROR) {
        const int failed = -static_cast<const nlmsgerr*>(NLMSG_DATA(one))->error;
        if (failed == 0) return {};
        return failed_with(failed, what);
      }
      if (take) take(*one);
    }
  }
}

std::string_view find_inside(std::string_view attributes, std::uint16_t attribute) {
  while (attributes.size() >= sizeof(nlattr)) {
    nlattr header{};
    std::memcpy(&header, attributes.data(), sizeof header);
    if (header.nla_len < sizeof header || header.nla_len > attributes.size()) return {};
    if ((header.nla_type & NLA_TYPE_MASK) == attribute) {
      return attributes.substr(sizeof header, header.nla_len - sizeof header);
    }
    attributes.remove_prefix(std::min(aligned(header.nla_len), attributes.size()));
  }
  return {};
}

std::string_view find_attribute(const nlmsghdr& message, std::size_t fixed_bytes,
                                std::uint16_t attribute) {
  const std::size_t before = NLMSG_HDRLEN + aligned(fixed_bytes);
  if (message.nlmsg_len < before) return {};
  return find_inside({reinterpret_cast<const char*>(&message) + before, message.nlmsg_len - before},
                     attribute);
}

}  // namespace slip
