// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include "client/cli/commands.h"
#include "client/cli/figures.h"
#include "client/cli/source_commands.h"
#include "client/cli/table.h"
#include "client/cli/words.h"

namespace slip::cli {
namespace {

std::optional<Duration> lag_of(const json::value& status) {
  const auto* lag = find_in(status, "state.lag_ms");
  if (lag == nullptr || !lag->is_number()) return std::nullopt;
  return Duration(number_in(status, "state.lag_ms"));
}

// "following", "catching up", or how it gets its data else.
std::string health_of(const json::value& status) {
  if (!flag_in(status, "follows")) return "copied when synced";
  auto health = text_in(status, "state.health");
  if (health == "catching_up") health = "catching up";
  if (health == "lost") health = "lost: seed it anew";
  return health;
}

std::string lag_words(const json::value& status) {
  const auto lag = lag_of(status);
  if (!lag) return "";
  const auto* bytes = find_in(status, "state.lag_bytes");
  std::string words = took(*lag);
  if (bytes != nullptr && bytes->is_number())
    words += ", " + size(number_in(status, "state.lag_bytes"));
  return words;
}

std::string next_words(const json::value& status) {
  const auto next = time_in(status, "next_sync");
  return next ? ago(*next, now()) : "when told";
}

// What went wrong last, if that is so still.
std::string problem_of(const json::value& status) {
  const auto problem = text_in(status, "state.problem");
  if (!problem.empty()) return problem;
  if (text_in(status, "last.state") == "failed") {
    return "the last sync failed: " + text_in(status, "last.failure");
  }
  return "";
}

Result<> show_one(Session& session, const json::value& status) {
  const auto synced = time_in(status, "synced_at");
  const auto position = time_in(status, "position.at");
  const auto data_time = time_in(status, "state.data_time");
  std::vector<std::pair<std::string, std::string>> lines{
      {"source", text_in(status, "name")},
      {"kind", text_in(status, "kind")},
      {"state", health_of(status)},
      {"lag", lag_words(status)},
      {"newest change here", data_time ? moment(*data_time, now()) : ""},
      {"position", text_in(status, "state.position")}};
  const auto* ahead = find_in(status, "state.clock_ahead_ms");
  if (ahead != nullptr && ahead->is_number()) {
    const auto ms = number_in(status, "state.clock_ahead_ms");
    lines.emplace_back("its clock", fmt::format("{} ms {} this machine's", ms < 0 ? -ms : ms,
                                                ms < 0 ? "behind" : "ahead of"));
  }
  const auto* kept = find_in(status, "state.kept_bytes");
  if (kept != nullptr && kept->is_number()) {
    lines.emplace_back("kept for us there", size(number_in(status, "state.kept_bytes")));
  }
  lines.emplace_back(
      "last sync",
      synced ? fmt::format("{} ({})", moment(*synced, now()), ago(*synced, now())) : "not yet");
  lines.emplace_back("its data up to", position ? moment(*position, now()) : "");
  const auto since = time_in(status, "any_second_since");
  lines.emplace_back("any second since", since ? moment(*since, now()) : "");
  lines.emplace_back("schedule", text_in(status, "schedule"));
  lines.emplace_back("next sync", next_words(status));
  lines.emplace_back("problem", problem_of(status));
  lines.emplace_back("what to do", problem_of(status).empty() ? "" : text_in(status, "state.hint"));
  session.print(fields(lines));
  return {};
}

Result<> show_all(Session& session) {
  const json::value all = TRY(session.list(api_path({"sources"})));
  json::array statuses;
  for (const auto& source : list_in(all, "items")) {
    statuses.push_back(TRY(session.get(api_path({"sources", text_in(source, "id"), "status"}))));
  }
  if (session.json()) {
    session.print_json(json::object{{"items", std::move(statuses)}, {"next", nullptr}});
    return {};
  }
  Table table({{"NAME"}, {"STATE"}, {"LAG"}, {"LAST SYNC"}, {"NEXT"}, {"PROBLEM"}});
  for (const auto& status : statuses) {
    const auto synced = time_in(status, "synced_at");
    table.add({text_in(status, "name"), health_of(status), lag_words(status),
               synced ? ago(*synced, now()) : "not yet", next_words(status), problem_of(status)});
  }
  session.print(table.empty() ? "No source is linked.\n" : table.to_string());
  return {};
}

}  // namespace

Result<> show_source_status(Session& session, const std::string& source) {
  if (source.empty()) return show_all(session);
  const json::value status = TRY(session.get(api_path({"sources", source, "status"})));
  if (!session.json()) return show_one(session, status);
  session.print_json(status);
  return {};
}

}  // namespace slip::cli
