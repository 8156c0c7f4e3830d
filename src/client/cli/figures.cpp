// SPDX-License-Identifier: Apache-2.0
#include "client/cli/figures.h"

#include <fmt/format.h>

#include <array>
#include <charconv>
#include <chrono>
#include <ctime>

namespace slip::cli {
namespace {

constexpr std::array days{"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
constexpr std::array months{"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                            "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};

std::tm local(Timestamp at) {
  const std::time_t seconds = (at.ms - (at.ms % 1000 + 1000) % 1000) / 1000;
  std::tm parts{};
  localtime_r(&seconds, &parts);
  return parts;
}

std::string day_of(const std::tm& at, const std::tm& now) {
  const auto day = fmt::format("{} {} {}", days[at.tm_wday], at.tm_mday, months[at.tm_mon]);
  return at.tm_year == now.tm_year ? day : fmt::format("{} {}", day, at.tm_year + 1900);
}

bool is_same_day(const std::tm& a, const std::tm& b) {
  return a.tm_year == b.tm_year && a.tm_yday == b.tm_yday;
}

std::string count(std::int64_t number, std::string_view unit) {
  return fmt::format("{} {}{}", number, unit, number == 1 ? "" : "s");
}

std::string rough(std::int64_t seconds) {
  if (seconds < 60) return count(seconds, "second");
  if (seconds < 60 * 60) return count(seconds / 60, "minute");
  if (seconds < 48 * 60 * 60) return count(seconds / 3600, "hour");
  if (seconds < 60LL * 24 * 3600) return count(seconds / (24 * 3600), "day");
  if (seconds < 730LL * 24 * 3600) return count(seconds / (30LL * 24 * 3600), "month");
  return count(seconds / (365LL * 24 * 3600), "year");
}

std::optional<Duration> unit_from(std::string_view unit) {
  using namespace std::chrono_literals;
  struct Unit {
    std::string_view name;
    std::chrono::seconds length;
  };
  constexpr std::array units{
      Unit{"s", 1s},          Unit{"sec", 1s},      Unit{"second", 1s},   Unit{"seconds", 1s},
      Unit{"m", 60s},         Unit{"min", 60s},     Unit{"minute", 60s},  Unit{"minutes", 60s},
      Unit{"h", 3600s},       Unit{"hour", 3600s},  Unit{"hours", 3600s}, Unit{"d", 86400s},
      Unit{"day", 86400s},    Unit{"days", 86400s}, Unit{"w", 604800s},   Unit{"week", 604800s},
      Unit{"weeks", 604800s},
  };
  for (const auto& row : units) {
    if (row.name == unit) return row.length;
  }
  return std::nullopt;
}

// "10 min", "7d".
std::optional<Duration> read_length(std::string_view text) {
  std::int64_t number = 0;
  const auto [end, failed] = std::from_chars(text.data(), text.data() + text.size(), number);
  constexpr std::int64_t most = 1'000'000;
  if (failed != std::errc() || number < 0 || number > most) return std::nullopt;
  text.remove_prefix(static_cast<std::size_t>(end - text.data()));
  while (text.starts_with(' ')) text.remove_prefix(1);
  const auto unit = unit_from(text);
  if (!unit) return std::nullopt;
  return *unit * number;
}

// The time with this machine's zone: "2026-11-22T14:03:07+01:00".
std::optional<std::string> with_local_zone(std::string_view text) {
  auto written = std::string(text) + "Z";
  auto as_utc = parse_rfc3339(written);
  if (!as_utc) as_utc = parse_rfc3339(written = std::string(text) + ":00Z");
  if (!as_utc) return std::nullopt;
  std::time_t seconds = as_utc->ms / 1000;
  std::tm parts{};
  gmtime_r(&seconds, &parts);
  parts.tm_isdst = -1;
  const std::time_t here = std::mktime(&parts);
  const long minutes = local({here * 1000LL}).tm_gmtoff / 60;
  written.pop_back();
  return fmt::format("{}{}{:02}:{:02}", written, minutes < 0 ? '-' : '+', std::abs(minutes) / 60,
                     std::abs(minutes) % 60);
}

}  // namespace

std::string moment(Timestamp at, Timestamp now) {
  const std::tm then = local(at);
  const auto clock = fmt::format("{:02}:{:02}:{:02}", then.tm_hour, then.tm_min, then.tm_sec);
  const std::tm today = local(now);
  return is_same_day(then, today) ? clock : day_of(then, today) + " " + clock;
}

std::string exact_moment(Timestamp at, Timestamp now) {
  const auto ms = (at.ms % 1000 + 1000) % 1000;
  return moment(at, now) + (ms == 0 ? "" : fmt::format(".{:03}", ms));
}

std::string short_moment(Timestamp at, Timestamp now) {
  const std::tm then = local(at);
  const std::tm today = local(now);
  if (is_same_day(then, today)) return moment(at, now);
  return fmt::format("{} {:02}:{:02}", day_of(then, today), then.tm_hour, then.tm_min);
}

std::string ago(Timestamp at, Timestamp now) {
  const std::int64_t seconds = (now - at).count() / 1000;
  if (seconds <= -5) return "in " + rough(-seconds);
  if (seconds < 5) return "just now";
  return rough(seconds) + " ago";
}

std::string took(Duration duration) {
  const double seconds = static_cast<double>(duration.count()) / 1000;
  if (seconds < 1) return fmt::format("{:.2f} s", seconds);
  if (seconds < 60) return fmt::format("{:.1f} s", seconds);
  const auto whole = duration.count() / 1000;
  if (whole < 3600) return fmt::format("{} min {} s", whole / 60, whole % 60);
  return fmt::format("{} h {} min", whole / 3600, whole / 60 % 60);
}

std::string size(std::int64_t bytes) {
  if (bytes < 1024) return fmt::format("{} B", bytes);
  constexpr std::array units{"KiB", "MiB", "GiB", "TiB", "PiB"};
  double value = static_cast<double>(bytes) / 1024;
  std::size_t unit = 0;
  while (value >= 1023.95 && unit + 1 < units.size()) {
    value /= 1024;
    ++unit;
  }
  return fmt::format("{:.1f} {}", value, units[unit]);
}

Result<Timestamp> read_time(std::string_view text, Timestamp now) {
  constexpr std::string_view past = " ago";
  if (text.ends_with(past)) {
    if (const auto length = read_length(text.substr(0, text.size() - past.size()))) {
      return now - *length;
    }
  }
  auto at = parse_rfc3339(text);
  if (at) return at;
  Error error{.code = ErrorCode::invalid_argument,
              .message = fmt::format("\"{}\" is not a time", text),
              .hint = "Write 2026-11-22T14:03:07Z, with a zone, or \"10 min ago\"."};
  if (const auto zoned = with_local_zone(text)) {
    error.message = fmt::format("the time \"{}\" has no zone", text);
    error.hint =
        fmt::format("For the time of this machine write {}, for UTC a Z at its end.", *zoned);
  }
  return error;
}

Result<Timestamp> read_expiry(std::string_view text, Timestamp now) {
  if (const auto length = read_length(text)) return now + *length;
  return read_time(text, now);
}

Timestamp now() {
  const auto since = std::chrono::system_clock::now().time_since_epoch();
  return {std::chrono::duration_cast<std::chrono::milliseconds>(since).count()};
}

}  // namespace slip::cli
