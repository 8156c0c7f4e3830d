// SPDX-License-Identifier: Apache-2.0
#include <sstream>

#include "adapters/mariadb/configuration.h"
#include "adapters/mariadb/follow.h"
#include "adapters/mariadb/ingest.h"
#include "adapters/mariadb/origin.h"
#include "adapters/mariadb/origin_files.h"

namespace slip::mariadb {

namespace {

constexpr std::string_view kCopyingBackup = "copying the backup";

Error broken_backup(std::string why, std::string words) {
  Error error = explain_words(std::move(words), ErrorCode::invalid_argument, std::move(why));
  error.hint =
      "The command must say what mariadb-backup --backup --stream=mbstream says on its "
      "standard output, and nothing else.";
  return error;
}

// The administrator's line runs as the daemon does, since it may need its keys; what takes the
// stream apart runs as the run user, since it makes files as the stream says.
Result<> receive(const Ingest& ingest, const BackupOrigin& origin, const ServerVersion& version) {
  const auto watch = [&](std::string_view) { return ingest.go_on(kCopyingBackup); };
  const Command from{.argv = {"/bin/sh", "-c", origin.command},
                     .deadline = std::chrono::hours(48),
                     .watch = watch};
  Command to{.argv = {TRY(find_tool(version, {"mbstream", "mariadb-backup"})), "--extract",
                      "--directory=" + ingest.layout.data().string()},
             .run_as = ingest.user.name,
             .deadline = std::chrono::hours(48),
             .watch = watch};
  to = TRY(ingest.confinement->confine(std::move(to), ingest.place(version).places()));
  const PipedOutput output = TRY(run_piped(from, to));
  // A reader that failed ends the writer too: it has the cause.
  if (output.to.exit_status != 0) {
    return broken_backup("the stream of the backup command is broken, or of something else",
                         output.to.err + output.from.err);
  }
  if (output.from.exit_status != 0) {
    return explain_words(
        output.from.err, ErrorCode::failed,
        "the backup command ended with exit status " + std::to_string(output.from.exit_status));
  }
  return {};
}

// A file that the backup tool leaves; newer ones name it after MariaDB.
Result<std::optional<std::string>> read_note(const Directory& data, const std::string& name) {
  for (const char* prefix : {"mariadb_backup_", "xtrabackup_"}) {
    if (auto text = TRY(read_if_there(data, prefix + name, 1 << 20))) return text;
  }
  return std::optional<std::string>();
}

// "key = value" of a note; empty if it is not there.
std::string value_of(const std::string& note, const std::string& key) {
  std::istringstream lines(note);
  for (std::string line; std::getline(lines, line);) {
    if (line.starts_with(key + " = ")) return line.substr(key.size() + 3);
  }
  return "";
}

Result<> remove_notes(const Directory& data) {
  for (const auto& [name, type] : TRY(data.list())) {
    if (name.starts_with("xtrabackup_") || name.starts_with("mariadb_backup_") ||
        name == "backup-my.cnf" || name == "ib_buffer_pool") {
      TRY(data.remove(name));
    }
  }
  return {};
}

// As production says, where it can be asked.
Result<bool> ignores_name_case(const Ingest& ingest, const Directory& data) {
  if (!ingest.settings.follows) {
    return TRY(ingest.dialect().name_case(data)) == NameCase::ignored;
  }
  auto production = TRY(connect_to(*ingest.settings.follows));
  return mariadb::ignores_name_case(production);
}

}  // namespace

Result<DataPosition> ingest_from(const Ingest& ingest, const BackupOrigin& origin) {
  const ServerVersion chosen = TRY(choose_version(ingest));
  if (ingest.settings.follows) TRY(check_production(ingest.dialect(), *ingest.settings.follows));
  TRY(make_layout(ingest.layout, ingest.user));
  TRY(receive(ingest, origin, chosen));
  const Directory data = TRY(ingest.top().open_directory(kData));
  const auto info = TRY(read_note(data, "info"));
  const auto options = TRY(read_if_there(data, "backup-my.cnf", 1 << 20));
  if (!info || !options) {
    return broken_backup("the stream of the backup command ends before the backup does", "");
  }
  if (value_of(*info, "compressed") != "N" || value_of(*info, "incremental") != "N") {
    return Error{.code = ErrorCode::invalid_argument,
                 .message = "the backup is compressed or incremental",
                 .hint =
                     "Leave out --compress and --incremental; a compressing ssh -C, or a pipe "
                     "through zstd and back, keeps the way short."};
  }
  const ServerVersion version =
      TRY(choose_reader(ingest, find_series(value_of(*info, "server_version")), "the backup"));
  TRY(check_not_encrypted(ingest.dialect(), data, "the backup"));
  const Timestamp at = machine_time();
  TRY(run_step(
      ingest,
      Command{.argv = {TRY(find_tool(version, {"mariadb-backup", "mariadb-backup"})), "--prepare",
                       "--use-memory=256M", "--target-dir=" + ingest.layout.data().string()},
              .working_directory = ingest.layout.data(),
              .run_as = ingest.user.name},
      ingest.place(version).places(), "preparing the backup", ErrorCode::invalid_argument,
      "the backup is broken: mariadb-backup cannot prepare it"));
  // "binlog.000002 <tab> 4005 <tab> 0-77-31", where the origin has a binary log.
  std::istringstream note(TRY(read_note(data, "binlog_info")).value_or(""));
  std::string file, offset, gtid;
  note >> file >> offset >> gtid;
  const bool ignores_case = TRY(ignores_name_case(ingest, data));
  TRY(write_origin_options(ingest.layout, *options + "\n" + name_option(ignores_case),
                           ingest.user));
  TRY(remove_notes(data));
  TRY(take_over(ingest, version, {.gtid = gtid, .definers = {}}));
  return DataPosition{.at = at,
                      .position = position_text(gtid, file.empty() ? "" : file + ":" + offset)};
}

}  // namespace slip::mariadb
