// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <sys/mman.h>
#include <unistd.h>

#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <string>
#include <string_view>

#include "base/directory.h"
#include "base/fd.h"

// What the fuzzing programs share. Each of them is one function that libFuzzer calls with bytes.

namespace slip::fuzz {

inline std::string_view text_of(const std::uint8_t* data, std::size_t size) {
  return {reinterpret_cast<const char*>(data), size};
}

// What must be true of every input; ends the program, by which libFuzzer keeps the input.
inline void require(bool holds, const char* what) {
  if (holds) return;
  std::fprintf(stderr, "does not hold: %s\n", what);
  std::abort();
}

// A file in memory with that content, to be read from its beginning.
inline UniqueFd file_of(std::string_view content) {
  UniqueFd file(::memfd_create("input", MFD_CLOEXEC));
  require(
      ::write(file.get(), content.data(), content.size()) == static_cast<ssize_t>(content.size()),
      "memory for a file");
  require(::lseek(file.get(), 0, SEEK_SET) == 0, "a file in memory can be read again");
  return file;
}

inline std::string content_of(const UniqueFd& file) {
  std::string content(static_cast<std::size_t>(::lseek(file.get(), 0, SEEK_END)), '\0');
  require(::pread(file.get(), content.data(), content.size(), 0) ==
              static_cast<ssize_t>(content.size()),
          "a file in memory can be read");
  return content;
}

inline std::filesystem::path path_of(const UniqueFd& file) {
  return "/proc/self/fd/" + std::to_string(file.get());
}

// A directory of this process' own, removed at its end.
class Scratch {
 public:
  Scratch() {
    std::string path = "/dev/shm/slip-fuzz-XXXXXX";
    require(::mkdtemp(path.data()) != nullptr, "a directory in /dev/shm");
    path_ = path;
  }
  ~Scratch() { std::filesystem::remove_all(path_); }
  Scratch(const Scratch&) = delete;
  Scratch& operator=(const Scratch&) = delete;

  Directory directory() const {
    auto opened = Directory::open(path_);
    require(opened.has_value(), "the directory opens");
    return std::move(*opened);
  }
  void write(const std::string& name, std::string_view content) const {
    std::FILE* file = std::fopen((path_ / name).c_str(), "w");
    require(
        file != nullptr && std::fwrite(content.data(), 1, content.size(), file) == content.size(),
        "a file in /dev/shm");
    std::fclose(file);
  }

 private:
  std::filesystem::path path_;
};

}  // namespace slip::fuzz
