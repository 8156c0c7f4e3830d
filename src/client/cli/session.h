// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "client/api_client.h"
#include "client/cli/credentials.h"
#include "client/cli/daemon_address.h"
#include "client/cli/json_view.h"

namespace slip::cli {

// The options that every command takes. Bools, because that is what a flag is parsed into.
struct GlobalOptions {
  AddressFlags address;
  std::string certificate;  // a file: whom to trust besides the system's authorities
  bool json = false;
  bool no_wait = false;
};

// A request that changes something.
struct Change {
  std::string method = "POST";
  std::string path = {};
  json::value body = json::object();
  std::string attempt = {};  // what it is, for "cannot ...": "restore qa"
};

struct Outcome {
  // The operation, or what else the daemon answered; null for an answer without a body.
  json::value answer;
  enum class State { done, begun } state = State::done;  // begun: an operation, not waited for
};

// One run of the command: the daemon it talks to, and how it talks to the person. Connects when it
// is first needed.
class Session {
 public:
  Session(GlobalOptions options, Environment environment);

  // Errors besides the API's: those of find_daemon and ApiClient.
  Result<json::value> get(const std::string& path);
  Result<ApiResponse> send(ApiRequest request);
  // A list with all its pages, as one: {"items": [...], "next": null}.
  Result<json::value> list(const std::string& path);
  // Does it, and waits for the operation to end unless told not to, showing its progress. An
  // operation that fails is an error; `last_operation` then says which.
  Result<Outcome> change(const Change& change);
  // Waits for an operation that has begun.
  Result<json::value> wait_for(const json::value& operation);

  Result<FoundDaemon> daemon() const;
  Result<Credentials> credentials() const;
  // The client, with the login of this user at this daemon.
  Result<ApiClient*> client();
  // How this user is known to the daemon: "SLIP_TOKEN", "the saved login of qa", or empty: as
  // whoever runs the command.
  const std::string& login() const { return login_; }

  bool json() const { return options_.json; }
  const GlobalOptions& options() const { return options_; }
  const Environment& environment() const { return environment_; }
  const std::string& last_operation() const { return last_operation_; }

  // To standard output.
  void print(std::string_view text) const;
  void print_json(const json::value& value) const;

 private:
  Error explain(Error error) const;

  GlobalOptions options_;
  Environment environment_;
  std::optional<ApiClient> client_;
  std::string login_;
  bool is_own_installation_ = false;
  std::string last_operation_;
};

// "/api/v1/containers/qa/bookmarks", with each part encoded.
std::string api_path(const std::vector<std::string>& parts);
// Adds "?a=1&b=2"; pairs with an empty value are left out.
std::string with_query(std::string path,
                       const std::vector<std::pair<std::string, std::string>>& query);

// Does the change and tells how it went: the API's JSON, or `sentence`, which gets the ended
// operation, or what else the daemon answered.
using Sentence = std::function<std::string(const json::value& answer)>;
Result<> carry_out(Session& session, const Change& change, const Sentence& sentence);

}  // namespace slip::cli
