// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <chrono>
#include <thread>

#include "client/cli/commands.h"
#include "client/cli/figures.h"
#include "client/cli/text_width.h"

namespace slip::cli {
namespace {

struct Arguments {
  std::string container;
  std::string since;
};

// Prints events for people, each once: an operation tells of each of its steps.
class EventPrinter {
 public:
  explicit EventPrinter(const Session& session) : session_(session) {}

  void print(std::string_view type, std::string_view data) {
    if (session_.json()) {
      session_.print(std::string(data) + "\n");
      return;
    }
    const auto event = parse_json(data);
    const auto at = event ? time_in(*event, "at") : std::nullopt;
    if (!at) return;
    const auto words = text_in(*event, "words");
    const auto line = fmt::format("{:<10} {}", type,
                                  printable(words.empty() ? text_in(*event, "subject") : words));
    if (line == last_) return;
    last_ = line;
    session_.print(fmt::format("{}  {}\n", moment(*at, now()), line));
  }

 private:
  const Session& session_;
  std::string last_;
};

Result<> follow(Session& session, const Arguments& given) {
  const auto path = with_query(api_path({"events"}), {{"container", given.container}});
  ApiClient& client = *TRY(session.client());
  EventPrinter printer(session);
  ApiClient::Follow how;
  if (!given.since.empty()) how.last_event_id = std::stoull(given.since);
  while (true) {
    const auto ended = client.follow_events(
        path, how, [&](std::uint64_t id, std::string_view type, std::string_view data) {
          how.last_event_id = id;
          printer.print(type, data);
          return true;
        });
    // A stream that breaks is taken up again where it was; one that never began is an error.
    const bool is_broken = !ended && (ended.error().code == ErrorCode::unavailable ||
                                      ended.error().code == ErrorCode::timed_out);
    if (!is_broken || !how.last_event_id) return ended;
    std::this_thread::sleep_for(std::chrono::milliseconds(500));
  }
}

}  // namespace

void add_events(Command& slip) {
  const auto given = arguments<Arguments>();
  auto* command = slip.add_subcommand("events", "Show what happens as it happens, until Ctrl-C");
  command->add_option("--container", given->container, "Only this container's");
  command->add_option("--since", given->since, "Begin after the event of this number")
      ->whole_number(0);
  command->on_chosen([given](Session& session) { return follow(session, *given); });
}

}  // namespace slip::cli
