// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "server/http/message.h"

namespace slip::http {

// What an incoming request is held against before a handler sees it.
struct AdmissionRules {
  std::vector<std::string> host_names;  // besides localhost and the loopback addresses
  std::vector<std::string> trusted_proxies = {};
};

// Completes a request that has method, headers, body and peer: fills path, query and cookies from
// `target`; of a trusted proxy's, the peer and the transport are those that the proxy had.
// `local_address` is the address of this machine that the connection came in on.
// Returns the refusal instead where the target is malformed (400), the Host is missing or doubled
// (400) or not one of ours (421: somebody's DNS name may have been bound to our address), or the
// Origin of a changing request is another one than the Host (403: another site, or an application
// on another port of this machine, uses our cookie). Unix sockets are reached by no browser, so
// their Host and Origin do not matter.
std::optional<Response> admit(Request& request, std::string_view target,
                              std::string_view local_address, const AdmissionRules& rules);

}  // namespace slip::http
