// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <string>
#include <string_view>

#include "base/subprocess.h"

namespace slip {

// What goes on of a piece of a stream; the last piece is empty.
using StreamFilter = std::function<Result<std::string>(std::string_view piece)>;

// As `run_piped` (subprocess.h), what `from` says passing through the filter, which is called in
// one thread that is not the caller's. Errors: also the filter's; both programs have ended.
Result<PipedOutput> run_filtered(const Command& from, const StreamFilter& filter,
                                 const Command& to);

}  // namespace slip
