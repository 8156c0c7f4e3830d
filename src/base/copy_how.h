// SPDX-License-Identifier: Apache-2.0
#pragma once

namespace slip {

enum class CopyHow {
  share,     // FICLONE each file; where the file system cannot, copy_file_range (holes kept)
  no_share,  // copy_file_range or read and write
};

// What a mode forbids us of what is ours, without being root: is that obeyed, or does the copying
// lend itself the permission meanwhile (base/lent_mode)?
enum class OwnModes { obeyed, lent };

}  // namespace slip
