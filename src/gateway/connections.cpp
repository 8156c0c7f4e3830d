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

inet_diag_req_v2 about_connections() {
  inet_diag_req_v2 about{};
  about.sdiag_family = AF_INET;
  about.sdiag_protocol = IPPROTO_TCP;
  about.idiag_states = kConnections;
  return about;
}

}  // namespace

Result<> end_connections_at(const UniqueFd& diagnosis, std::uint32_t address) {
  std::vector<inet_diag_sockid> found;
  NetlinkRequest list(SOCK_DIAG_BY_FAMILY, NLM_F_DUMP);
  list.fixed(about_connections());
  TRY(ask_kernel(diagnosis, std::move(list), "list connections", [&](const nlmsghdr& message) {
    if (message.nlmsg_len < NLMSG_LENGTH(sizeof(inet_diag_msg))) return;
    const auto& one = *static_cast<const inet_diag_msg*>(NLMSG_DATA(&message));
    if (one.id.idiag_src[0] == address) found.push_back(one.id);
  }));
  for (const auto& id : found) {
    auto about = about_connections();
    about.id = id;
    NetlinkRequest request(SOCK_DESTROY, NLM_F_ACK);
    request.fixed(about);
    const auto ended = ask_kernel(diagnosis, std::move(request), "end a connection");
    // One that ended meanwhile is none any more.
    if (!ended && ended.error().code != ErrorCode::not_found) return ended;
  }
  return {};
}

}  // namespace slip
