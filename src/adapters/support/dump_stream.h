// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <atomic>
#include <filesystem>
#include <functional>
#include <future>
#include <memory>
#include <optional>

#include "base/fd.h"
#include "base/result.h"
#include "base/temporary_directory.h"
#include "base/user.h"

namespace slip {

// What a program writes, read while it writes, so that no room is needed for it. The program has
// ended when this object is gone.
class DumpStream {
 public:
  // `produce` runs the program, which is to write to that file as `owner` (nothing: as us), and
  // asks the function whether to go on.
  using GoOn = std::function<bool()>;
  using Produce = std::function<Result<>(const std::filesystem::path& to, const GoOn& go_on)>;
  static Result<std::unique_ptr<DumpStream>> start(const std::optional<UserIds>& owner,
                                                   Produce produce);
  ~DumpStream();

  // To be opened once. It ends where the program does.
  std::filesystem::path path() const;
  // Opens it, for reading that waits.
  Result<UniqueFd> open() const;
  // How the program has ended; it is not waited for what it would still write.
  Result<> end();

 private:
  DumpStream() = default;

  TemporaryDirectory folder_;
  UniqueFd reader_;
  UniqueFd writer_;  // so that whoever opens the pipe does not wait
  std::atomic<bool> is_wanted_ = true;
  std::future<Result<>> ended_;
};

}  // namespace slip
