// SPDX-License-Identifier: Apache-2.0
#include "client/cli/session.h"

#include <fmt/format.h>

#include <cstdio>

#include "base/id.h"
#include "client/cli/operation_wait.h"
#include "client/cli/password.h"

namespace slip::cli {
namespace {

struct RequestTag {
  static constexpr std::string_view prefix = "req_";
};

bool is_operation(const json::value& answer) {
  return text_in(answer, "id").starts_with("op_");
}

bool wants_present_password(const Error& error) {
  return error.code == ErrorCode::permission_denied && error.context.size() == 1 &&
         error.context[0] == "present password";
}

Result<json::value> body_of(const ApiResponse& response) {
  TRY(check_status(response));
  return response.body();
}

}  // namespace

Session::Session(GlobalOptions options, Environment environment)
    : options_(std::move(options)), environment_(std::move(environment)) {}

Result<FoundDaemon> Session::daemon() const {
  return find_daemon(options_.address, environment_);
}

Result<Credentials> Session::credentials() const {
  return Credentials::at_home(environment_);
}

Result<ApiClient*> Session::client() {
  if (client_) return &*client_;
  const FoundDaemon found = TRY(daemon());
  is_own_installation_ = found.how.starts_with("the installation");
  ApiClientOptions options{.address = found.address};
  if (!options_.certificate.empty()) options.trusted_certificate = options_.certificate;
  // Set but empty, SLIP_TOKEN means: not with the saved login either.
  if (const auto token = environment_("SLIP_TOKEN")) {
    if (!token->empty()) {
      options.token = Secret(*token);
      login_ = "SLIP_TOKEN";
    }
  } else if (const auto saved = TRY(TRY(credentials()).find(found.address.to_string()))) {
    options.token = saved->token;
    login_ = "the saved login of " + saved->user;
  }
  client_.emplace(std::move(options));
  return &*client_;
}

Error Session::explain(Error error) const {
  if (error.code == ErrorCode::unauthenticated) {
    error.hint = login_.empty() ? "Log in: slip login --user NAME"
                                : "The daemon does not know " + login_ +
                                      " (any more). Log in: slip login --user NAME";
  }
  if (error.code == ErrorCode::unavailable && is_own_installation_) {
    error.hint =
        "If the daemon is not running, ./start brings it up; as a service, systemctl start "
        "slipstreamd.";
  }
  return error;
}

Result<ApiResponse> Session::send(ApiRequest request) {
  ApiClient& to = *TRY(client());
  auto response = to.send(request);
  if (!response) return explain(std::move(response).error());
  if (auto status = check_status(*response); !status) return explain(std::move(status).error());
  return response;
}

Result<json::value> Session::get(const std::string& path) {
  return body_of(TRY(send({.path = path})));
}

Result<json::value> Session::list(const std::string& path) {
  json::value all = TRY(get(path));
  std::string next = text_in(all, "next");
  const char join = path.find('?') == std::string::npos ? '?' : '&';
  while (!next.empty()) {
    const json::value page = TRY(get(path + join + "cursor=" + encode_segment(next)));
    auto& items = all.get_object()["items"].get_array();
    for (const auto& item : list_in(page, "items")) items.push_back(item);
    // A daemon that does not know the cursor would answer with the first page for ever.
    if (text_in(page, "next") == next) break;
    next = text_in(page, "next");
  }
  if (all.is_object() && all.get_object().contains("next")) all.get_object()["next"] = nullptr;
  return all;
}

Result<json::value> Session::wait_for(const json::value& operation) {
  last_operation_ = text_in(operation, "id");
  return follow_to_its_end(*this, operation);
}

Result<Outcome> Session::change(const Change& change) {
  ApiRequest request{.method = change.method, .path = change.path};
  if (!change.body.is_null()) request.body = change.body;
  RandomIds ids;
  request.headers["Idempotency-Key"] = ids.next<Id<RequestTag>>().str();
  auto sent = send(request);
  // A token that expires makes nothing that lasts longer without its user's password.
  if (!sent && wants_present_password(sent.error())) {
    auto password = read_password("", "Your own password");
    if (password) {
      request.headers["Slip-Present-Password"] = password->reveal();
      sent = send(std::move(request));
    }
  }
  auto answer = body_of(TRY(in_context(change.attempt, std::move(sent))));
  if (!answer || !is_operation(*answer)) return Outcome{TRY(std::move(answer))};
  last_operation_ = text_in(*answer, "id");
  if (options_.no_wait) return Outcome{*std::move(answer), Outcome::State::begun};
  return Outcome{TRY(wait_for(*answer))};
}

void Session::print(std::string_view text) const {
  std::fwrite(text.data(), 1, text.size(), stdout);
  std::fflush(stdout);
}

void Session::print_json(const json::value& value) const {
  print(pretty(value));
}

std::string api_path(const std::vector<std::string>& parts) {
  std::string path = "/api/v1";
  for (const auto& part : parts) path += "/" + encode_segment(part);
  return path;
}

std::string with_query(std::string path,
                       const std::vector<std::pair<std::string, std::string>>& query) {
  char join = '?';
  for (const auto& [name, value] : query) {
    if (value.empty()) continue;
    path += join + name + "=" + encode_segment(value);
    join = '&';
  }
  return path;
}

Result<> carry_out(Session& session, const Change& change, const Sentence& sentence) {
  const Outcome outcome = TRY(session.change(change));
  if (session.json()) {
    if (!outcome.answer.is_null()) session.print_json(outcome.answer);
  } else if (outcome.state == Outcome::State::begun) {
    const auto id = text_in(outcome.answer, "id");
    session.print(fmt::format("Begun: {}. See how it goes: slip operations show {}\n",
                              text_in(outcome.answer, "words"), id));
  } else {
    session.print(sentence(outcome.answer) + "\n");
  }
  return {};
}

}  // namespace slip::cli
