// SPDX-License-Identifier: Apache-2.0
#include "client/cli/password.h"

#include <fmt/format.h>
#include <termios.h>
#include <unistd.h>

#include <cstdio>
#include <iostream>
#include <memory>

#include "base/file.h"

namespace slip::cli {
namespace {

// While it lives, the terminal does not show what is typed.
class WithoutEcho {
 public:
  explicit WithoutEcho(int fd) : fd_(fd) {
    tcgetattr(fd_, &before_);
    termios silent = before_;
    silent.c_lflag &= ~static_cast<tcflag_t>(ECHO);
    tcsetattr(fd_, TCSAFLUSH, &silent);
  }
  ~WithoutEcho() { tcsetattr(fd_, TCSAFLUSH, &before_); }
  WithoutEcho(const WithoutEcho&) = delete;
  WithoutEcho& operator=(const WithoutEcho&) = delete;

 private:
  int fd_;
  termios before_{};
};

std::string without_line_breaks(std::string text) {
  while (text.ends_with('\n') || text.ends_with('\r')) text.pop_back();
  return text;
}

Result<std::string> read_input(const std::string& file) {
  if (file != "-") return read_file(file, 1 << 20);
  return std::string(std::istreambuf_iterator<char>(std::cin), {});
}

Result<Secret> ask(const std::string& question) {
  const std::unique_ptr<FILE, int (*)(FILE*)> terminal(std::fopen("/dev/tty", "r+"), &std::fclose);
  if (terminal == nullptr) {
    return Error{.code = ErrorCode::invalid_argument,
                 .message = "there is no terminal to ask for the password at",
                 .hint =
                     "Give it with --password-file FILE, or --password-file - for standard "
                     "input."};
  }
  fmt::print(terminal.get(), "{}: ", question);
  std::fflush(terminal.get());
  std::string line;
  {
    const WithoutEcho silence(fileno(terminal.get()));
    for (int c = std::fgetc(terminal.get()); c != EOF && c != '\n';
         c = std::fgetc(terminal.get())) {
      line += static_cast<char>(c);
    }
  }
  fmt::print(terminal.get(), "\n");
  if (line.empty()) {
    return Error{.code = ErrorCode::invalid_argument, .message = "no password was given"};
  }
  return Secret(std::move(line));
}

}  // namespace

Result<Secret> read_password(const std::string& file, const std::string& question) {
  if (file.empty()) return ask(question);
  Secret password(without_line_breaks(TRY(in_context("read the password", read_input(file)))));
  if (password.empty()) {
    return Error{.code = ErrorCode::invalid_argument,
                 .message = (file == "-" ? "standard input" : file) + " holds no password"};
  }
  return password;
}

Result<Secret> read_new_password(const std::string& file, const std::string& user) {
  Secret password = TRY(read_password(file, "New password of " + user));
  if (!file.empty()) return password;
  const Secret again = TRY(read_password("", "Once more"));
  if (again.reveal() != password.reveal()) {
    return Error{.code = ErrorCode::invalid_argument, .message = "the two passwords differ"};
  }
  return password;
}

Result<std::string> read_value(const std::string& value) {
  if (!value.starts_with('@')) return value;
  return without_line_breaks(TRY(read_input(value.substr(1))));
}

}  // namespace slip::cli
