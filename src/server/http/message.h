// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace slip::http {

class Subscription;

// Header fields in the order they came. Names compare without case.
class Headers {
 public:
  // The first value of that name.
  std::optional<std::string_view> find(std::string_view name) const;
  bool contains(std::string_view name) const { return find(name).has_value(); }
  // Replaces every field of that name.
  void set(std::string_view name, std::string value);
  // Keeps what is there: for Set-Cookie.
  void add(std::string_view name, std::string value);
  void set_if_missing(std::string_view name, std::string value);

  auto begin() const { return fields_.begin(); }
  auto end() const { return fields_.end(); }

 private:
  std::vector<std::pair<std::string, std::string>> fields_;
};

// Who is at the other end of the connection.
struct Peer {
  enum class Kind { tcp, unix_socket };
  Kind kind = Kind::tcp;
  // The IP address without port, as a trusted proxy tells it; empty for a unix socket.
  std::string address = {};
  std::optional<uid_t> uid =
      {};  // unix socket: the user of the process that connected, from the kernel
};

// A process of root's, or of the user that we run as, at the other end of a unix socket: whoever
// may do anything to us anyway.
bool is_of_the_machine(const Peer& peer);

enum class Transport { plain, tls };

// A request that has been read whole and checked: the path is decoded, valid UTF-8 without NUL, the
// Host is one of ours, and the Origin of anything but GET and HEAD is our own or absent.
struct Request {
  std::string method = {};             // as sent: "GET", "POST", ...
  std::vector<std::string> path = {};  // decoded segments: /api/a%20b is {"api", "a b"}
  std::multimap<std::string, std::string> query = {};  // decoded; '+' is a space
  Headers headers = {};
  // All of them: another application of this host may have set one of the same name.
  std::multimap<std::string, std::string> cookies = {};
  std::string body = {};
  Peer peer = {};
  Transport transport = Transport::plain;

  // The first query parameter of that name.
  std::optional<std::string> parameter(const std::string& name) const;
  // "Authorization: Bearer <token>".
  std::optional<std::string> bearer_token() const;
};

// What to answer. The server adds Content-Length, Date, Connection and the security headers, and
// leaves the body out where the method or status has none.
struct Response {
  int status = 200;
  Headers headers = {};
  std::string body = {};
  // When set, the response is a stream of server-sent events and `body` is not used.
  std::shared_ptr<Subscription> events = {};
};

Response json_response(int status, std::string json_text);
Response text_response(int status, std::string text);
Response no_content();
// 200, text/event-stream: everything pushed to the subscription goes to this client.
Response event_response(std::shared_ptr<Subscription> subscription);

}  // namespace slip::http
