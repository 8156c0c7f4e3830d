// SPDX-License-Identifier: Apache-2.0
#include "adapters/files/archive_attributes.h"

#include <grp.h>
#include <pwd.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <charconv>
#include <filesystem>
#include <optional>
#include <tuple>

#include "adapters/files/tree_attributes.h"
#include "base/system_error.h"

namespace slip::files {

namespace fs = std::filesystem;

namespace {

constexpr std::size_t kBlock = 512;
// Attributes of one entry have 64 KiB each; a name has 4 KiB.
constexpr std::size_t kHeadMax = 4 << 20;
using Records = std::map<std::string, std::string>;

Error broken_archive() {
  return Error{.code = ErrorCode::invalid_argument, .message = "the archive is broken"};
}

class Reader {
 public:
  Reader(int archive, const std::function<bool()>& keep_going)
      : archive_(archive), keep_going_(keep_going) {}

  // False at the end, wherever that is: tar has unpacked the archive, and said if it is broken.
  Result<bool> read(char* to, std::size_t size) {
    for (std::size_t done = 0; done < size;) {
      const ssize_t got = ::read(archive_, to + done, size - done);
      if (got < 0 && errno == EINTR) continue;
      if (got < 0) return error_from_errno(errno, "read the archive");
      if (got == 0) return false;
      done += static_cast<std::size_t>(got);
    }
    return true;
  }
  Result<std::string> body(std::uint64_t size) {
    if (size > kHeadMax) return broken_archive();
    std::string text((size + kBlock - 1) / kBlock * kBlock, '\0');
    if (!TRY(read(text.data(), text.size()))) return broken_archive();
    text.resize(size);
    return text;
  }
  Result<> skip(std::uint64_t size) {
    std::vector<char> chunk(1 << 20);
    for (std::uint64_t left = (size + kBlock - 1) / kBlock * kBlock; left > 0;) {
      if (keep_going_ && !keep_going_()) {
        return Error{.code = ErrorCode::canceled, .message = "canceled"};
      }
      const auto part = std::min<std::uint64_t>(left, chunk.size());
      if (!TRY(read(chunk.data(), part))) return broken_archive();
      left -= part;
    }
    return {};
  }

 private:
  int archive_;
  const std::function<bool()>& keep_going_;
};

struct Header {
  std::array<char, kBlock> bytes;

  std::string text(std::size_t at, std::size_t size) const {
    const std::string_view field(bytes.data() + at, size);
    return std::string(field.substr(0, field.find('\0')));
  }
  // Octal, or, of what is larger, the bytes themselves.
  std::uint64_t size() const {
    constexpr std::size_t at = 124;
    constexpr std::size_t length = 12;
    std::uint64_t number = 0;
    if ((static_cast<unsigned char>(bytes[at]) & 0x80U) != 0) {
      for (std::size_t i = at + 4; i < at + length; ++i) {
        number = number << 8U | static_cast<unsigned char>(bytes[i]);
      }
      return number;
    }
    const std::string digits = text(at, length);
    const auto begin = std::min(digits.find_first_not_of(' '), digits.size());
    std::from_chars(digits.data() + begin, digits.data() + digits.size(), number, 8);
    return number;
  }
  mode_t mode() const {
    const std::string digits = text(100, 8);
    mode_t number = 0;
    std::from_chars(digits.data(), digits.data() + digits.size(), number, 8);
    return number & 07777;
  }
  char type() const { return bytes[156]; }
  bool is_end() const {
    return std::ranges::all_of(bytes, [](char byte) { return byte == '\0'; });
  }
  bool is_of_ustar() const { return text(257, 5) == "ustar"; }
  std::string name() const {
    const std::string prefix = text(257, 6) == "ustar" ? text(345, 155) : "";
    return prefix.empty() ? text(0, 100) : prefix + "/" + text(0, 100);
  }
  // GNU's own form of a file with holes: more of their list follows.
  bool has_more_holes() const { return bytes[482] != 0; }
};

// "LENGTH KEY=VALUE\n", one after the other; a value may be any bytes.
Records records_of(const std::string& text) {
  Records records;
  for (std::size_t at = 0; at < text.size();) {
    std::size_t length = 0;
    const auto digits = std::from_chars(text.data() + at, text.data() + text.size(), length);
    const auto begin = static_cast<std::size_t>(digits.ptr - text.data()) + 1;
    const auto equals = text.find('=', begin);
    if (digits.ec != std::errc() || length == 0 || length > text.size() - at ||
        equals == text.npos || equals >= at + length) {
      return records;
    }
    records[text.substr(begin, equals - begin)] = text.substr(equals + 1, at + length - equals - 2);
    at += length;
  }
  return records;
}

std::optional<std::string> first_of(const Records& records,
                                    std::initializer_list<const char*> names) {
  for (const char* name : names) {
    if (const auto found = records.find(name); found != records.end()) return found->second;
  }
  return std::nullopt;
}

std::map<std::string, std::string> attributes_of(const Records& records) {
  std::map<std::string, std::string> attributes;
  for (const auto& [key, name] : {std::pair("SCHILY.acl.access", "system.posix_acl_access"),
                                  {"SCHILY.acl.default", "system.posix_acl_default"}}) {
    const auto text = first_of(records, {key});
    if (const auto list = text ? access_list_of(*text) : std::nullopt) attributes[name] = *list;
  }
  if (const auto bytes = first_of(records, {"SCHILY.xattr.security.capability"})) {
    attributes["security.capability"] = *bytes;
  }
  return attributes;
}

std::optional<std::uint32_t> number_of(std::string_view text, bool is_group) {
  std::uint32_t number = 0;
  const auto read = std::from_chars(text.data(), text.data() + text.size(), number);
  if (read.ec == std::errc() && read.ptr == text.data() + text.size()) return number;
  const std::string name(text);
  std::vector<char> room(1 << 16);
  if (is_group) {
    group entry{};
    group* found = nullptr;
    ::getgrnam_r(name.c_str(), &entry, room.data(), room.size(), &found);
    return found == nullptr ? std::nullopt : std::optional<std::uint32_t>(entry.gr_gid);
  }
  passwd entry{};
  passwd* found = nullptr;
  ::getpwnam_r(name.c_str(), &entry, room.data(), room.size(), &found);
  return found == nullptr ? std::nullopt : std::optional<std::uint32_t>(entry.pw_uid);
}

// As the kernel has it; in the order of tags and numbers.
struct Right {
  std::uint16_t tag;
  std::uint16_t rights;
  std::uint32_t id;
};

// "user:12345:rwx"
std::optional<Right> right_of(std::string_view text) {
  constexpr std::uint32_t nobody = ~0U;
  const auto first = text.find(':');
  const auto second = text.find(':', first + 1);
  if (first == text.npos || second == text.npos) return std::nullopt;
  const auto whose = text.substr(0, first);
  const auto name = text.substr(first + 1, second - first - 1);
  std::uint16_t rights = 0;
  for (const char letter : text.substr(second + 1, 3)) {
    rights |= letter == 'r' ? 4 : letter == 'w' ? 2 : letter == 'x' ? 1 : 0;
  }
  const bool is_group = whose == "group" || whose == "g";
  if (is_group || whose == "user" || whose == "u") {
    const auto tag = static_cast<std::uint16_t>((is_group ? 0x04 : 0x01) << (name.empty() ? 0 : 1));
    const auto id = name.empty() ? nobody : number_of(name, is_group);
    return id ? std::optional(Right{tag, rights, *id}) : std::nullopt;
  }
  if (whose == "mask" || whose == "m") return Right{0x10, rights, nobody};
  if (whose == "other" || whose == "o") return Right{0x20, rights, nobody};
  return std::nullopt;
}

}  // namespace

std::optional<std::string> access_list_of(std::string_view text) {
  std::vector<Right> all;
  while (!text.empty()) {
    const auto end = std::min(text.find_first_of(",\n"), text.size());
    const auto one = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    if (one.empty() || one.starts_with('#')) continue;
    const auto right = right_of(one);
    if (!right) return std::nullopt;
    all.push_back(*right);
  }
  if (all.empty()) return std::nullopt;
  std::ranges::sort(all, {}, [](const Right& one) { return std::tuple(one.tag, one.id); });
  constexpr std::uint32_t version = 2;
  std::string bytes(reinterpret_cast<const char*>(&version), sizeof version);
  for (const Right& one : all) bytes.append(reinterpret_cast<const char*>(&one), sizeof one);
  return bytes;
}

Result<> read_archived_attributes(int archive,
                                  const std::function<Result<>(const ArchivedAttributes&)>& found,
                                  const std::function<bool()>& keep_going) {
  Reader reader(archive, keep_going);
  Records records;  // of the entry to come
  std::string long_name;
  for (Header header; TRY(reader.read(header.bytes.data(), kBlock));) {
    if (header.is_end()) continue;
    // One of an older kind says nothing of the sort.
    if (!header.is_of_ustar()) return {};
    const std::uint64_t size = header.size();
    if (header.type() == 'x' || header.type() == 'L') {
      const std::string text = TRY(reader.body(size));
      if (header.type() == 'x') {
        records = records_of(text);
      } else {
        long_name = text.substr(0, text.find('\0'));
      }
      continue;
    }
    constexpr std::string_view without_data = "123456";
    const bool is_whole = without_data.find(header.type()) != without_data.npos;
    std::uint64_t stored = is_whole ? 0 : size;
    if (const auto given = first_of(records, {"size"}); given && !is_whole) {
      std::from_chars(given->data(), given->data() + given->size(), stored);
    }
    if (header.type() == 'S' && header.has_more_holes()) {
      constexpr std::size_t more = 504;
      std::array<char, kBlock> list;
      do {
        if (!TRY(reader.read(list.data(), kBlock))) return broken_archive();
      } while (list[more] != 0);
    }
    ArchivedAttributes entry{.name = {}, .attributes = attributes_of(records), .mode = {}};
    const bool is_file = header.type() == '0' || header.type() == '\0' || header.type() == 'S';
    if (is_file && (header.mode() & (S_ISUID | S_ISGID)) != 0) entry.mode = header.mode();
    if (!entry.attributes.empty() || entry.mode) {
      const auto named = first_of(records, {"GNU.sparse.name", "path"});
      entry.name = named ? *named : long_name.empty() ? header.name() : long_name;
      TRY(found(entry));
    }
    records.clear();
    long_name.clear();
    TRY(reader.skip(stored));
  }
  return {};
}

Result<> give_archived_attributes(const Directory& tree, const ArchivedAttributes& entry) {
  const fs::path name = fs::path(entry.name).lexically_normal().relative_path();
  const bool is_top = name.empty() || name == ".";
  const fs::path whole = name.has_filename() ? name : name.parent_path();
  if (*name.begin() == "..") return {};
  const auto has = is_top ? Result<std::optional<struct stat>>(std::nullopt) : tree.look(whole);
  if (!is_top && (!has || !*has || S_ISLNK((*has)->st_mode))) return {};
  if (is_top) return set_attributes(tree, ".", entry.attributes);
  const Directory parent =
      TRY(tree.open_directory(whole.has_parent_path() ? whole.parent_path() : "."));
  TRY(set_attributes(parent, whole.filename().c_str(), entry.attributes));
  return entry.mode ? parent.change_mode(whole.filename(), *entry.mode) : Result<>();
}

}  // namespace slip::files
