// SPDX-License-Identifier: Apache-2.0
#include "base/lent_mode.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <map>
#include <mutex>

#include "base/proc_path.h"

namespace slip {
namespace {

constexpr mode_t kPermissions = 07777;

// What is open by its path alone has no mode to be changed but by its name in /proc.
bool change_mode(const UniqueFd& what, mode_t mode) {
  return ::chmod(through_proc(what.get()).c_str(), mode) == 0;
}

}  // namespace

// What is lent in this process. Two copies of one tree meet in it.
struct LentMode::Table {
  struct Lent {
    mode_t before = 0;
    mode_t now = 0;
    int borrowers = 0;
  };
  std::mutex mutex;
  std::map<Key, Lent> lent;

  static Table& get() {
    static Table table;
    return table;
  }
};

std::optional<LentMode> LentMode::lend(int parent, const char* name, mode_t bits) {
  if (bits == 0 || ::geteuid() == 0) return std::nullopt;
  UniqueFd what(::openat(parent, name, O_PATH | O_NOFOLLOW | O_CLOEXEC));
  Table& table = Table::get();
  const std::lock_guard lock(table.mutex);
  struct stat about {};
  if (!what || ::fstat(what.get(), &about) != 0 || S_ISLNK(about.st_mode)) return std::nullopt;
  const Key key{about.st_dev, about.st_ino};
  const mode_t mode = about.st_mode & kPermissions;
  const auto found = table.lent.find(key);
  const bool is_enough = (mode & bits) == bits;
  if (found == table.lent.end() && is_enough) return std::nullopt;
  if (!is_enough && !change_mode(what, mode | bits)) return std::nullopt;
  auto& lent = found == table.lent.end() ? table.lent[key] : found->second;
  if (lent.borrowers++ == 0) lent.before = mode;
  lent.now = mode | bits;
  return LentMode(std::move(what), key, lent.before);
}

LentMode::~LentMode() {
  if (!key_) return;
  Table& table = Table::get();
  const std::lock_guard lock(table.mutex);
  auto& lent = table.lent[*key_];
  if (--lent.borrowers > 0) return;
  struct stat about {};
  if (what_ && ::fstat(what_.get(), &about) == 0 && (about.st_mode & kPermissions) == lent.now) {
    change_mode(what_, lent.before);
  }
  table.lent.erase(*key_);
}

void LentMode::reopen(int directory) {
  what_ = UniqueFd(::openat(directory, ".", O_PATH | O_DIRECTORY | O_CLOEXEC));
}

}  // namespace slip
