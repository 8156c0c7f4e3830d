// SPDX-License-Identifier: Apache-2.0
#include "adapters/support/private_process.h"

#include "adapters/support/space_watch.h"

namespace slip {

namespace {

using SteadyClock = std::chrono::steady_clock;
constexpr auto kPollInterval = std::chrono::milliseconds(10);

}  // namespace

PrivateProcess::PrivateProcess(Command command, std::filesystem::path data) {
  command.deadline = std::chrono::hours(48);
  command.watch = [this, space = SpaceWatch(std::move(data))](std::string_view) mutable {
    if (space.has_run_out()) has_no_space_ = true;
    return !is_unwanted_ && !has_no_space_;
  };
  ended_ = std::async(std::launch::async, [command = std::move(command)] { return run(command); });
}

PrivateProcess::~PrivateProcess() {
  is_unwanted_ = true;
  if (ended_.valid()) ended_.wait();
}

Result<> PrivateProcess::wait_until(const std::function<Result<>()>& ready,
                                    const std::function<bool()>& keep_going,
                                    std::chrono::minutes patience) {
  const auto deadline = SteadyClock::now() + patience;
  for (;;) {
    if (ended_.wait_for(kPollInterval) == std::future_status::ready) {
      const CommandOutput output = TRY(outcome());
      return Error{.code = ErrorCode::failed,
                   .message = "the server ended with status " + std::to_string(output.exit_status),
                   .detail = output.out + output.err};
    }
    if (keep_going && !keep_going()) {
      return Error{.code = ErrorCode::canceled, .message = "canceled"};
    }
    const auto answer = ready();
    if (answer) return {};
    const ErrorCode code = answer.error().code;
    if (code != ErrorCode::unavailable && code != ErrorCode::timed_out) return answer.error();
    if (SteadyClock::now() > deadline) {
      return Error{.code = ErrorCode::timed_out, .message = "the server does not get ready"};
    }
  }
}

Result<CommandOutput> PrivateProcess::outcome() {
  auto output = ended_.get();
  if (has_no_space_) return no_space_for_source();
  return output;
}

}  // namespace slip
