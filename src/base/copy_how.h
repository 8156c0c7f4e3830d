// SPDX-License-Identifier: Apache-2.0
#pragma once

namespace slip {

enum class CopyHow {
  share,     // FICLONE each file; where the file system cannot, copy_file_range (holes kept)
  no_share,  // copy_file_range or read and write
};

}  // namespace slip
