// SPDX-License-Identifier: Apache-2.0
#include "adapters/postgresql/edited_file.h"

#include <fcntl.h>
#include <poll.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>

#include "adapters/support/tenant_files.h"
#include "base/system_error.h"

namespace slip::postgresql {

namespace {

constexpr std::size_t kPiece = 256 << 10;

// What of an edit falls into a piece of the file.
void apply(const Edit& edit, std::int64_t piece_at, std::string& piece) {
  const auto end = piece_at + static_cast<std::int64_t>(piece.size());
  for (auto at = std::max(edit.at, piece_at); at < std::min(edit.at + edit.size, end); ++at) {
    char& byte = piece[static_cast<std::size_t>(at - piece_at)];
    const auto in_text = static_cast<std::size_t>(at - edit.at);
    if (byte != '\n') byte = in_text < edit.text.size() ? edit.text[in_text] : ' ';
  }
}

}  // namespace

Result<std::unique_ptr<EditedFile>> EditedFile::open(const std::filesystem::path& path,
                                                     std::vector<Edit> edits) {
  std::unique_ptr<EditedFile> edited(new EditedFile);
  edited->file_.reset(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (!edited->file_) return error_from_errno(errno, "open the dump " + path.string());
  int ends[2];
  if (::pipe2(ends, O_CLOEXEC) != 0) return error_from_errno(errno, "make a pipe");
  edited->read_end_.reset(ends[0]);
  edited->write_end_.reset(ends[1]);
  ::fcntl(ends[1], F_SETFL, O_NONBLOCK);
  ::fcntl(ends[1], F_SETPIPE_SZ, static_cast<int>(kPiece));
  std::ranges::sort(edits, {}, &Edit::at);
  edited->edits_ = std::move(edits);
  edited->feeder_ = std::thread([&it = *edited] { it.feed(); });
  return edited;
}

EditedFile::~EditedFile() {
  ends_ = true;
  if (feeder_.joinable()) feeder_.join();
}

std::filesystem::path EditedFile::path() const {
  return path_of_open_file(read_end_.get());
}

Result<> EditedFile::check_read() const {
  if (failure_ == 0) return {};
  return error_from_errno(failure_, "read the dump");
}

void EditedFile::feed() {
  std::int64_t at = 0;
  auto next = edits_.begin();  // those before it are behind `at`
  while (!ends_) {
    std::string piece(kPiece, '\0');
    const auto got = ::pread(file_.get(), piece.data(), piece.size(), at);
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) failure_ = errno;
    if (got <= 0) break;
    piece.resize(static_cast<std::size_t>(got));
    const auto end = at + got;
    for (const bool leaves_out : {false, true}) {
      for (auto edit = next; edit != edits_.end() && edit->at < end; ++edit) {
        if (edit->text.empty() == leaves_out) apply(*edit, at, piece);
      }
    }
    while (next != edits_.end() && next->at + next->size <= end) ++next;
    std::size_t written = 0;
    while (written < piece.size() && !ends_) {
      const auto put = ::write(write_end_.get(), piece.data() + written, piece.size() - written);
      if (put > 0) {
        written += static_cast<std::size_t>(put);
      } else if (errno == EAGAIN) {
        pollfd ready{.fd = write_end_.get(), .events = POLLOUT, .revents = 0};
        ::poll(&ready, 1, 100);
      } else if (errno != EINTR) {
        return write_end_.reset();
      }
    }
    at = end;
  }
  write_end_.reset();
}

}  // namespace slip::postgresql
