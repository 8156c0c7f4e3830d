// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/directory.h"
#include "base/result.h"

namespace slip::files {

// What an archive of tar's says of an entry, and a program cannot give to the file that unpacks it
// as the user whom it will belong to: access lists, capabilities, and bits that a change of owner
// takes away.
struct ArchivedAttributes {
  std::string name;                               // relative, as the archive has it
  std::map<std::string, std::string> attributes;  // as the kernel takes them
  std::optional<mode_t> mode = {};                // of a file with setuid or setgid
};

// Reads a whole archive, unpacked, to its end and tells `found` of each entry that has such.
// `keep_going` is asked now and then. Errors: those of reading, `canceled`, and what `found` fails
// with.
Result<> read_archived_attributes(int archive,
                                  const std::function<Result<>(const ArchivedAttributes&)>& found,
                                  const std::function<bool()>& keep_going);

// A POSIX access list as the kernel takes it, from its text ("user::rw-,user:12345:rwx,...").
// Nothing where it is none, or names somebody whom this machine does not know.
std::optional<std::string> access_list_of(std::string_view text);

// Gives them to the file in that tree, if it was unpacked there.
Result<> give_archived_attributes(const Directory& tree, const ArchivedAttributes& entry);

}  // namespace slip::files
