#include "adapters/mariadb/data_directory.h"

#include <fcntl.h>
#include <unistd.h>

namespace slip::mariadb {

namespace fs = std::filesystem;

namespace {

constexpr std::string_view kSeriesMark = "slipstream.series";

}  // namespace

Layout layout_of(const fs::path& directory) {
  return Layout{.data = directory / "data",
                .log = directory / "log",
                .run = directory / "run",
                .tmp = directory / "tmp",
                .compared = directory / "compared"};
}

Result<> make_layout(const Layout& layout, const RunUser& user) {
  for (const fs::path& folder : {layout.data, layout.log, layout.tmp}) {
    TRY(make_private_directory(folder, user));
    TRY(set_no_copy_on_write(folder));
  }
  return make_private_directory(layout.run, user);
}

Result<> clear_leftovers(const Layout& layout) {
  for (const fs::path& folder : {layout.run, layout.tmp}) {
    std::error_code failed;
    for (const auto& entry : fs::directory_iterator(folder, failed)) {
      TRY(remove_tree(entry.path()));
    }
  }
  return {};
}

Result<Series> read_series_mark(const fs::path& data) {
  const std::string text = TRY(read_file(data / kSeriesMark, 64));
  if (const auto series = find_series(text)) return *series;
  return Error{.code = ErrorCode::invalid_argument,
               .message = (data / kSeriesMark).string() + " names no release series"};
}

Result<> write_series_mark(const fs::path& data, Series series, const RunUser& user) {
  return write_owned(data / kSeriesMark, series.text() + "\n", user);
}

bool server_runs_on(const fs::path& data) {
  // A server holds a lock on these for as long as it runs; asking takes none.
  for (const char* name : {"ibdata1", "aria_log_control"}) {
    const UniqueFd fd(::open((data / name).c_str(), O_RDONLY | O_CLOEXEC));
    struct flock lock {};
    lock.l_type = F_WRLCK;
    lock.l_whence = SEEK_SET;
    if (fd && ::fcntl(fd.get(), F_GETLK, &lock) == 0 && lock.l_type != F_UNLCK) return true;
  }
  return false;
}

}  // namespace slip::mariadb
