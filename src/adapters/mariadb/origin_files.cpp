// SPDX-License-Identifier: Apache-2.0
#include "adapters/mariadb/origin_files.h"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <map>
#include <set>
#include <vector>

#include "adapters/mariadb/big_endian.h"
#include "adapters/mariadb/configuration.h"
#include "adapters/mariadb/innodb_file.h"
#include "adapters/mariadb/table_names.h"
#include "base/system_error.h"

namespace slip::mariadb {

namespace fs = std::filesystem;

namespace {

constexpr std::uint64_t kMib = 1 << 20;
constexpr std::uint32_t kSmallestPage = 4 << 10;
constexpr std::uint32_t kLargestPage = 64 << 10;
constexpr const char* kFirstFile = "ibdata1";
// No smaller one is made; a server that gives room back does not go below the size it is told.
constexpr std::uint64_t kLastFileMib = 12;

Error elsewhere(const fs::path& shown, const std::string& what, const std::string& option) {
  return Error{.code = ErrorCode::unsupported,
               .message = fmt::format("{} of {} {} elsewhere ({})", what, shown.string(),
                                      what.ends_with('s') ? "lie" : "lies", option),
               .hint =
                   "Stop the server, copy its files from there beside the others and link the "
                   "directory that has them all; or link it by its url, a backup or a dump."};
}

// The files at the top that may belong to the system tablespace, and what they say.
using Files = std::map<std::string, InnodbFile>;

Result<Files> read_top(const Directory& data) {
  Files files;
  for (const auto& entry : TRY(data.list())) {
    if (entry.type != fs::file_type::regular || entry.name.ends_with(".ibd")) continue;
    if (const auto found = TRY(read_innodb_file(data, entry.name))) files[entry.name] = *found;
  }
  return files;
}

// The file that goes on where the system tablespace has come to that page: it says so itself; one
// that nothing has been written to has only its name.
std::string next_file(const Files& files, const std::string& last, std::uint64_t page) {
  for (const auto& [name, file] : files) {
    const bool is_whole = file.bytes % kMib == 0 && !file.is_blank;
    if (is_whole && file.page == page && file.space == 0) return name;
  }
  std::size_t digits = last.size();
  while (digits > 0 && std::isdigit(static_cast<unsigned char>(last[digits - 1])) != 0) --digits;
  if (digits == last.size() || last.size() - digits > 6) return "";
  const std::string named =
      last.substr(0, digits) + std::to_string(std::stoi(last.substr(digits)) + 1);
  const auto found = files.find(named);
  return found != files.end() && found->second.is_blank ? named : "";
}

struct SystemTablespace {
  std::string first;
  std::uint32_t page_size = 0;
  std::string data_file_path = {};  // the option's value; empty: as it is by default
};

Result<SystemTablespace> read_system_tablespace(const Files& files, const fs::path& shown) {
  const auto begin = files.find(kFirstFile);
  if (begin == files.end() || !begin->second.is_head || begin->second.page_size < kSmallestPage ||
      begin->second.page_size > kLargestPage) {
    return elsewhere(shown, "the system tablespace", "innodb_data_home_dir, innodb_data_file_path");
  }
  const InnodbFile& head = begin->second;
  SystemTablespace found{.first = kFirstFile, .page_size = head.page_size};
  std::vector<std::string> names = {kFirstFile};
  std::uint64_t pages = head.bytes / head.page_size;
  for (;;) {
    const std::string name = next_file(files, names.back(), pages);
    if (name.empty()) break;
    names.push_back(name);
    pages += files.at(name).bytes / head.page_size;
  }
  if (pages < head.pages) {
    return elsewhere(shown,
                     fmt::format("{} of {} MiB of the system tablespace",
                                 (head.pages - pages) * head.page_size / kMib,
                                 std::uint64_t{head.pages} * head.page_size / kMib),
                     "innodb_data_file_path");
  }
  for (const auto& name : names) {
    const std::uint64_t mib = files.at(name).bytes / kMib;
    const bool is_last = name == names.back();
    found.data_file_path +=
        fmt::format("{}{}:{}M{}", found.data_file_path.empty() ? "" : ";", name,
                    is_last ? std::min(mib, kLastFileMib) : mib, is_last ? ":autoextend" : "");
  }
  if (names.size() == 1 && head.bytes >= kLastFileMib * kMib) found.data_file_path.clear();
  return found;
}

// Those that transactions have their undo logs in, by the list of rollback segments on the sixth
// page: "[tablespace 4][page 4]" 128 times, the page is 2^32-1 where there is none.
Result<std::set<std::uint32_t>> undo_spaces(const Directory& data, const SystemTablespace& system) {
  constexpr std::size_t segments = 128;
  constexpr std::size_t segments_at = 56;
  const UniqueFd file = TRY(data.open_file(system.first));
  std::string page(segments_at + segments * 8, '\0');
  const ssize_t got =
      ::pread(file.get(), page.data(), page.size(), static_cast<off_t>(5 * system.page_size));
  if (got < 0) return error_from_errno(errno, "read " + system.first);
  page.resize(static_cast<std::size_t>(got));
  std::set<std::uint32_t> spaces;
  for (std::size_t at = segments_at; at + 8 <= page.size(); at += 8) {
    const auto space = static_cast<std::uint32_t>(big_endian(page, at, 4));
    if (big_endian(page, at + 4, 4) != 0xffffffff && space != 0) spaces.insert(space);
  }
  return spaces;
}

bool is_undo_file(const std::string& name) {
  return name.starts_with("undo") && name.size() >= 7 &&
         std::ranges::all_of(name.substr(name.size() - 3),
                             [](unsigned char c) { return std::isdigit(c) != 0; });
}

Result<std::string> undo_options(const Dialect& dialect, const Directory& data, const Files& files,
                                 const SystemTablespace& system, const fs::path& shown) {
  std::set<std::uint32_t> there;
  for (const auto& [name, file] : files) {
    if (is_undo_file(name) && file.is_head) there.insert(file.space);
  }
  const Error missing = elsewhere(shown, "undo tablespaces", "innodb_undo_directory");
  // MySQL always has two, and would make others in their place without a word.
  if (dialect.keeps_places_in_dictionary) {
    return there.size() < 2 ? Result<std::string>(missing) : std::string();
  }
  const auto wanted = TRY(undo_spaces(data, system));
  if (!std::ranges::includes(there, wanted)) return missing;
  return wanted.empty() ? std::string() : fmt::format("innodb_undo_tablespaces={}\n", there.size());
}

Error encrypted(const fs::path& shown, const std::string& what, const std::string& cure) {
  return Error{.code = ErrorCode::unsupported,
               .message = fmt::format("{} of {} is encrypted, and the key is not in the directory",
                                      what, shown.string()),
               .hint = cure};
}

std::string cure_of_tables(const std::string& how) {
  return "Decrypt it at its server first: " + how +
         " Or link it by a dump, in which no table may say that it is encrypted.";
}

std::string how_to_decrypt(const Dialect& dialect) {
  if (dialect.keeps_places_in_dictionary) {
    return "ALTER TABLE ... ENCRYPTION = 'N', ALTER TABLESPACE mysql ENCRYPTION = 'N', and "
           "innodb_undo_log_encrypt = OFF with new undo tablespaces.";
  }
  return "ALTER TABLE ... ENCRYPTED = NO; or SET GLOBAL innodb_encrypt_tables = OFF, with "
         "innodb_encryption_threads, until ENCRYPTION_SCHEME is 0 in "
         "information_schema.INNODB_TABLESPACES_ENCRYPTION.";
}

// MySQL keeps the key in its log for long after it has stopped to encrypt it.
std::string cure_of_log(const Dialect& dialect) {
  const std::string link = "Link it by its url or by a dump.";
  if (dialect.keeps_places_in_dictionary) return link;
  return link + " Or start its server with innodb_encrypt_log = OFF, and shut it down cleanly.";
}

// An index file of Aria: "[fe fe 09][...][where the fixed part is, 2 bytes at 12]"; in that the
// 92nd byte says whether the table is encrypted.
Result<bool> is_encrypted_aria(const Directory& folder, const std::string& name) {
  constexpr std::size_t place_at = 12;
  constexpr std::size_t mark_at = 91;
  const UniqueFd file = TRY(folder.open_file(name));
  std::array<char, 4096> bytes;
  const ssize_t got = ::pread(file.get(), bytes.data(), bytes.size(), 0);
  if (got < 0) return error_from_errno(errno, "read " + name);
  const std::string_view head(bytes.data(), static_cast<std::size_t>(got));
  if (!head.starts_with("\xfe\xfe\x09") || head.size() < place_at + 2) return false;
  const auto at = static_cast<std::size_t>(big_endian(head, place_at, 2)) + mark_at;
  return at < head.size() && head[at] != 0;
}

// The same is said whenever it is asked.
Result<std::vector<Directory::Entry>> list_by_name(const Directory& folder) {
  auto entries = TRY(folder.list());
  std::ranges::sort(entries, {}, &Directory::Entry::name);
  return entries;
}

Result<> check_files_not_encrypted(const Dialect& dialect, const Directory& folder,
                                   const std::string& prefix, const fs::path& shown) {
  for (const auto& entry : TRY(list_by_name(folder))) {
    if (entry.type != fs::file_type::regular) continue;
    const bool is_aria = entry.name.ends_with(".MAI");
    const bool may_be = entry.name.ends_with(".ibd") || entry.name.starts_with("ibdata") ||
                        entry.name.starts_with("undo");
    if (is_aria && TRY(is_encrypted_aria(folder, entry.name))) {
      return encrypted(
          shown, "the file " + prefix + entry.name,
          cure_of_tables(
              "SET GLOBAL aria_encrypt_tables = OFF, then ALTER TABLE ... ENGINE = Aria."));
    }
    if (!may_be) continue;
    const auto file = TRY(read_innodb_file(folder, entry.name));
    if (file && file->is_encrypted) {
      return encrypted(shown, "the file " + prefix + entry.name,
                       cure_of_tables(how_to_decrypt(dialect)));
    }
  }
  return {};
}

}  // namespace

Result<> check_not_encrypted(const Dialect& dialect, const Directory& data, const fs::path& shown) {
  TRY(check_files_not_encrypted(dialect, data, "", shown));
  for (const auto& entry : TRY(list_by_name(data))) {
    if (entry.type != fs::file_type::directory) continue;
    TRY(check_files_not_encrypted(dialect, TRY(data.open_directory(entry.name)), entry.name + "/",
                                  shown));
  }
  for (const auto& log : TRY(dialect.redo_logs(data))) {
    if (!TRY(data.has_file(log)) || !TRY(is_encrypted_log(data, log))) continue;
    return encrypted(shown, "the redo log", cure_of_log(dialect));
  }
  return {};
}

Result<std::string> options_from_files(const Dialect& dialect, const Directory& data,
                                       const fs::path& shown) {
  const Files files = TRY(read_top(data));
  const SystemTablespace system = TRY(read_system_tablespace(files, shown));
  std::string options;
  constexpr std::uint32_t by_default = 16 << 10;
  if (system.page_size != by_default) {
    options += fmt::format("innodb_page_size={}\n", system.page_size);
  }
  if (!system.data_file_path.empty()) {
    options += "innodb_data_file_path=" + system.data_file_path + "\n";
  }
  options += TRY(undo_options(dialect, data, files, system, shown));
  return options + name_option(TRY(dialect.name_case(data)) == NameCase::ignored);
}

}  // namespace slip::mariadb
