// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "base/file.h"

namespace slip::test {

// A file system of its own in a sparse file, mounted through a loop device; needs root.
// It is mounted in a mount namespace that this process enters for it, with the file unlinked: when
// the process ends, however it does, the kernel takes mount, loop device and space away.
// Aborts the test program when it cannot: nothing could be tested.
class LoopMount {
 public:
  // `make` is the program that makes the file system, e.g. {"mkfs.btrfs", "-q"}; the file is added.
  LoopMount(std::vector<std::string> make, std::int64_t size, const std::string& options = "");
  ~LoopMount();
  LoopMount(const LoopMount&) = delete;
  LoopMount& operator=(const LoopMount&) = delete;

  static LoopMount btrfs(std::int64_t size) { return {{"mkfs.btrfs", "-q", "-m", "single"}, size}; }
  static LoopMount xfs(std::int64_t size) { return {{"mkfs.xfs", "-q", "-m", "reflink=1"}, size}; }
  static LoopMount ext4(std::int64_t size) { return {{"mkfs.ext4", "-q"}, size}; }

  // What a power cut now would leave: unmounts, and mounts what was on the device until then.
  // Nothing may use the file system.
  void cut_power();

  std::filesystem::path path() const { return home_.path() / "mnt"; }

 private:
  void mount(const std::filesystem::path& file);

  TemporaryDirectory home_;
  std::string options_;
};

// Gives this process mounts of its own, once; no effect on the rest of the machine.
void enter_private_mounts();

}  // namespace slip::test
