// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <charconv>
#include <cmath>

#include "client/cli/commands.h"
#include "client/cli/figures.h"
#include "client/cli/pool_view.h"
#include "client/cli/table.h"
#include "client/cli/text_width.h"
#include "client/cli/words.h"

namespace slip::cli {

std::string pool_in_short(const json::value& pool) {
  return fmt::format("{}, {} of {} free", printable(text_in(pool, "kind", text_in(pool, "driver"))),
                     size(number_in(pool, "free")), size(number_in(pool, "total")));
}

std::string pool_settings_in_short(const json::value& pool) {
  std::string words = printable(text_in(pool, "settings.driver"));
  if (words.empty()) return words;
  words += " in " + printable(text_in(pool, "settings.place"));
  const auto most = number_in(pool, "settings.size");
  if (most > 0) words += ", made with up to " + size(most);
  const auto* options = find_in(pool, "settings.options");
  if (options == nullptr || !options->is_object()) return words;
  for (const auto& [name, value] : options->as_object()) {
    if (!value.is_string()) continue;
    words += ", " + printable(std::string(name)) + "=" + printable(std::string(value.as_string()));
  }
  return words;
}

std::string pool_page(const json::value& pool) {
  const auto total = number_in(pool, "total");
  const auto free = number_in(pool, "free");
  const auto percent = total > 0 ? fmt::format(" ({} %)", free * 100 / total) : "";
  return fields({{"kind", text_in(pool, "kind")},
                 {"driver", text_in(pool, "driver")},
                 {"why", text_in(pool, "why")},
                 {"where", text_in(pool, "root")},
                 {"settings", pool_settings_in_short(pool)},
                 {"size", size(total)},
                 {"free", size(free) + percent},
                 {"isolation", text_in(pool, "isolation")},
                 {"because", text_in(pool, "isolation_reason")},
                 {"warning", text_in(pool, "warning")},
                 {"unknown", joined(list_in(pool, "unknown"))}});
}

namespace {

// "200G", "1.5T", as bytes: powers of 1000, as disks are sold.
Result<std::int64_t> bytes_in(const std::string& text) {
  constexpr std::string_view units = "KMGT";
  double number = 0;
  const auto read = std::from_chars(text.data(), text.data() + text.size(), number);
  std::string unit(read.ptr, text.data() + text.size());
  if (unit.ends_with("B") && unit.size() > 1) unit.pop_back();
  const auto place = unit.size() == 1 ? units.find(unit[0]) : std::string_view::npos;
  if (read.ec != std::errc() || number <= 0 || place == std::string_view::npos) {
    return Error{.code = ErrorCode::invalid_argument,
                 .message = "\"" + text + "\" is not a size",
                 .hint = "Write it as in 200G or 1.5T."};
  }
  return static_cast<std::int64_t>(number * std::pow(1000.0, static_cast<double>(place) + 1));
}

Result<> change_pool(Session& session, const std::string& act, json::object body) {
  const auto response = TRY(
      session.send({.method = "POST", .path = api_path({"pool", act}), .body = std::move(body)}));
  const json::value pool = TRY(response.body());
  if (session.json()) {
    session.print_json(pool);
  } else {
    session.print(pool_page(pool));
  }
  return {};
}

void add_changes(Command& pool) {
  pool.allow_subcommand();
  auto* grow = pool.add_subcommand("grow", "Let a pool in a file grow larger, while it is in use");
  const auto size = arguments<std::string>();
  grow->add_option("size", *size, "To so much altogether, as in 200G or 1.5T")->required();
  grow->on_chosen([size](Session& session) -> Result<> {
    return change_pool(session, "grow", json::object{{"bytes", TRY(bytes_in(*size))}});
  });
  auto* reserve = pool.add_subcommand(
      "reserve",
      "Reserve on the disk all that a pool in a file may grow to, so that nothing else "
      "can take it");
  reserve->on_chosen(
      [](Session& session) { return change_pool(session, "reserve", json::object{}); });
}

}  // namespace

void add_pool(Command& slip) {
  auto* command = slip.add_subcommand("pool", "Where all data lives, and how much space is left");
  add_changes(*command);
  command->on_chosen([](Session& session) -> Result<> {
    const json::value pool = TRY(session.get(api_path({"pool"})));
    if (session.json()) {
      session.print_json(pool);
    } else {
      session.print(pool_page(pool));
    }
    return {};
  });
}

}  // namespace slip::cli
