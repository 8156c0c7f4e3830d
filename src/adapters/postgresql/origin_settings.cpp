#include "adapters/postgresql/origin_settings.h"

#include <unistd.h>

#include "adapters/postgresql/configuration.h"
#include "base/log.h"
#include "base/subprocess.h"

namespace slip::postgresql {

namespace {

Result<> remove_leftovers(const Directory& data) {
  for (const char* name :
       {"postmaster.pid", "postmaster.opts", "standby.signal", "recovery.signal", "promote",
        "recovery.conf", "recovery.done",
        // What its server wrote of statements and their values, and its key.
        "log", "pg_log", "current_logfiles", "pg_stat/pg_stat_statements.stat", "server.key"}) {
    TRY(data.remove(name));
  }
  if (!TRY(data.has_directory("pg_replslot"))) return {};
  const Directory slots = TRY(data.open_directory("pg_replslot"));
  for (const auto& slot : TRY(slots.list())) TRY(slots.remove(slot.name));
  return {};
}

Result<> clean_alter_system(const Directory& data, const RunUser& user) {
  constexpr const char* name = "postgresql.auto.conf";
  const auto text = data.read(name);
  if (!text && text.error().code == ErrorCode::not_found) return {};
  if (!text) return text.error();
  return write_owned(data, name, without_ours(*text), user);
}

bool is_installed(const ServerVersion& version, const std::string& library) {
  if (library.find('/') != std::string::npos) return false;
  for (const char* folder : {"lib", "lib/postgresql"}) {
    if (::access((version.prefix() / folder / (library + ".so")).c_str(), R_OK) == 0) return true;
  }
  return false;
}

Result<> drop_missing_libraries(const Ingest& ingest, const ServerVersion& version,
                                const Directory& data) {
  const auto wanted = run_step(
      ingest, {.command = {.argv = {version.program("postgres"), "-C", "shared_preload_libraries",
                                    "-D", data.path().string(), "-c", "data_directory=."},
                           .working_directory = data.path()},
               .places = {.writable = {data.path()}, .readable = {version.prefix()}},
               .what = "taking the copy over",
               .message = "the settings cannot be read"});
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
  return write_owned(data, "slipstream_origin.conf", "shared_preload_libraries = '" + kept + "'\n",
                     ingest.user);
}

}  // namespace

Result<> neutralize_origin(const Ingest& ingest, const ServerVersion& version) {
  const Directory data = TRY(ingest.layout.open_data());
  TRY(remove_leftovers(data));
  TRY(clean_alter_system(data, ingest.user));
  return drop_missing_libraries(ingest, version, data);
}

}  // namespace slip::postgresql
