// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "base/result.h"
#include "client/api_address.h"
#include "client/api_client.h"

namespace slip {

// One HTTP/1.1 connection as a client has it. Blocks, with time limits. After an error it is of no
// more use. Errors are those of ApiClient::send.
class ApiConnection {
 public:
  struct Limits {
    std::chrono::milliseconds connect_timeout;
    std::optional<std::filesystem::path> trusted_certificate;
  };
  static Result<std::unique_ptr<ApiConnection>> open(const ApiAddress& address,
                                                     const Limits& limits);
  virtual ~ApiConnection() = default;

  virtual Result<> write(std::string_view request, std::chrono::milliseconds timeout) = 0;

  enum class Body { expected, none };  // none: the answer to HEAD
  virtual Result<ApiResponse> read(Body body, std::chrono::milliseconds timeout) = 0;

  // Status and headers; `text` stays empty. The body then comes in pieces.
  virtual Result<ApiResponse> read_head(std::chrono::milliseconds timeout) = 0;
  // The next piece of the body; empty at its end. `keep_going` is asked several times a second;
  // `canceled` when it says no, `timed_out` when nothing came in `silence_max`.
  virtual Result<std::string> read_piece(std::chrono::milliseconds silence_max,
                                         const std::function<bool()>& keep_going) = 0;

  // Whether another request may be sent: the last answer allows it, and the other side has neither
  // closed nor sent anything since.
  virtual bool is_reusable() = 0;
};

}  // namespace slip
