// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <functional>
#include <utility>

namespace slip {

// How the use of a tree ends: it is over, or something goes on that outlives this process.
enum class TreeUse { over, goes_on };

// A tree of the pool that is in use: a volume's, to read and write in, or a snapshot's, to read.
// Its path is valid as long as this lives. Can be moved and not copied: whoever has it is the one
// who uses the tree. Not thread-safe; different holds of one tree are independent of each other.
class HeldTree {
 public:
  // Told once how the use has ended. Does not throw.
  using OnEnd = std::function<void(TreeUse)>;

  HeldTree() = default;  // of nothing, with an empty path
  HeldTree(std::filesystem::path path, OnEnd on_end)
      : path_(std::move(path)), on_end_(std::move(on_end)) {}
  ~HeldTree() { end(TreeUse::over); }

  HeldTree(HeldTree&& other) noexcept
      : path_(std::exchange(other.path_, {})), on_end_(std::exchange(other.on_end_, nullptr)) {}
  HeldTree& operator=(HeldTree&& other) noexcept {
    if (this == &other) return *this;
    end(TreeUse::over);
    path_ = std::exchange(other.path_, {});
    on_end_ = std::exchange(other.on_end_, nullptr);
    return *this;
  }

  const std::filesystem::path& path() const { return path_; }

  // Ends the hold and leaves the tree attached: programs use it that outlive this process. Whoever
  // attaches it again, in this process or the next, holds it from that time.
  void leave() { end(TreeUse::goes_on); }

 private:
  void end(TreeUse how) {
    if (const auto told = std::exchange(on_end_, nullptr)) told(how);
  }

  std::filesystem::path path_;
  OnEnd on_end_;
};

}  // namespace slip
