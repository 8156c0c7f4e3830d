// SPDX-License-Identifier: Apache-2.0
#pragma once

// A tree with every kind of entry that a copy keeps, and a tree as text, to compare entry by entry.

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <sys/xattr.h>
#include <unistd.h>

#include <cstdint>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <map>
#include <sstream>
#include <string>
#include <vector>

namespace slip::test {

// A POSIX access list, as the kernel takes it: that user may do all, beside owner, group and
// others.
inline std::string access_list(std::uint32_t user) {
  struct Entry {
    std::uint16_t tag;
    std::uint16_t rights;
    std::uint32_t id;
  };
  constexpr std::uint32_t version = 2;
  constexpr std::uint32_t nobody = ~0U;
  std::string bytes(reinterpret_cast<const char*>(&version), sizeof version);
  for (const Entry& entry : {Entry{0x01, 6, nobody}, Entry{0x02, 7, user}, Entry{0x04, 4, nobody},
                             Entry{0x10, 7, nobody}, Entry{0x20, 4, nobody}}) {
    bytes.append(reinterpret_cast<const char*>(&entry), sizeof entry);
  }
  return bytes;
}

// CAP_NET_BIND_SERVICE, permitted and effective.
inline std::string capability() {
  const std::uint32_t words[5] = {0x02000001, 1U << 10, 0, 0, 0};
  return {reinterpret_cast<const char*>(words), sizeof words};
}

inline void set_attribute(const std::filesystem::path& path, const char* name,
                          const std::string& value) {
  EXPECT_EQ(::lsetxattr(path.c_str(), name, value.data(), value.size(), 0), 0)
      << name << " of " << path << ": " << std::strerror(errno);
}

// In a folder that is there. Capabilities only where we are root.
inline void make_every_kind_of_entry(const std::filesystem::path& top) {
  namespace fs = std::filesystem;
  const auto write = [&](const fs::path& name, const std::string& text) {
    std::ofstream(top / name) << text;
  };
  fs::create_directories(top / "folder/inner");
  fs::create_directory(top / "empty");
  write("plain", "text");
  write("nothing", "");
  write("folder/program", "#!/bin/sh\n");
  ::chmod((top / "folder/program").c_str(), 04755);
  write("folder/secret", "hidden");
  ::chmod((top / "folder/secret").c_str(), 0400);
  write("na\"me with\nall sorts \xff of bytes", "odd");
  fs::create_hard_link(top / "plain", top / "folder/inner/same as plain");
  fs::create_symlink("../plain", top / "folder/link");
  fs::create_symlink("/nowhere/at/all", top / "dangling");
  ::mkfifo((top / "fifo").c_str(), 0640);
  // Data at the beginning, in the midst and at the end of 256 MiB.
  const int sparse = ::open((top / "sparse").c_str(), O_WRONLY | O_CREAT | O_CLOEXEC, 0644);
  EXPECT_EQ(::pwrite(sparse, "begin", 5, 0), 5);
  EXPECT_EQ(::pwrite(sparse, "midst", 5, 100 << 20), 5);
  EXPECT_EQ(::pwrite(sparse, "end", 3, (256 << 20) - 3), 3);
  ::close(sparse);
  write("attributed", "with attributes");
  set_attribute(top / "attributed", "user.note", std::string("a\0b", 3));
  set_attribute(top / "attributed", "system.posix_acl_access", access_list(12345));
  set_attribute(top / "folder/inner", "user.of_folder", "yes");
  set_attribute(top / "folder/inner", "system.posix_acl_access", access_list(12345));
  set_attribute(top / "folder/inner", "system.posix_acl_default", access_list(54321));
  if (::geteuid() == 0) set_attribute(top / "folder/program", "security.capability", capability());
  ::chmod((top / "empty").c_str(), 01777);
  int second = 1'000'000'000;
  for (const char* name : {"plain", "folder/program", "folder/link", "sparse", "fifo", "empty",
                           "folder/inner", "folder"}) {
    const timespec times[2] = {{.tv_sec = ++second, .tv_nsec = 123'456'789},
                               {.tv_sec = second, .tv_nsec = 987'654'321}};
    EXPECT_EQ(::utimensat(AT_FDCWD, (top / name).c_str(), times, AT_SYMLINK_NOFOLLOW), 0);
  }
}

enum class Owners { shown, left_out };

inline std::string describe_entry(const std::filesystem::path& path, const struct stat& about,
                                  Owners owners) {
  std::ostringstream text;
  text << std::oct << about.st_mode << std::dec;
  if (owners == Owners::shown) text << " of " << about.st_uid << ":" << about.st_gid;
  if (!S_ISDIR(about.st_mode)) {
    text << ", " << about.st_size << " bytes of " << about.st_mtim.tv_sec << "."
         << about.st_mtim.tv_nsec;
    text << (about.st_blocks * 512 < about.st_size / 2 ? ", with holes" : "");
  }
  if (S_ISLNK(about.st_mode)) text << " -> " << std::filesystem::read_symlink(path).string();
  if (S_ISREG(about.st_mode)) {
    std::ifstream file(path, std::ios::binary);
    std::size_t sum = 14695981039346656037U;
    std::vector<char> chunk(1 << 20);
    while (file.read(chunk.data(), static_cast<std::streamsize>(chunk.size())) || file.gcount()) {
      for (std::streamsize i = 0; i < file.gcount(); ++i) {
        sum =
            (sum ^ static_cast<unsigned char>(chunk[static_cast<std::size_t>(i)])) * 1099511628211U;
      }
    }
    text << ", content " << sum;
  }
  char names[65536];
  const ssize_t length = ::llistxattr(path.c_str(), names, sizeof names);
  std::map<std::string, std::string> attributes;
  for (ssize_t at = 0; at < length;) {
    const std::string name(names + at);
    at += static_cast<ssize_t>(name.size()) + 1;
    if (name.starts_with("security.selinux") || name.starts_with("btrfs.")) continue;
    std::string value(65536, '\0');
    value.resize(static_cast<std::size_t>(
        std::max<ssize_t>(0, ::lgetxattr(path.c_str(), name.c_str(), value.data(), value.size()))));
    attributes[name] = value;
  }
  for (const auto& [name, value] : attributes) {
    text << ", " << name << "=";
    for (const unsigned char c : value) text << std::hex << int{c} << "." << std::dec;
  }
  return text.str();
}

// By its path below `top`. Files with several names tell the first of them.
inline std::map<std::string, std::string> describe_tree(const std::filesystem::path& top,
                                                        Owners owners) {
  std::map<std::string, std::string> entries;
  std::map<ino_t, std::string> first;
  std::vector<std::filesystem::path> paths;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(top)) {
    paths.push_back(entry.path());
  }
  std::sort(paths.begin(), paths.end());
  for (const auto& path : paths) {
    struct stat about {};
    EXPECT_EQ(::lstat(path.c_str(), &about), 0);
    const std::string name = path.lexically_relative(top).string();
    std::string text = describe_entry(path, about, owners);
    if (about.st_nlink > 1 && !S_ISDIR(about.st_mode)) {
      text += ", the same as " + first.try_emplace(about.st_ino, name).first->second;
    }
    entries[name] = text;
  }
  return entries;
}

}  // namespace slip::test
