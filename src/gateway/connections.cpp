// SPDX-License-Identifier: Apache-2.0
#include "gateway/connections.h"

#include <linux/inet_diag.h>
#include <linux/sock_diag.h>
#include <netinet/in.h>
#include <netinet/tcp.h>

#include <vector>

#include "gateway/netlink.h"

namespace slip {
namespace {

constexpr std::uint32_t kConnections = ~(1U << TCP_LISTEN | 1U << TCP_TIME_WAIT | 1U << TCP_CLOSE);

inet_diag_req_v2 about_connections(std::uint8_t family) {
  inet_diag_req_v2 about{};
  about.sdiag_family = family;
  about.sdiag_protocol = IPPROTO_TCP;
  about.idiag_states = kConnections;
  return about;
}

// Whoever listens with an IPv6 socket has connections of IPv4 at ::ffff:address.
bool is_at(const inet_diag_sockid& id, std::uint8_t family, std::uint32_t address) {
  if (family == AF_INET) return id.idiag_src[0] == address;
  return id.idiag_src[0] == 0 && id.idiag_src[1] == 0 && id.idiag_src[2] == htonl(0xffff) &&
         id.idiag_src[3] == address;
}

Result<> end_connections_of(std::uint8_t family, const UniqueFd& diagnosis, std::uint32_t address) {
  std::vector<inet_diag_sockid> found;
  NetlinkRequest list(SOCK_DIAG_BY_FAMILY, NLM_F_DUMP);
  list.fixed(about_connections(family));
  TRY(ask_kernel(diagnosis, std::move(list), "list connections", [&](const nlmsghdr& message) {
    if (message.nlmsg_len < NLMSG_LENGTH(sizeof(inet_diag_msg))) return;
    const auto& one = *static_cast<const inet_diag_msg*>(NLMSG_DATA(&message));
    if (is_at(one.id, family, address)) found.push_back(one.id);
  }));
  Result<> all;
  for (const auto& id : found) {
    auto about = about_connections(family);
    about.id = id;
    NetlinkRequest request(SOCK_DESTROY, NLM_F_ACK);
    request.fixed(about);
    const auto ended = ask_kernel(diagnosis, std::move(request), "end a connection");
    // One that ended meanwhile is none any more.
    if (!ended && ended.error().code != ErrorCode::not_found && all) all = ended;
  }
  return all;
}

}  // namespace

Result<> end_connections_at(const UniqueFd& diagnosis, std::uint32_t address) {
  auto ipv4 = end_connections_of(AF_INET, diagnosis, address);
  auto ipv6 = end_connections_of(AF_INET6, diagnosis, address);
  return ipv4 ? ipv6 : ipv4;
}

}  // namespace slip
