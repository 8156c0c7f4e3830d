// SPDX-License-Identifier: Apache-2.0
#include "adapters/support/dump_stream.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>

#include "adapters/support/tenant_files.h"
#include "base/system_error.h"

namespace slip {

Result<std::unique_ptr<DumpStream>> DumpStream::start(const std::optional<UserIds>& owner,
                                                      Produce produce) {
  std::unique_ptr<DumpStream> stream(new DumpStream);
  const auto pipe = stream->folder_.path() / "dump";
  if (::mkfifo(pipe.c_str(), 0600) != 0) return error_from_errno(errno, "make a pipe");
  if (owner) {
    for (const auto& path : {stream->folder_.path(), pipe}) {
      if (::chown(path.c_str(), owner->uid, owner->gid) != 0) {
        return error_from_errno(errno, "change the owner of " + path.string());
      }
    }
  }
  // One end without the other would be waited for.
  stream->reader_ = UniqueFd(::open(pipe.c_str(), O_RDONLY | O_NONBLOCK | O_CLOEXEC));
  stream->writer_ = UniqueFd(::open(pipe.c_str(), O_WRONLY | O_CLOEXEC));
  if (!stream->reader_ || !stream->writer_) return error_from_errno(errno, "open a pipe");
  stream->ended_ =
      std::async(std::launch::async, [stream = stream.get(), produce = std::move(produce), pipe] {
        auto produced = produce(pipe, [stream] { return stream->is_wanted_.load(); });
        stream->writer_ = {};
        return produced;
      });
  return stream;
}

DumpStream::~DumpStream() {
  is_wanted_ = false;
  if (ended_.valid()) ended_.wait();  // whatever became of it
}

std::filesystem::path DumpStream::path() const {
  return path_of_open_file(reader_.get());
}

Result<UniqueFd> DumpStream::open() const {
  UniqueFd opened(::open(path().c_str(), O_RDONLY | O_CLOEXEC));
  if (!opened) return error_from_errno(errno, "open a pipe");
  return opened;
}

Result<> DumpStream::end() {
  is_wanted_ = false;
  return ended_.get();
}

}  // namespace slip
