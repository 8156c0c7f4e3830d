// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <string>

#include "base/directory.h"
#include "base/result.h"

namespace slip::files {

// What a program that copies as the user whom the tree will belong to cannot bring along: extended
// attributes of users, access lists, with the numbers of users as they are, and capabilities of
// programs, which only root may give; and the exact times of symbolic links. Everything in `to`
// that is in `from` as well gets exactly those that it has there; what it had of these kinds beside
// them goes. `keep_going` is asked now and then; false: `canceled`.
Result<> bring_attributes(const Directory& from, const Directory& to,
                          const std::function<bool()>& keep_going);

// Of what has that name in the directory, itself where it is a link. Capabilities where we are
// root.
Result<> set_attributes(const Directory& directory, const char* name,
                        const std::map<std::string, std::string>& attributes);

// Bytes that the files below take on disk, without their holes; one with several names counts once.
Result<std::int64_t> allocated_bytes(const Directory& tree,
                                     const std::function<bool()>& keep_going);

}  // namespace slip::files
