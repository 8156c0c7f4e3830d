// SPDX-License-Identifier: Apache-2.0
#pragma once

// What tests of random moments have in common: how many they look at, where they begin, and where
// their servers have their files.

#include <sys/statvfs.h>
#include <unistd.h>

#include <chrono>
#include <cstdint>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <optional>
#include <random>
#include <string>

namespace slip::test {

inline std::optional<std::uint64_t> number_in_environment(const char* name) {
  const char* text = std::getenv(name);
  return text == nullptr ? std::nullopt : std::optional(std::strtoull(text, nullptr, 10));
}

// MOMENTS=1000: so many of each test instead of some; MOMENTS_SEED=7: from that history on.
class Moments {
 public:
  explicit Moments(std::uint64_t some)
      : wanted_(number_in_environment("MOMENTS").value_or(some)),
        seed_(number_in_environment("MOMENTS_SEED").value_or(std::random_device()())) {}

  bool are_enough() const {
    const bool is_asked_for = number_in_environment("MOMENTS").has_value();
    return seen_ >= wanted_ || (!is_asked_for && std::chrono::steady_clock::now() > deadline_);
  }
  void add() { ++seen_; }
  std::uint64_t seen() const { return seen_; }
  std::uint64_t next_seed() { return seed_++; }

 private:
  std::uint64_t wanted_;
  std::uint64_t seed_;
  std::uint64_t seen_ = 0;
  // Where servers wait for a slow disk, fewer.
  std::chrono::steady_clock::time_point deadline_ =
      std::chrono::steady_clock::now() + std::chrono::minutes(5);
};

// While it lives, temporary directories are in memory, if there is enough of it: servers that are
// started and stopped hundreds of times wait for their disk most of the time.
class InMemory {
 public:
  InMemory() {
    if (std::getenv("TMPDIR") != nullptr || !is_enough()) return;
    ::setenv("TMPDIR", kPlace, 1);
    is_set_ = true;
  }
  ~InMemory() {
    if (is_set_) ::unsetenv("TMPDIR");
  }
  InMemory(const InMemory&) = delete;
  InMemory& operator=(const InMemory&) = delete;

 private:
  static constexpr const char* kPlace = "/dev/shm";

  static bool is_enough() {
    constexpr std::uint64_t wanted = std::uint64_t{6} << 30;  // of several tests side by side
    struct statvfs space {};
    if (::access(kPlace, W_OK) != 0 || ::statvfs(kPlace, &space) != 0) return false;
    if (std::uint64_t{space.f_bavail} * space.f_frsize < wanted) return false;
    std::ifstream about("/proc/meminfo");
    for (std::string word; about >> word;) {
      std::uint64_t kib = 0;
      if (word == "MemAvailable:" && about >> kib) return kib * 1024 >= wanted;
    }
    return false;
  }

  bool is_set_ = false;
};

}  // namespace slip::test
