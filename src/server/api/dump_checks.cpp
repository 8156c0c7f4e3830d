// SPDX-License-Identifier: Apache-2.0
#include "server/api/dump_checks.h"

#include <algorithm>

#include "operations/guarded.h"
#include "ports/kinds.h"
#include "server/api/answer.h"

namespace slip::api {
namespace {

constexpr std::size_t kAtOnce = 2;
constexpr std::size_t kKept = 20;

}  // namespace

DumpChecks::~DumpChecks() {
  close();
  for (auto& [id, check] : checks_) check->reader.join();
}

void DumpChecks::close() {
  const std::lock_guard guard(lock_);
  is_closed_ = true;
  for (auto& [id, check] : checks_) check->is_wanted = false;
  changed_.notify_all();  // who waits is answered
}

// Of those that have ended.
void DumpChecks::forget_oldest() {
  while (order_.size() >= kKept) {
    const auto ended = std::ranges::find_if(
        order_, [&](const DumpCheckId& id) { return checks_.at(id)->state.outcome.has_value(); });
    if (ended == order_.end()) return;
    checks_.at(*ended)->reader.join();
    checks_.erase(*ended);
    order_.erase(ended);
  }
}

Result<DumpCheckId> DumpChecks::begin(Catalog& catalog, const DumpCheck& facet,
                                      SourceConfig config) {
  const std::lock_guard guard(lock_);
  const auto reads =
      std::ranges::count_if(checks_, [](const auto& one) { return !one.second->state.outcome; });
  if (is_closed_) {
    return Error{.code = ErrorCode::unavailable, .message = "Slipstream is being stopped"};
  }
  if (static_cast<std::size_t>(reads) >= kAtOnce) {
    return Error{.code = ErrorCode::rate_limited,
                 .message = "other dumps are being read",
                 .hint = "Try again when they are through."};
  }
  forget_oldest();
  auto check = std::make_shared<Check>();
  const auto read = [this, &facet, config = std::move(config), check = check.get()] {
    return facet.check_dump(config, [&](std::string_view what, std::optional<double>) {
      const std::lock_guard telling(lock_);
      check->state.progress = what;
      return check->is_wanted.load();
    });
  };
  check->reader = std::thread([this, &catalog, read, check = check.get()] {
    auto outcome = guarded(catalog, "read a dump", read);
    const std::lock_guard telling(lock_);
    check->state.outcome = std::move(outcome);
    changed_.notify_all();
  });
  const auto id = ids_.next<DumpCheckId>();
  checks_.emplace(id, std::move(check));
  order_.push_back(id);
  return id;
}

Result<DumpChecks::State> DumpChecks::wait(const DumpCheckId& id, Duration patience) {
  std::unique_lock guard(lock_);
  const auto found = checks_.find(id);
  if (found == checks_.end()) {
    return Error{.code = ErrorCode::not_found,
                 .message = "there is no check of a dump " + id.str(),
                 .hint = "It is forgotten when Slipstream is restarted: begin it again."};
  }
  const auto check = found->second;
  changed_.wait_for(guard, patience,
                    [&] { return check->state.outcome.has_value() || is_closed_; });
  return check->state;
}

Result<> DumpChecks::end(const DumpCheckId& id) {
  const std::lock_guard guard(lock_);
  const auto found = checks_.find(id);
  if (found == checks_.end()) {
    return Error{.code = ErrorCode::not_found,
                 .message = "there is no check of a dump " + id.str()};
  }
  found->second->is_wanted = false;
  return {};
}

namespace {

struct CheckBody {
  std::string kind;
  std::map<std::string, std::string> settings;
};
BOOST_DESCRIBE_STRUCT(CheckBody, (), (kind, settings))

// It says what went wrong as a value: the request for it went well.
json::value failure_json(const Error& error) {
  return json::object{{"code", to_string(error.code)},
                      {"message", error.describe()},
                      {"hint", error.hint},
                      {"detail", error.detail}};
}

Result<http::Response> show_dump_check(Call& call, const DumpCheckId& id, int status) {
  const auto seconds = TRY(call.number("wait", 0, 60)).value_or(0);
  auto place = call.api.waiting_place();
  const auto patience = place.is_taken() ? Duration(std::chrono::seconds(seconds)) : Duration(100);
  const auto state = TRY(call.api.dump_checks.wait(id, seconds == 0 ? Duration(0) : patience));
  TRY(call.look_again());
  TRY(must_be_admin(call.actor));
  json::object shown{{"id", id.str()},
                     {"state", "running"},
                     {"progress", state.progress},
                     {"report", nullptr},
                     {"failure", nullptr}};
  if (state.outcome) {
    const auto& outcome = *state.outcome;
    shown["state"] = outcome ? "succeeded" : "failed";
    if (outcome) shown["report"] = to_json(*outcome);
    if (!outcome) shown["failure"] = failure_json(outcome.error());
  }
  return answer(status, shown);
}

Result<http::Response> begin(Call& call) {
  TRY(must_be_admin(call.actor));
  const auto body = TRY(read_body<CheckBody>(call));
  const SourceConfig config{.kind = body.kind, .settings = body.settings, .run = {}};
  const Adapter* adapter = TRY(call.api.world().adapter(config.kind));
  const auto* facet = TRY(dump_check_of(*adapter));
  TRY(adapter->validate(config));
  return show_dump_check(call, TRY(call.api.dump_checks.begin(call.api.catalog(), *facet, config)),
                         202);
}

}  // namespace

void add_dump_checks(Routes& routes) {
  routes.add("POST /dump-checks", begin);
  routes.add("GET /dump-checks/{check}", [](Call& call) -> Result<http::Response> {
    TRY(must_be_admin(call.actor));
    return show_dump_check(call, DumpCheckId(call.param("check")), 200);
  });
  routes.add("DELETE /dump-checks/{check}", [](Call& call) -> Result<http::Response> {
    TRY(must_be_admin(call.actor));
    TRY(call.api.dump_checks.end(DumpCheckId(call.param("check"))));
    return http::no_content();
  });
}

}  // namespace slip::api
