// SPDX-License-Identifier: Apache-2.0
#include "adapters/postgresql/configuration.h"
#include "adapters/postgresql/ingest.h"
#include "adapters/postgresql/load_choice.h"
#include "adapters/postgresql/load_dump.h"

namespace slip::postgresql {

namespace fs = std::filesystem;

namespace {

Error name_the_origin(Error error, const fs::path& origin, const fs::path& loaded) {
  const auto at = error.message.find(loaded.string());
  if (at != std::string::npos) error.message.replace(at, loaded.string().size(), origin.string());
  return error;
}

constexpr const char* kUnpacked = "dump";
constexpr const char* kSchema = "schema.sql";

// The schema of an archive as SQL, to see which roles it names.
Result<PlainDump> scan_archive(const Ingest& ingest, const Load& load) {
  const fs::path schema = ingest.directory() / kSchema;
  const auto& newest = ingest.versions.front();
  const auto written = run_step(
      ingest,
      {.command = {.argv = {TRY(find_client(ingest.versions, newest, "pg_restore")),
                            "--schema-only", "--file", schema.string(), load.path.string()}},
       .places = places_for(load.path, {ingest.directory()}),
       .what = kLoading,
       .code = ErrorCode::invalid_argument,
       .message = broken(load.path)});
  if (!written) {
    const bool is_newer = written.error().detail.find("unsupported version") != std::string::npos;
    return is_newer ? made_by_a_newer(load, newest) : written.error();
  }
  const UniqueFd opened = TRY(ingest.layout.top->open_file(kSchema));
  auto needs = scan_plain(path_of_open_file(opened.get()));
  TRY(ingest.layout.top->remove(kSchema));
  return needs;
}

Result<Load> look_at(const Ingest& ingest, const fs::path& origin) {
  Load load{.origin = origin,
            .path = origin,
            .opened = {},
            .written = last_written(origin),
            .format = {},
            .needs = {},
            .archive_major = {}};
  fs::path readable = origin;  // by us
  if (const Packing packing = TRY(detect_packing(origin)); packing != Packing::none) {
    load.path = ingest.directory() / kUnpacked;
    TRY(run_step(ingest, {.command = {.argv = unpacker(packing, load.path), .input_file = origin},
                          .places = {.writable = {ingest.directory()}},
                          .what = "unpacking the dump",
                          .code = ErrorCode::invalid_argument,
                          .message = broken(origin)}));
    load.opened = TRY(ingest.layout.top->open_file(kUnpacked));
    readable = path_of_open_file(load.opened.get());
  }
  load.format = TRY(detect_format(readable));
  if (load.format == DumpFormat::tar) TRY(check_tar(readable));
  load.archive_major = archive_made_by(readable, load.format);
  load.needs = load.format == DumpFormat::plain ? TRY(scan_plain(readable))
                                                : TRY(scan_archive(ingest, load));
  return load;
}

// Frozen and analyzed once here, or every copy would write to each page that it first reads.
Result<> freeze(const Ingest& ingest, const ServerVersion& version, const PrivateServer& server) {
  TRY(run_step(ingest,
               {.command = {.argv = {version.program("vacuumdb"), "--all", "--freeze", "--analyze",
                                     "--quiet", "--host", server.socket_directory().string(),
                                     "--username", std::string(kOwnRole)}},
                .places = {.writable = {server.socket_directory()}, .readable = {version.prefix()}},
                .what = "analyzing the tables",
                .message = "the loaded tables cannot be analyzed"}));
  return {};
}

// Makes a cluster and loads it.
Result<DataPosition> load_anew(const Ingest& ingest, const Load& load) {
  TRY(check_product(load));
  const ServerVersion version = TRY(version_for(ingest, load));
  TRY(check_database(ingest, load));
  TRY(initialize(ingest, version, text_kind(ingest.settings, TRY(encoding_for(ingest, load)))));
  TRY(write_configuration(TRY(ingest.layout.open_data()), ingest.settings, ingest.user));
  auto server =
      TRY(PrivateServer::start(ingest.place(version), [&] { return ingest.go_on(kLoading); }));
  const auto loaded = load_dump(ingest, version, server, load);
  // What was found in it is not what was loaded, and an error of the load says nothing.
  if (last_written(load.origin) != load.written) {
    return Error{
        .code = ErrorCode::invalid_argument,
        .message = "the dump " + load.origin.string() + " was written to while it was read",
        .hint =
            "Link it again once it is whole; let what makes it write to another name, "
            "and rename it at the end."};
  }
  TRY(loaded);
  TRY(freeze(ingest, version, server));
  TRY(server.stop());
  TRY(ingest.layout.top->remove(kUnpacked));
  const ControlData control = TRY(read_control_data(TRY(ingest.layout.open_data())));
  return DataPosition{.at = machine_time(), .position = control.position.position};
}

}  // namespace

Result<DataPosition> ingest_from(const Ingest& ingest, const DumpOrigin& origin) {
  TRY(choose_version(ingest, std::nullopt));
  TRY(make_layout(ingest.layout, ingest.user));
  auto load = look_at(ingest, origin.path);
  if (load) return load_anew(ingest, *load);
  Error error = std::move(load).error();
  if (const auto at = error.message.find("/proc/self/fd/"); at != std::string::npos) {
    error.message.replace(at, error.message.find(' ', at) - at, origin.path.string());
  }
  return name_the_origin(std::move(error), origin.path, ingest.directory() / kUnpacked);
}

Result<DataPosition> ingest_dumped(const Ingest& ingest, const char* name) {
  TRY(make_layout(ingest.layout, ingest.user));
  Load load{.origin = ingest.directory() / name,
            .path = ingest.directory() / name,
            .opened = {},
            .written = {},
            .format = DumpFormat::directory,
            .needs = {},
            .archive_major = {}};
  load.needs = TRY(scan_archive(ingest, load));
  return load_anew(ingest, load);
}

}  // namespace slip::postgresql
