// SPDX-License-Identifier: Apache-2.0
#include "domain/schedule.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <charconv>
#include <ctime>
#include <optional>
#include <string>

namespace slip {
namespace {

using namespace std::chrono_literals;

constexpr std::array<std::string_view, 7> day_names = {"sun", "mon", "tue", "wed",
                                                       "thu", "fri", "sat"};

Error not_understood(std::string_view text) {
  return Error{.code = ErrorCode::invalid_argument,
               .message = "\"" + std::string(text) + "\" is no schedule",
               .hint =
                   "Such are understood: every 15min, every 6h, daily 02:30, weekdays 02:30, "
                   "sun,wed 02:30."};
}

std::optional<int> number(std::string_view text) {
  int value = 0;
  const auto [end, failed] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (failed != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return value;
}

std::optional<Duration> interval_of(std::string_view text) {
  std::size_t digits = 0;
  while (digits < text.size() && std::isdigit(static_cast<unsigned char>(text[digits]))) ++digits;
  const auto count = number(text.substr(0, digits));
  const auto unit = text.substr(digits);
  if (!count || digits > 6) return std::nullopt;
  if (unit == "min") return Duration(*count * 1min);
  if (unit == "h") return Duration(*count * 1h);
  if (unit == "d") return Duration(*count * 24h);
  return std::nullopt;
}

std::optional<std::bitset<7>> days_of(std::string_view text) {
  std::bitset<7> days;
  if (text == "daily") return days.set();
  if (text == "weekdays") return std::bitset<7>(0b0111110);
  for (std::size_t at = 0; at <= text.size();) {
    const auto end = std::min(text.find(',', at), text.size());
    const auto day = std::find(day_names.begin(), day_names.end(), text.substr(at, end - at));
    if (day == day_names.end()) return std::nullopt;
    days.set(static_cast<std::size_t>(day - day_names.begin()));
    at = end + 1;
  }
  return days;
}

// "02:30".
std::optional<Duration> time_of_day(std::string_view text) {
  const auto colon = text.find(':');
  if (colon == std::string_view::npos || text.size() - colon != 3) return std::nullopt;
  const auto hours = number(text.substr(0, colon));
  const auto minutes = number(text.substr(colon + 1));
  if (!hours || !minutes || *hours < 0 || *hours > 23 || *minutes < 0 || *minutes > 59) {
    return std::nullopt;
  }
  return Duration(*hours * 1h + *minutes * 1min);
}

Timestamp next_of(const EveryInterval& every, Timestamp last) {
  return last + every.interval;
}

Timestamp next_of(const OnDays& on, Timestamp last) {
  const std::time_t seconds = last.ms / 1000;
  std::tm local{};
  ::localtime_r(&seconds, &local);
  const auto minutes = std::chrono::duration_cast<std::chrono::minutes>(on.time_of_day).count();
  for (int ahead = 0; ahead <= 7; ++ahead) {
    std::tm then{};
    then.tm_year = local.tm_year;
    then.tm_mon = local.tm_mon;
    then.tm_mday = local.tm_mday + ahead;
    then.tm_hour = static_cast<int>(minutes / 60);
    then.tm_min = static_cast<int>(minutes % 60);
    then.tm_isdst = -1;
    const Timestamp at{std::int64_t{std::mktime(&then)} * 1000};
    if (at > last && on.days.test(static_cast<std::size_t>(then.tm_wday))) return at;
  }
  return last + Duration(7 * 24h);
}

}  // namespace

Result<Schedule> parse_schedule(std::string_view text) {
  const auto space = text.find(' ');
  if (space == std::string_view::npos) return not_understood(text);
  const auto first = text.substr(0, space);
  const auto second = text.substr(space + 1);
  if (first == "every") {
    const auto interval = interval_of(second);
    if (!interval || *interval < 1min) return not_understood(text);
    return Schedule(EveryInterval{*interval});
  }
  const auto days = days_of(first);
  const auto at = time_of_day(second);
  if (!days || !at) return not_understood(text);
  return Schedule(OnDays{*days, *at});
}

Timestamp next_time(const Schedule& schedule, Timestamp last) {
  return std::visit([&](const auto& one) { return next_of(one, last); }, schedule);
}

std::optional<Timestamp> next_sync_after(const Source& source, Timestamp last) {
  if (source.schedule.empty()) return std::nullopt;
  const auto schedule = parse_schedule(source.schedule);
  if (!schedule) return std::nullopt;
  return next_time(*schedule, last);
}

std::optional<Timestamp> next_sync(const Source& source) {
  return next_sync_after(source, source.synced_at.value_or(source.created_at));
}

}  // namespace slip
