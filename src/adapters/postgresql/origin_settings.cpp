#include "adapters/postgresql/origin_settings.h"

#include "adapters/postgresql/configuration.h"
#include "base/log.h"
#include "base/subprocess.h"

namespace slip::postgresql {

namespace fs = std::filesystem;

namespace {

Result<> remove_leftovers(const fs::path& data) {
  for (const char* name :
       {"postmaster.pid", "postmaster.opts", "standby.signal", "recovery.signal", "promote",
        "recovery.conf", "recovery.done",
        // What its server wrote of statements and their values, and its key.
        "log", "pg_log", "current_logfiles", "pg_stat/pg_stat_statements.stat", "server.key"}) {
    TRY(remove_tree(data / name));
  }
  std::error_code failed;
  for (const auto& slot : fs::directory_iterator(data / "pg_replslot", failed)) {
    TRY(remove_tree(slot.path()));
  }
  return {};
}

Result<> clean_alter_system(const fs::path& data, const RunUser& user) {
  const fs::path path = data / "postgresql.auto.conf";
  const auto text = read_file(path);
  if (!text) return {};
  return write_owned(path, without_ours(*text), user);
}

bool is_installed(const ServerVersion& version, const std::string& library) {
  if (library.find('/') != std::string::npos) return false;
  for (const char* folder : {"lib", "lib/postgresql"}) {
    std::error_code failed;
    if (fs::exists(version.prefix() / folder / (library + ".so"), failed)) return true;
  }
  return false;
}

Result<> drop_missing_libraries(const fs::path& data, const ServerVersion& version,
                                const RunUser& user) {
  const auto wanted =
      run_ok(Command{.argv = {version.program("postgres"), "-C", "shared_preload_libraries", "-D",
                              data.string(), "-c", "data_directory=."},
                     .working_directory = data,
                     .run_as = user.name});
  if (!wanted) return {};
  std::string kept;
  bool missing = false;
  std::string library;
  for (const char c : *wanted + ",") {
    if (c == ',' || c == '\n') {
      if (library.empty()) continue;
      if (is_installed(version, library)) {
        kept += (kept.empty() ? "" : ",") + library;
      } else {
        spdlog::warn("The server library {} is not installed here; the copy runs without it.",
                     library);
        missing = true;
      }
      library.clear();
    } else if (c != ' ' && c != '"') {
      library += c;
    }
  }
  if (!missing) return {};
  return write_owned(data / "slipstream_origin.conf", "shared_preload_libraries = '" + kept + "'\n",
                     user);
}

}  // namespace

Result<> neutralize_origin(const fs::path& data, const ServerVersion& version,
                           const RunUser& user) {
  TRY(remove_leftovers(data));
  TRY(clean_alter_system(data, user));
  return drop_missing_libraries(data, version, user);
}

}  // namespace slip::postgresql
