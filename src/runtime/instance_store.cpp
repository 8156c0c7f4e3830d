// SPDX-License-Identifier: Apache-2.0
#include "runtime/instance_store.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <system_error>
#include <thread>

#include "base/file.h"
#include "base/json.h"
#include "base/presence.h"

namespace slip {
namespace {

namespace fs = std::filesystem;

constexpr const char* record_name = "instance.json";
constexpr const char* exit_name = "exit.json";
constexpr const char* log_name = "log";
constexpr const char* old_log_name = "log.1";

struct RecordedExit {
  ProcessIdentity process;
  int status = 0;
};
BOOST_DESCRIBE_STRUCT(RecordedExit, (), (process, status))

// Whole or not at all for everybody who reads it, also after our death; not yet after a power cut.
Result<> replace(const fs::path& path, std::string_view content) {
  const fs::path beside = path.string() + ".new";
  const UniqueFd fd(open(beside.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600));
  if (!fd) return error_from_errno(errno, "write " + beside.string());
  if (write(fd.get(), content.data(), content.size()) != static_cast<ssize_t>(content.size())) {
    return error_from_errno(errno == 0 ? ENOSPC : errno, "write " + beside.string());
  }
  if (rename(beside.c_str(), path.c_str()) != 0) {
    return error_from_errno(errno, "write " + path.string());
  }
  return {};
}

// Nobody is waited for who has a lease on it.
UniqueFd open_at_once(const fs::path& path, int flags) {
  return UniqueFd(open(path.c_str(), flags | O_NONBLOCK | O_CLOEXEC | O_NOFOLLOW, 0600));
}

// From `position` on, or (negative) the file's end.
Result<std::string> part(const fs::path& path, off_t position, std::size_t bytes) {
  const UniqueFd fd = open_at_once(path, O_RDONLY);
  if (!fd) {
    if (errno == ENOENT) return std::string();
    return error_from_errno(errno, "read " + path.string());
  }
  const off_t size = lseek(fd.get(), 0, SEEK_END);
  const off_t wanted = static_cast<off_t>(std::min<std::size_t>(bytes, size));
  const off_t from = position < 0 ? size - wanted : std::min(position, size);
  std::string text(static_cast<std::size_t>(std::min(wanted, size - from)), '\0');
  const ssize_t got = pread(fd.get(), text.data(), text.size(), from);
  if (got < 0) return error_from_errno(errno, "read " + path.string());
  text.resize(static_cast<std::size_t>(got));
  return text;
}

// 0 for none.
std::int64_t size_of(const fs::path& path) {
  struct stat about {};
  return stat(path.c_str(), &about) == 0 ? std::int64_t{about.st_size} : 0;
}

}  // namespace

Result<> InstanceStore::check(const InstanceId& id) {
  if (InstanceId::looks_like(id.str()) && id.str().find('/') == std::string::npos &&
      id.str().size() < 200) {
    return {};
  }
  return Error{.code = ErrorCode::invalid_argument,
               .message = "\"" + id.str() + "\" is not an instance's id"};
}

Result<> InstanceStore::save(const InstanceId& id, const InstanceRecord& record) const {
  TRY(make_directories(root_ / id.str(), 0700));
  return replace(file(id, record_name), to_json_text(record));
}

Result<> InstanceStore::make_durable(const InstanceId& id) const {
  const UniqueFd fd(open(file(id, record_name).c_str(), O_RDONLY | O_CLOEXEC));
  if (!fd || fsync(fd.get()) != 0) return error_from_errno(errno, "write " + id.str());
  TRY(fsync_directory(root_ / id.str()));
  return fsync_directory(root_);
}

Result<std::optional<InstanceRecord>> InstanceStore::load(const InstanceId& id) const {
  std::optional<InstanceRecord> found;
  const auto text = read_file(file(id, record_name));
  if (!text && text.error().code == ErrorCode::not_found) return found;
  if (!text) return text.error();
  auto record = from_json_text<InstanceRecord>(*text);
  if (record) found = *std::move(record);
  return found;
}

Result<bool> InstanceStore::exists(const InstanceId& id) const {
  return is_present(file(id, record_name));
}

void InstanceStore::remove(const InstanceId& id) const {
  unlink(file(id, exit_name).c_str());
  unlink(file(id, record_name).c_str());
  rmdir((root_ / id.str()).c_str());  // stays where there is a log
}

Result<std::vector<InstanceId>> InstanceStore::list() const {
  std::vector<InstanceId> found;
  std::error_code failed;
  auto each = fs::directory_iterator(root_, failed);
  for (; !failed && each != fs::directory_iterator(); each.increment(failed)) {
    const InstanceId id(each->path().filename().string());
    if (!check(id)) continue;
    const auto has_record = exists(id);
    if (!has_record || *has_record) found.push_back(id);
  }
  if (failed) return error_from_errno(failed.value(), "read " + root_.string());
  return found;
}

void InstanceStore::save_exit(const InstanceId& id, const ProcessIdentity& process,
                              int status) const {
  (void)replace(file(id, exit_name), to_json_text(RecordedExit{process, status}));
}

std::optional<int> InstanceStore::load_exit(const InstanceId& id,
                                            const ProcessIdentity& process) const {
  const auto text = read_file(file(id, exit_name));
  if (!text) return std::nullopt;
  const auto exit = from_json_text<RecordedExit>(*text);
  if (!exit || exit->process != process) return std::nullopt;
  return exit->status;
}

Result<UniqueFd> InstanceStore::open_log(const InstanceId& id) const {
  TRY(make_directories(root_ / id.str(), 0700));
  const std::lock_guard lock(logs_mutex_);
  const fs::path path = file(id, log_name);
  struct stat about {};
  if (stat(path.c_str(), &about) == 0 && about.st_size > rotate_at) {
    rename(path.c_str(), file(id, old_log_name).c_str());
  }
  UniqueFd fd = open_at_once(path, O_WRONLY | O_CREAT | O_APPEND);
  // Programs get it as their output, and know that as one that blocks.
  if (!fd || fcntl(fd.get(), F_SETFL, O_APPEND) != 0) {
    return error_from_errno(errno, "open " + path.string());
  }
  return fd;
}

Result<> InstanceStore::trim_log(const InstanceId& id) const {
  const std::lock_guard lock(logs_mutex_);
  if (TRY(log_size(id)) <= 4 * rotate_at) return {};
  const fs::path path = file(id, log_name);
  // Where nothing more can be written its newest part is lost, rather than the room it takes.
  const auto newest = part(path, -1, rotate_at);
  const auto kept = newest ? replace(file(id, old_log_name), *newest) : Result<>(newest.error());
  const UniqueFd fd = open_at_once(path, O_WRONLY);
  if (!fd || ftruncate(fd.get(), 0) != 0) {
    return error_from_errno(errno, "shorten " + path.string());
  }
  return kept;
}

// By its blocks: who writes at a place of his own choice makes holes, and space without bytes.
Result<std::int64_t> InstanceStore::log_size(const InstanceId& id) const {
  constexpr std::int64_t block_bytes = 512;
  const fs::path path = file(id, log_name);
  struct stat about {};
  if (stat(path.c_str(), &about) == 0) return std::int64_t{about.st_blocks} * block_bytes;
  if (errno == ENOENT) return 0;
  return error_from_errno(errno, "look at " + path.string());
}

void InstanceStore::note_in_log(const InstanceId& id, const std::string& line) const {
  const UniqueFd fd = open_at_once(file(id, log_name), O_WRONLY | O_APPEND);
  const std::string whole = line + "\n";
  if (fd) [[maybe_unused]]
    const ssize_t written = write(fd.get(), whole.data(), whole.size());
}

Result<std::string> InstanceStore::read_log(const InstanceId& id, std::size_t bytes) const {
  std::string text = TRY(part(file(id, log_name), -1, bytes));
  if (text.size() < bytes) {
    text.insert(0, TRY(part(file(id, old_log_name), -1, bytes - text.size())));
  }
  return text;
}

Result<std::string> InstanceStore::read_log_from(const InstanceId& id, std::int64_t position,
                                                 std::size_t bytes) const {
  return part(file(id, log_name), position, bytes);
}

// By looking again and again: the kernel would tell (inotify), but keeps whoever no longer listens
// for ten milliseconds.
std::int64_t InstanceStore::await_log(const InstanceId& id, std::int64_t seen,
                                      Duration patience) const {
  const fs::path path = file(id, log_name);
  const auto until = std::chrono::steady_clock::now() + patience;
  const auto pause = std::max(Duration(1), patience / 16);
  while (true) {
    const std::int64_t size = size_of(path);
    if (size != seen || std::chrono::steady_clock::now() >= until) return size;
    std::this_thread::sleep_for(pause);
  }
}

void InstanceStore::remove_log(const InstanceId& id) const {
  const std::lock_guard lock(logs_mutex_);
  unlink(file(id, log_name).c_str());
  unlink(file(id, old_log_name).c_str());
  rmdir((root_ / id.str()).c_str());
}

}  // namespace slip
