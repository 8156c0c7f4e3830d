// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <optional>
#include <string>

#include "base/fd.h"
#include "base/result.h"

namespace slip {

// A file made a block device. The kernel detaches it by itself when nobody has it open or mounted
// any more: keep `fd` until it is mounted.
struct LoopDevice {
  std::filesystem::path path;  // "/dev/loop3"
  UniqueFd fd;
};

// The device that the file is attached to already, else a free one, with direct I/O where the
// file's file system can: its data is then not cached twice, and a flush reaches the disk.
// Errors: `permission_denied`, `unavailable` (this machine has no loop devices).
Result<LoopDevice> attach_loop_device(const std::filesystem::path& file);

// Nothing if it is attached to none.
Result<std::optional<LoopDevice>> find_loop_device(const std::filesystem::path& file);

// Makes the device as large as its file is now.
Result<> resize_loop_device(const LoopDevice& device);

}  // namespace slip
