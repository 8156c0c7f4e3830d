// SPDX-License-Identifier: Apache-2.0
#include "adapters/postgresql/write_ahead_log.h"

#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <charconv>
#include <map>
#include <optional>
#include <regex>
#include <set>
#include <sstream>

#include "base/words_in.h"

namespace slip::postgresql {

namespace fs = std::filesystem;

namespace {

constexpr const char* kCompressor = "/usr/bin/zstd";
constexpr std::string_view kCompressed = ".zst";
constexpr std::string_view kTarget = "until";
// Where the log's last record begins, if the server that wrote it was shut down.
constexpr std::string_view kLastRecord = "last-record";
constexpr std::string_view kToTheEnd = "to-the-end";
// "name=value", one a line: what the server that wrote the log was allowed more of than the clone.
constexpr std::string_view kLimits = "limits";

// Run by the server, in its data directory. Whole or not at all: the file has its name once it is
// on disk. The server deletes its own copy only later, so the name needs no sync of its own: a file
// system that forgets the one has not done the other yet.
constexpr std::string_view kArchiveCommand =
    "zstd -q -1 -f %p -o ../log/%f.part && sync -d ../log/%f.part && "
    "mv ../log/%f.part ../log/%f.zst";

// 1: there is no such file, and the log ends here. 126: there is, and it cannot be read.
constexpr std::string_view kRestoreCommand =
    "if [ -f ../replay/%f.zst ]; then zstd -q -d -f ../replay/%f.zst -o %p || exit 126; "
    "elif [ -f ../replay/%f ]; then cp ../replay/%f %p || exit 126; else exit 1; fi";

std::string setting(std::string_view name, std::string_view value) {
  return std::string(name) + "=" + std::string(value);
}

std::optional<std::uint32_t> read_hexadecimal(std::string_view digits) {
  std::uint32_t value = 0;
  const auto [end, failed] =
      std::from_chars(digits.data(), digits.data() + digits.size(), value, 16);
  if (failed != std::errc() || end != digits.data() + digits.size()) return std::nullopt;
  return value;
}

// The regular files of a folder by name, with their sizes and times; empty if there is no folder.
Result<std::map<std::string, struct stat>> files_in(const Directory& above, const fs::path& name) {
  std::map<std::string, struct stat> files;
  const auto folder = above.open_directory(name);
  if (!folder && folder.error().code == ErrorCode::not_found) return files;
  if (!folder) return folder.error();
  for (const auto& entry : TRY(folder->list())) {
    if (entry.type != fs::file_type::regular) continue;
    const auto about = TRY(folder->look(entry.name));
    if (about && S_ISREG(about->st_mode)) files.emplace(entry.name, *about);
  }
  return files;
}

// What `later` holds of the log: where it lies in its directory, by the name under which `replay`
// will have it.
Result<std::map<std::string, fs::path>> log_of(const Layout& later) {
  std::map<std::string, fs::path> found;
  for (const auto& [name, about] : TRY(files_in(*later.top, kLog))) {
    if (name.ends_with(kCompressed)) found.emplace(name, fs::path(kLog) / name);
  }
  for (const auto& [name, about] : TRY(files_in(*later.top, fs::path(kData) / "pg_wal"))) {
    if (found.contains(name + std::string(kCompressed))) continue;
    found.emplace(name, fs::path(kData) / "pg_wal" / name);
  }
  return found;
}

Error gap(std::uint64_t first, std::uint64_t last, std::uint64_t missing) {
  return Error{
      .code = ErrorCode::out_of_range,
      .message = fmt::format("the database's log from then on is not whole: of its files {:X} to "
                             "{:X}, {:X} is missing",
                             first, last, missing),
      .hint = "Choose the time of a point on the timeline."};
}

// Of the settings that a log demands of whoever replays it, those that were raised meanwhile.
std::map<std::string, int> raised_limits(const ControlData& before, const ControlData& later) {
  std::map<std::string, int> raised;
  for (const auto& [name, value] : later.standby_limits) {
    const auto known = before.standby_limits.find(name);
    if (known == before.standby_limits.end() || known->second < value) raised.emplace(name, value);
  }
  return raised;
}

// They hold for the replay, and from then on, as they did where the log was written: a transaction
// that was prepared there may still be open.
Result<> raise_limits(const Layout& layout, const std::map<std::string, int>& raised,
                      const RunUser& user) {
  if (raised.empty()) return {};
  constexpr const char* name = "postgresql.auto.conf";
  const Directory data = TRY(layout.open_data());
  std::string arguments;
  std::string settings;
  for (const auto& [setting, value] : raised) {
    arguments += fmt::format("{}={}\n", setting, value);
    settings += fmt::format("{} = '{}'\n", setting, value);
  }
  auto kept = data.read(name);
  if (!kept && kept.error().code != ErrorCode::not_found) return kept.error();
  std::string text = kept ? *std::move(kept) : std::string();
  if (!text.empty() && !text.ends_with('\n')) text += '\n';
  if (!text.ends_with(settings)) TRY(write_owned(data, name, text + settings, user));
  return TRY(Directory::open(layout.trusted)).write_durably(kLimits, arguments);
}

std::string name_without_ending(const std::string& name) {
  const bool is_compressed = name.ends_with(kCompressed);
  return is_compressed ? name.substr(0, name.size() - kCompressed.size()) : name;
}

}  // namespace

std::optional<std::uint64_t> segment_number(std::string_view name, std::uint64_t bytes) {
  if (name.size() != 24 || !read_hexadecimal(name.substr(0, 8))) return std::nullopt;
  const auto high = read_hexadecimal(name.substr(8, 8));
  const auto low = read_hexadecimal(name.substr(16, 8));
  if (!high || !low) return std::nullopt;
  return *high * ((std::uint64_t{1} << 32) / bytes) + *low;
}

Result<std::uint64_t> segment_bytes(const Directory& data) {
  for (const auto& [name, about] : TRY(files_in(data, "pg_wal"))) {
    if (name.size() != 24) continue;
    const auto bytes = static_cast<std::uint64_t>(about.st_size);
    if (bytes >= (1U << 20) && bytes <= (1U << 30)) return bytes;
  }
  return Error{.code = ErrorCode::invalid_argument,
               .message = data.path().string() + " has no write-ahead log"};
}

bool can_keep_log() {
  return ::access(kCompressor, X_OK) == 0;
}

bool keeps_log(const Directory& data) {
  for (const char* name :
       {"postgresql.conf", "slipstream_origin.conf", "slipstream.conf", "postgresql.auto.conf"}) {
    const auto text = data.read(name);
    if (!text) continue;
    for (std::size_t at = text->find("wal_level"); at != std::string::npos;
         at = text->find("wal_level", at + 1)) {
      const auto begin = text->rfind('\n', at) + 1;
      const std::string_view line =
          std::string_view(*text).substr(begin, text->find('\n', at) - begin);
      const bool is_comment = line.find('#') < line.find("wal_level");
      if (!is_comment && line.find("minimal") != std::string_view::npos) return false;
    }
  }
  return true;
}

std::vector<std::string> archive_arguments(Archiving how) {
  const std::string_view mode = how == Archiving::always ? "always" : "on";
  return {"-c", setting("archive_mode", mode),
          "-c", setting("archive_command", kArchiveCommand),
          "-c", "archive_timeout=0"};
}

Result<> gather_replay(const Layout& clone, const Layout& later, Timestamp until,
                       const RunUser& user) {
  TRY(end_replay(clone));
  TRY(make_log_folder(clone, kReplay, user));
  const Directory replay = TRY(clone.top->open_directory(kReplay));
  const Directory data = TRY(clone.open_data());
  const std::uint64_t bytes = TRY(segment_bytes(data));
  const std::uint64_t first = TRY(read_control_data(data)).redo / bytes;
  std::uint64_t last = first;
  std::set<std::uint64_t> there;
  for (const auto& [name, about] : TRY(files_in(data, "pg_wal"))) {
    if (const auto number = segment_number(name, bytes)) there.insert(*number);
  }
  for (const auto& [name, where] : TRY(log_of(later))) {
    const std::string plain = name_without_ending(name);
    const auto number = segment_number(plain, bytes);
    if (!number && !plain.ends_with(".history")) continue;
    if (number && *number < first) continue;
    if (number) {
      there.insert(*number);
      last = std::max(last, *number);
    }
    TRY(later.top->copy_file(where, replay, name, CopyHow::share));
  }
  // A tenant's control file may say any number: as many as there are files are gone through.
  for (std::uint64_t number = first; number <= last; ++number) {
    if (!there.contains(number)) return gap(first, last, number);
  }
  const Directory trusted = TRY(Directory::open(clone.trusted));
  const ControlData ended = TRY(read_control_data(TRY(later.open_data())));
  if (ended.state == ClusterState::shut_down) {
    TRY(trusted.write_durably(kLastRecord, ended.position.position));
  }
  TRY(raise_limits(clone, raised_limits(TRY(read_control_data(data)), ended), user));
  // The server counts microseconds, of which the last of that millisecond is meant; and it reads
  // its arguments before it knows what a "Z" is.
  std::string target = to_rfc3339(until);
  target.replace(target.find('Z'), 1, "999+00");
  return trusted.write_durably(kTarget, target);
}

Result<bool> has_replay(const Layout& layout) {
  return TRY(Directory::open(layout.trusted)).has_file(kTarget);
}

Result<std::optional<ReplayTarget>> replay_target(const Layout& layout) {
  if (!TRY(has_replay(layout))) return std::optional<ReplayTarget>();
  const Directory trusted = TRY(Directory::open(layout.trusted));
  ReplayTarget target{.until = TRY(parse_rfc3339(TRY(trusted.read(kTarget)) + ":00"))};
  if (TRY(trusted.has_file(kToTheEnd))) {
    target.last_record = read_lsn(TRY(trusted.read(kLastRecord)));
  }
  return std::optional(target);
}

Result<bool> replay_needs_more(const Layout& layout, const std::string& said, const RunUser& user) {
  // The most that a server with a thousand connections has any use for; unused it takes 10 MB.
  constexpr int most = 10'000;
  const Directory trusted = TRY(Directory::open(layout.trusted));
  if (said.find("maximum number of prepared transactions reached") == std::string::npos) {
    return false;
  }
  const std::string limit = fmt::format("max_prepared_transactions={}\n", most);
  const auto known = trusted.read(kLimits);
  if (known && known->find(limit) != std::string::npos) return false;
  TRY(raise_limits(layout, {{"max_prepared_transactions", most}}, user));
  return true;
}

Result<bool> replay_to_the_end(const Layout& layout, const std::string& said) {
  const Directory trusted = TRY(Directory::open(layout.trusted));
  if (said.find(kEndedBeforeTarget) == std::string::npos) return false;
  if (!TRY(trusted.has_file(kLastRecord))) return false;
  const auto last = read_lsn(TRY(trusted.read(kLastRecord)));
  // A torn file is an end of the log, too: what counts is how far it was read.
  static const std::regex done("redo done at ([0-9A-F]+/[0-9A-F]+)");
  std::uint64_t reached = TRY(read_control_data(TRY(layout.open_data()))).redo;
  for (const auto& found : all_words_in(said, done)) {
    reached = read_lsn(found.at(1)).value_or(0);
  }
  if (!last || reached < *last) return false;
  TRY(trusted.write_durably(kToTheEnd, ""));
  return true;
}

Result<std::vector<std::string>> replay_arguments(const Layout& layout, ReplayEnd end) {
  const Directory trusted = TRY(Directory::open(layout.trusted));
  const bool to_target =
      end == ReplayEnd::target || (end == ReplayEnd::kept && !TRY(trusted.has_file(kToTheEnd)));
  const std::string until = TRY(trusted.read(kTarget));
  std::vector<std::string> arguments = {
      "-c", setting("restore_command", kRestoreCommand), "-c",
      setting("recovery_target_time", to_target ? until : ""), "-c", "recovery_target_inclusive=on",
      "-c", "recovery_target_action=promote",
      // A server that ends at its target without having been told to promote writes a checkpoint
      // before it lets anybody in. With a delay it looks for that request at every commit, and
      // delays nothing once it is there (docs/adr/0006-any-second.md).
      "-c", "recovery_min_apply_delay=20d"};
  std::istringstream limits(trusted.read(kLimits).value_or(std::string()));
  for (std::string limit; std::getline(limits, limit);) {
    arguments.insert(arguments.end(), {"-c", limit});
  }
  return arguments;
}

Result<> end_replay(const Layout& layout) {
  const Directory trusted = TRY(Directory::open(layout.trusted));
  for (const std::string_view name : {kTarget, kLastRecord, kToTheEnd, kLimits}) {
    TRY(trusted.remove(name));
  }
  return layout.top->remove(kReplay);
}

std::optional<std::uint64_t> read_lsn(std::string_view text) {
  std::uint64_t high = 0;
  std::uint64_t low = 0;
  const char* end = text.data() + text.size();
  const auto first = std::from_chars(text.data(), end, high, 16);
  if (first.ec != std::errc() || first.ptr == end || *first.ptr != '/') return std::nullopt;
  const auto second = std::from_chars(first.ptr + 1, end, low, 16);
  if (second.ec != std::errc() || second.ptr != end || low >> 32 != 0) return std::nullopt;
  return high << 32 | low;
}

Result<> trim_log(const Layout& layout, Timestamp keep_since) {
  for (const auto& [name, about] : TRY(files_in(*layout.top, kLog))) {
    if (std::int64_t{about.st_mtim.tv_sec} * 1000 >= keep_since.ms) continue;
    TRY(layout.top->remove(fs::path(kLog) / name));
  }
  return {};
}

}  // namespace slip::postgresql
