// SPDX-License-Identifier: Apache-2.0
#include "gateway/tcp/letter.h"

#include <fcntl.h>
#include <sys/socket.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <memory>

#include "base/json.h"
#include "base/log.h"
#include "base/system_error.h"

namespace slip {
namespace {

constexpr std::size_t kLetterMax = 64 << 10;

using Control = std::array<char, CMSG_SPACE(sizeof(int))>;

Error other_side_gone(int why) {
  Error error = error_from_errno(why, "reach the other side of the gateway's socket");
  error.code = ErrorCode::unavailable;
  return error;
}

UniqueFd descriptor_in(msghdr& message) {
  const cmsghdr* header = CMSG_FIRSTHDR(&message);
  if (header == nullptr || header->cmsg_level != SOL_SOCKET || header->cmsg_type != SCM_RIGHTS) {
    return {};
  }
  int fd = -1;
  std::memcpy(&fd, CMSG_DATA(header), sizeof fd);
  return UniqueFd(fd);
}

Result<Letter> read_letter(std::string_view text) {
  const auto parsed = TRY(parse_json(text));
  if (!parsed.is_object()) {
    return Error{.code = ErrorCode::invalid_argument, .message = "expected an object"};
  }
  json::value whole = to_json(Letter{});
  for (auto& member : whole.as_object()) {
    if (const auto* said = parsed.as_object().if_contains(member.key())) member.value() = *said;
  }
  return from_json<Letter>(whole);
}

}  // namespace

Result<> send_letter(const UniqueFd& socket, const Letter& letter, int fd, Patience patience) {
  std::string text = json::serialize(to_json(letter));
  if (text.size() > kLetterMax) {
    return Error{.code = ErrorCode::too_large, .message = "a letter to the gateway is too long"};
  }
  iovec part{.iov_base = text.data(), .iov_len = text.size()};
  msghdr message{};
  message.msg_iov = &part;
  message.msg_iovlen = 1;
  alignas(cmsghdr) Control control{};
  if (fd >= 0) {
    message.msg_control = control.data();
    message.msg_controllen = control.size();
    cmsghdr* header = CMSG_FIRSTHDR(&message);
    header->cmsg_level = SOL_SOCKET;
    header->cmsg_type = SCM_RIGHTS;
    header->cmsg_len = CMSG_LEN(sizeof fd);
    std::memcpy(CMSG_DATA(header), &fd, sizeof fd);
  }
  const int flags = MSG_NOSIGNAL | (patience == Patience::none ? MSG_DONTWAIT : 0);
  while (sendmsg(socket.get(), &message, flags) < 0) {
    if (errno == EINTR) continue;
    const bool later = errno == EAGAIN || errno == ENOBUFS || errno == ETOOMANYREFS;
    if (!later || patience == Patience::until_sent) return other_side_gone(errno);
    return Error{.code = ErrorCode::busy,
                 .message = "the other side has not read what came before"};
  }
  return {};
}

Result<std::optional<Received>> receive_letter(const UniqueFd& socket) {
  const auto text = std::make_unique_for_overwrite<char[]>(kLetterMax);
  iovec part{.iov_base = text.get(), .iov_len = kLetterMax};
  alignas(cmsghdr) Control control{};
  msghdr message{};
  message.msg_iov = &part;
  message.msg_iovlen = 1;
  message.msg_control = control.data();
  message.msg_controllen = CMSG_LEN(sizeof(int));  // without room for a second one
  const ssize_t got = recvmsg(socket.get(), &message, MSG_DONTWAIT | MSG_CMSG_CLOEXEC);
  if (got < 0 && (errno == EAGAIN || errno == EINTR)) return std::optional<Received>();
  if (got <= 0) return other_side_gone(got == 0 ? ECONNRESET : errno);
  Received received{.letter = {}, .fd = descriptor_in(message)};
  auto letter = read_letter({text.get(), static_cast<std::size_t>(got)});
  if (!letter) {
    spdlog::debug("a letter that nobody understands: {}", letter.error().describe());
    return std::optional<Received>();
  }
  received.letter = *std::move(letter);
  return std::optional(std::move(received));
}

}  // namespace slip
