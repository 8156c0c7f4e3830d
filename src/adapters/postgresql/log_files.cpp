// SPDX-License-Identifier: Apache-2.0
#include "adapters/postgresql/log_files.h"

#include <charconv>
#include <regex>
#include <set>

#include "adapters/postgresql/write_ahead_log.h"
#include "base/subprocess.h"
#include "base/words_in.h"

namespace slip::postgresql {

namespace fs = std::filesystem;

std::optional<std::uint32_t> timeline_of(std::string_view name) {
  std::uint32_t number = 0;
  if (name.size() < 8) return std::nullopt;
  const auto [end, failed] = std::from_chars(name.data(), name.data() + 8, number, 16);
  return failed == std::errc() && end == name.data() + 8 ? std::optional(number) : std::nullopt;
}

Result<std::optional<std::string>> LogFiles::read(std::uint64_t number) const {
  for (const fs::path& folder : {fs::path(kReplay), fs::path(kData) / "pg_wal"}) {
    const auto name = TRY(find(folder, number));
    if (!name.empty()) return std::optional(TRY(unpacked(folder / name)));
  }
  return std::optional<std::string>();
}

Result<std::string> LogFiles::find(const fs::path& folder, std::uint64_t number) const {
  std::string found;
  const auto opened = layout_.top->open_directory(folder);
  if (!opened && opened.error().code == ErrorCode::not_found) return found;
  if (!opened) return opened.error();
  for (const auto& entry : TRY(opened->list())) {
    const auto timeline = timeline_of(entry.name);
    const bool is_it = segment_number(entry.name.substr(0, 24), bytes_) == number && timeline &&
                       *timeline <= timeline_ &&
                       (entry.name.size() == 24 || entry.name.ends_with(".zst"));
    if (is_it && entry.name > found) found = entry.name;
  }
  return found;
}

Result<std::string> LogFiles::unpacked(const fs::path& name) const {
  if (name.extension() != ".zst") return layout_.top->read(name, bytes_);
  const UniqueFd packed = TRY(layout_.top->open_file(name));
  const Command command{.argv = {"/usr/bin/zstd", "-q", "-d", "-c"},
                        .input_file = path_of_open_file(packed.get()),
                        .run_as = user_.name,
                        .output_max = bytes_};
  return run_ok(TRY(confinement_.confine(command, {.user = user_.own})));
}

Result<bool> lacked_a_file(const std::string& said, const Layout& layout,
                           const Confinement& confinement, const RunUser& user) {
  static const std::regex removed(
      "requested WAL segment (?:pg_wal/)?([0-9A-F]{24}) has already been removed");
  static const std::regex not_read(
      "two-phase state (?:from|data is not present in) WAL at ([0-9A-F]+/[0-9A-F]+)");
  const std::uint64_t bytes = TRY(segment_bytes(TRY(layout.open_data())));
  const Directory log = TRY(TRY(layout.open_data()).open_directory("pg_wal"));
  std::set<std::string> wanted;
  for (const auto& found : all_words_in(said, removed)) wanted.insert(found.at(1));
  // One of the clone's own, as it was when the clone was made. A record may go on in the next.
  for (const auto& found : all_words_in(said, not_read)) {
    const std::uint64_t number = read_lsn(found.at(1)).value_or(0) / bytes;
    for (const auto& entry : TRY(log.list())) {
      const auto here = segment_number(entry.name, bytes);
      if (here && (*here == number || *here == number + 1)) wanted.insert(entry.name);
    }
  }
  bool is_new = false;
  const LogFiles files(layout, confinement, user, kEveryTimeline, bytes);
  for (const auto& name : wanted) {
    const auto content = TRY(files.read(segment_number(name, bytes).value_or(0)));
    if (!content) continue;
    const auto present = log.read(name, bytes);
    if (!present && present.error().code != ErrorCode::not_found) return present.error();
    if (present && *present == *content) continue;
    TRY(log.write_durably(name, *content, {.mode = 0600, .owner = user.ids}));
    is_new = true;
  }
  return is_new;
}

}  // namespace slip::postgresql
