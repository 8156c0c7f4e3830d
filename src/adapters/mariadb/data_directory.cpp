// SPDX-License-Identifier: Apache-2.0
#include "adapters/mariadb/data_directory.h"

#include <fcntl.h>
#include <unistd.h>

namespace slip::mariadb {

namespace fs = std::filesystem;

namespace {

constexpr const char* kSeriesMark = "data/slipstream.series";

Directory::Access private_to(const RunUser& user) {
  return {.mode = 0700, .owner = user.ids};
}

}  // namespace

Result<Layout> open_layout(const fs::path& directory) {
  return layout_in(TRY(Directory::open(directory)));
}

Layout layout_in(Directory directory) {
  return Layout{.top = std::make_shared<const Directory>(std::move(directory))};
}

Result<> make_layout(const Layout& layout, const RunUser& user) {
  for (const char* name : {kData, kLog, kTmp}) {
    const Directory made = TRY(layout.top->make_directory(name, private_to(user)));
    TRY(made.set_no_copy_on_write());
  }
  TRY(layout.top->make_directory(kRun, private_to(user)));
  return {};
}

Result<> clear_leftovers(const Layout& layout, const RunUser& user) {
  TRY(layout.top->remove(kRun));
  TRY(layout.top->make_directory(kRun, private_to(user)));
  TRY(layout.top->remove(kTmp));
  const Directory made = TRY(layout.top->make_directory(kTmp, private_to(user)));
  return made.set_no_copy_on_write();
}

Result<Series> read_series_mark(const Layout& layout) {
  const std::string text = TRY(layout.top->read(kSeriesMark, 64));
  if (const auto series = find_series(text)) return *series;
  return Error{.code = ErrorCode::invalid_argument,
               .message = (layout.top->path() / kSeriesMark).string() + " names no release series"};
}

Result<> write_series_mark(const Layout& layout, Series series, const RunUser& user) {
  return write_owned(*layout.top, kSeriesMark, series.text() + "\n", user);
}

Result<bool> server_runs_on(const Directory& data) {
  // A server holds a lock on these for as long as it runs; asking takes none.
  for (const char* name : {"ibdata1", "mysql.ibd", "aria_log_control"}) {
    const auto fd = data.open_file(name);
    if (!fd && fd.error().code == ErrorCode::not_found) continue;
    if (!fd) return fd.error();
    struct flock lock {};
    lock.l_type = F_WRLCK;
    lock.l_whence = SEEK_SET;
    if (::fcntl(fd->get(), F_GETLK, &lock) == 0 && lock.l_type != F_UNLCK) return true;
  }
  return false;
}

Result<std::optional<std::string>> read_if_there(const Directory& directory, const fs::path& name,
                                                 std::size_t max) {
  auto text = directory.read(name, max);
  if (!text && text.error().code == ErrorCode::not_found) return std::optional<std::string>();
  if (!text) return text.error();
  return std::optional(*std::move(text));
}

}  // namespace slip::mariadb
