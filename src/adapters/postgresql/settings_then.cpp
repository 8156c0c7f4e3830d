// SPDX-License-Identifier: Apache-2.0
#include "adapters/postgresql/settings_then.h"

#include <sys/stat.h>

#include <optional>

#include "adapters/support/tenant_files.h"

namespace slip::postgresql {

namespace {

// The point's own, while the copy has others.
constexpr std::string_view kOfPoint = "settings-of-the-point";
// It is the owner's, and may be as large as he likes.
constexpr std::size_t kSizeMax = 1 << 20;

// Nothing: there is none, or something else in its place.
std::optional<std::string> settings_in(const Directory& data) {
  auto text = data.read(kSystemSettings, kSizeMax);
  return text ? std::optional(*std::move(text)) : std::nullopt;
}

Result<Timestamp> changed_at(const Directory& data) {
  const auto about = TRY(data.look(kSystemSettings));
  if (!about) return Timestamp{};
  constexpr std::int64_t ns_a_ms = 1'000'000;
  return Timestamp{std::int64_t{about->st_mtim.tv_sec} * 1000 + about->st_mtim.tv_nsec / ns_a_ms};
}

}  // namespace

Result<SettingsOf> take_settings(const Layout& copy, const Layout& later, Timestamp until,
                                 const RunUser& user) {
  const Directory trusted = TRY(Directory::open(copy.trusted));
  const Directory data = TRY(copy.open_data());
  const Directory data_later = TRY(later.open_data());
  const auto here = settings_in(data);
  const auto there = settings_in(data_later);
  if (!here || !there || *here == *there) return SettingsOf::point;
  if (TRY(changed_at(data_later)) > until) return SettingsOf::point_perhaps;
  if (!TRY(trusted.has_file(kOfPoint))) TRY(trusted.write_durably(kOfPoint, *here));
  TRY(write_owned(data, kSystemSettings, *there, user));
  return SettingsOf::moment;
}

Result<bool> give_back_settings(const Layout& copy, const RunUser& user) {
  const Directory trusted = TRY(Directory::open(copy.trusted));
  if (!TRY(trusted.has_file(kOfPoint))) return false;
  const std::string had = TRY(trusted.read(kOfPoint, kSizeMax));
  TRY(write_owned(TRY(copy.open_data()), kSystemSettings, had, user));
  TRY(trusted.remove(kOfPoint));
  return true;
}

Result<> keep_settings(const Layout& copy) {
  return TRY(Directory::open(copy.trusted)).remove(kOfPoint);
}

}  // namespace slip::postgresql
