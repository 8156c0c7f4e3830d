// SPDX-License-Identifier: Apache-2.0
#include "adapters/postgresql/cluster.h"

#include <charconv>
#include <cstring>

namespace slip::postgresql {

namespace fs = std::filesystem;

Result<Layout> open_layout(const fs::path& directory, const fs::path& trusted) {
  return Layout{.top = std::make_shared<const Directory>(TRY(Directory::open(directory))),
                .trusted = trusted};
}

Result<> make_layout(const Layout& layout, const RunUser& user) {
  const Directory::Access access{.mode = 0700, .owner = user.ids};
  const Directory data = TRY(layout.top->make_directory(kData, access));
  TRY(data.set_no_copy_on_write());
  TRY(layout.top->make_directory(kSocket, access));
  return {};
}

Result<> make_log_folder(const Layout& layout, const char* name, const RunUser& user) {
  if (TRY(layout.top->has_directory(name))) return {};
  const Directory made = TRY(layout.top->make_directory(name, {.mode = 0700, .owner = user.ids}));
  return made.set_no_copy_on_write();
}

Result<bool> is_there(const Directory& directory, const fs::path& name) {
  return TRY(directory.look(name)).has_value();
}

namespace {

// Where the settings begin that `wal_level` is the first of: behind a copy of the latest
// checkpoint, whose layout is that of the file's version (src/include/catalog/pg_control.h).
// Nothing: we do not know that version.
std::optional<std::size_t> settings_in(std::string_view control_file) {
  constexpr std::size_t version_at = 8;
  constexpr std::size_t size_of_settings = 32;
  std::uint32_t version = 0;
  std::size_t at = 0;
  if (control_file.size() < version_at + sizeof version) return std::nullopt;
  std::memcpy(&version, control_file.data() + version_at, sizeof version);
  switch (version) {
    case 1201:  // PostgreSQL 12
    case 1300:  // 13 to 16
    case 1700:
    case 1800:
      at = 172;
      break;
    case 1905:  // 19: the copy has 96 bytes instead of 88
      at = 180;
      break;
    default:
      return std::nullopt;
  }
  if (control_file.size() < at + size_of_settings) return std::nullopt;
  return at;
}

std::int32_t number_at(std::string_view control_file, std::size_t at) {
  std::int32_t number = 0;
  std::memcpy(&number, control_file.data() + at, sizeof number);
  return number;
}

// After wal_level: wal_log_hints (one byte, padded), and then these.
std::map<std::string, int> standby_limits_of(std::string_view control_file) {
  std::map<std::string, int> limits;
  const auto settings = settings_in(control_file);
  if (!settings) return limits;
  std::size_t at = *settings + 8;
  for (const char* name : {"max_connections", "max_worker_processes", "max_wal_senders",
                           "max_prepared_transactions", "max_locks_per_transaction"}) {
    limits[name] = number_at(control_file, at);
    at += 4;
  }
  return limits;
}

WalLevel wal_level_of(std::string_view control_file) {
  const auto settings = settings_in(control_file);
  if (!settings) return WalLevel::unknown;
  switch (number_at(control_file, *settings)) {
    case 0:
      return WalLevel::minimal;
    case 1:
      return WalLevel::replica;
    case 2:
      return WalLevel::logical;
  }
  return WalLevel::unknown;
}

}  // namespace

Result<ControlData> read_control_data(const Directory& data) {
  const std::string bytes = TRY(data.read("global/pg_control", 64 << 10));
  // The beginning of ControlFileData, the same in every version: system identifier (8), two
  // version numbers (4, 4), state (4), padding (4), time (8), latest checkpoint (8) and, since 11,
  // its redo position (8).
  if (bytes.size() < 48) {
    return Error{.code = ErrorCode::invalid_argument,
                 .message = data.path().string() + " has a broken control file"};
  }
  const auto read = [&]<class T>(T& into, std::size_t at) {
    std::memcpy(&into, bytes.data() + at, sizeof(into));
  };
  std::uint32_t state = 0;
  std::int64_t seconds = 0;
  std::uint64_t checkpoint = 0;
  read(state, 16);
  read(seconds, 24);
  read(checkpoint, 32);
  std::uint64_t redo = 0;
  read(redo, 40);
  char text[32];
  std::snprintf(text, sizeof text, "%X/%X", static_cast<unsigned>(checkpoint >> 32),
                static_cast<unsigned>(checkpoint));
  constexpr std::uint32_t shut_down = 1;
  constexpr std::uint32_t shut_down_in_recovery = 2;
  constexpr std::uint32_t in_archive_recovery = 5;
  ControlData control{.state = ClusterState::other,
                      .position = {.at = Timestamp{seconds * 1000}, .position = text},
                      .redo = redo,
                      .wal_level = wal_level_of(bytes),
                      .system = 0,
                      .standby_limits = standby_limits_of(bytes)};
  read(control.system, 0);
  if (state == shut_down) control.state = ClusterState::shut_down;
  if (state == shut_down_in_recovery || state == in_archive_recovery) {
    control.state = ClusterState::in_recovery;
  }
  return control;
}

Result<int> read_major(const Directory& data) {
  auto text = data.read("PG_VERSION", 64);
  if (!text) {
    if (text.error().code != ErrorCode::not_found) return std::move(text).error();
    return Error{.code = ErrorCode::invalid_argument,
                 .message = data.path().string() + " is not a PostgreSQL data directory"};
  }
  int major = 0;
  std::from_chars(text->data(), text->data() + text->size(), major);
  if (major == 0) {
    return Error{.code = ErrorCode::invalid_argument,
                 .message = data.path().string() + " has a broken PG_VERSION"};
  }
  return major;
}

}  // namespace slip::postgresql
