// SPDX-License-Identifier: Apache-2.0
#include "base/time.h"

#include <fmt/format.h>

#include <cctype>
#include <optional>

namespace slip {
namespace {

using namespace std::chrono;

// Reads fixed-width fields off the front of a text.
class Reader {
 public:
  explicit Reader(std::string_view text) : text_(text) {}

  std::optional<int> digits(std::size_t count) {
    if (text_.size() < count) return std::nullopt;
    int value = 0;
    for (std::size_t i = 0; i < count; ++i) {
      if (!std::isdigit(static_cast<unsigned char>(text_[i]))) return std::nullopt;
      value = value * 10 + (text_[i] - '0');
    }
    text_.remove_prefix(count);
    return value;
  }
  bool one_of(std::string_view set) {
    if (text_.empty() || set.find(text_[0]) == set.npos) return false;
    last_ = text_[0];
    text_.remove_prefix(1);
    return true;
  }
  char last() const { return last_; }
  bool done() const { return text_.empty(); }

 private:
  std::string_view text_;
  char last_ = 0;
};

std::optional<Timestamp> read(std::string_view text) {
  Reader in(text);
  const auto y = in.digits(4);
  if (!y || !in.one_of("-")) return std::nullopt;
  const auto mo = in.digits(2);
  if (!mo || !in.one_of("-")) return std::nullopt;
  const auto d = in.digits(2);
  if (!d || !in.one_of("Tt ")) return std::nullopt;
  const auto h = in.digits(2);
  if (!h || !in.one_of(":")) return std::nullopt;
  const auto mi = in.digits(2);
  if (!mi || !in.one_of(":")) return std::nullopt;
  const auto s = in.digits(2);
  if (!s) return std::nullopt;
  int millis = 0;
  if (in.one_of(".")) {
    int scale = 100;
    int count = 0;
    while (const auto digit = in.digits(1)) {
      millis += *digit * scale;
      scale /= 10;
      if (++count > 9) return std::nullopt;
    }
    if (count == 0) return std::nullopt;
  }
  minutes offset{0};
  if (!in.one_of("Zz")) {
    if (!in.one_of("+-")) return std::nullopt;
    const int sign = in.last() == '-' ? -1 : 1;
    const auto oh = in.digits(2);
    if (!oh || !in.one_of(":")) return std::nullopt;
    const auto om = in.digits(2);
    if (!om || *oh > 23 || *om > 59) return std::nullopt;
    offset = sign * (hours(*oh) + minutes(*om));
  }
  const year_month_day date{year(*y), month(static_cast<unsigned>(*mo)),
                            day(static_cast<unsigned>(*d))};
  if (!in.done() || !date.ok() || *h > 23 || *mi > 59 || *s > 59) return std::nullopt;
  const auto at = sys_days(date) + hours(*h) + minutes(*mi) + seconds(*s) + milliseconds(millis);
  return Timestamp{duration_cast<milliseconds>((at - offset).time_since_epoch()).count()};
}

}  // namespace

Timestamp machine_time() {
  const auto since_1970 = std::chrono::system_clock::now().time_since_epoch();
  return {std::chrono::floor<Duration>(since_1970).count()};
}

std::string to_rfc3339(Timestamp at) {
  const auto point = sys_time<milliseconds>(milliseconds(at.ms));
  const auto midnight = floor<days>(point);
  const year_month_day date(midnight);
  const hh_mm_ss clock(point - midnight);
  return fmt::format("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}.{:03}Z", static_cast<int>(date.year()),
                     static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()),
                     clock.hours().count(), clock.minutes().count(), clock.seconds().count(),
                     clock.subseconds().count());
}

Result<Timestamp> parse_rfc3339(std::string_view text) {
  if (const auto at = read(text)) return *at;
  return Error{.code = ErrorCode::invalid_argument,
               .message = fmt::format("\"{}\" is not a time", text.substr(0, 64)),
               .hint =
                   "Write it with its zone, as in 2026-11-22T14:03:07Z or "
                   "2026-11-22T15:03:07.250+01:00."};
}

}  // namespace slip
