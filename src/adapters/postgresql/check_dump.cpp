// SPDX-License-Identifier: Apache-2.0
#include "adapters/postgresql/check_dump.h"

#include <fmt/format.h>

#include <algorithm>

#include "adapters/postgresql/explain_load.h"
#include "adapters/postgresql/installed_files.h"
#include "adapters/postgresql/load_choice.h"
#include "adapters/postgresql/load_dump.h"
#include "adapters/support/dump_stream.h"

namespace slip::postgresql {

namespace fs = std::filesystem;

namespace {

constexpr std::string_view kReading = "reading the dump";

std::string_view words_of(DumpFormat format) {
  switch (format) {
    case DumpFormat::plain:
      return "plain SQL";
    case DumpFormat::custom:
      return "custom archive";
    case DumpFormat::directory:
      return "directory archive";
    case DumpFormat::tar:
      return "tar archive";
  }
  return "";
}

std::int64_t size_of(const fs::path& path) {
  std::error_code failed;
  if (!fs::is_directory(path, failed)) {
    const auto size = fs::file_size(path, failed);
    return failed ? 0 : static_cast<std::int64_t>(size);
  }
  std::int64_t all = 0;
  for (const auto& entry : fs::directory_iterator(path, failed)) {
    if (entry.is_regular_file(failed)) all += static_cast<std::int64_t>(entry.file_size(failed));
  }
  return all;
}

// These every server has, whatever its machine.
bool is_of_every_server(const std::string& collation) {
  static constexpr std::array kNames{"default", "C",         "POSIX",          "ucs_basic",
                                     "unicode", "pg_c_utf8", "pg_unicode_fast"};
  return std::ranges::find(kNames, collation) != kNames.end() || collation.ends_with("-x-icu");
}

class Check {
 public:
  Check(const Ingest& ingest, const fs::path& path) : ingest_(ingest) {
    load_.origin = load_.path = path;
  }
  Result<DumpReport> run();

 private:
  // Reads it to its end. What is wrong with it is an error here.
  Result<> read();
  Result<DumpFormat> format_in(Packing packing);
  Result<PlainDump> scan(const fs::path& sql);
  Result<PlainDump> scan_produced(const DumpStream::Produce& produce);
  Result<> unpack(Packing packing, const fs::path& to, const DumpStream::GoOn& go_on) const;
  Result<> restore(Packing packing, const fs::path& to, const DumpStream::GoOn& go_on) const;

  void look_at_needs();
  void look_at_text();
  void look_at_machine(const ServerVersion& version);
  void look_at_locales();

  void need(const char* what, std::string name, bool is_met, std::string note = "") {
    report_.needs.push_back({what, std::move(name), is_met, std::move(note)});
  }
  void refuse(const Error& error, std::optional<std::int64_t> line = std::nullopt) {
    report_.refusals.push_back({line, error.message, error.hint});
  }
  // Of something that a line of the dump names.
  void look_for(const char* what, const Mentioned& mentioned, const char* hint,
                const std::function<bool(const std::string&)>& is_here);
  // Lines are those of the dump only where it is a script itself.
  std::optional<std::int64_t> line(std::int64_t of_script) const {
    return load_.format == DumpFormat::plain ? std::optional(of_script) : std::nullopt;
  }

  const Ingest& ingest_;
  Load load_;
  DumpReport report_;
};

Result<> Check::unpack(Packing packing, const fs::path& to, const DumpStream::GoOn& go_on) const {
  Step step{.command = {.argv = unpacker(packing, to), .input_file = load_.path},
            .places = {.writable = {to.parent_path()}},
            .what = kReading,
            .code = ErrorCode::invalid_argument,
            .message = broken(load_.path)};
  step.command.watch = [this, &go_on](std::string_view) {
    return go_on() && ingest_.go_on(kReading);
  };
  TRY(run_step(ingest_, std::move(step)));
  return {};
}

// As the script that it stands for, rows included.
Result<> Check::restore(Packing packing, const fs::path& to, const DumpStream::GoOn& go_on) const {
  const auto& newest = ingest_.versions.front();
  const auto restore_from = [&](const fs::path& archive) -> Result<> {
    Step step{.command = {.argv = {TRY(find_client(ingest_.versions, newest, "pg_restore")),
                                   "--file", to.string()}},
              .places = {.writable = {to.parent_path()}},
              .what = kReading,
              .code = ErrorCode::invalid_argument,
              .message = broken(load_.path)};
    if (packing == Packing::none) {
      step.places = places_for(archive, {to.parent_path()});
      step.command.argv.push_back(archive.string());
    } else {
      step.command.input_file = archive;
    }
    step.command.watch = [this, &go_on](std::string_view) {
      return go_on() && ingest_.go_on(kReading);
    };
    const auto restored = run_step(ingest_, std::move(step));
    if (restored) return {};
    const bool is_newer = restored.error().detail.find("unsupported version") != std::string::npos;
    return is_newer ? made_by_a_newer(load_, newest) : restored.error();
  };
  if (packing == Packing::none) return restore_from(load_.path);
  auto unpacked = TRY(DumpStream::start(
      ingest_.user.ids, [&](const fs::path& pipe, const DumpStream::GoOn& wanted) {
        return unpack(packing, pipe, [&] { return wanted() && go_on(); });
      }));
  TRY(restore_from(unpacked->path()));
  // It may have had everything that it needs before there was no more.
  auto ended = unpacked->end();
  return !ended && ended.error().code == ErrorCode::canceled ? Result<>() : ended;
}

Result<PlainDump> Check::scan(const fs::path& sql) {
  auto needs = scan_plain(sql, [&](std::int64_t) { return ingest_.go_on(kReading); });
  if (needs) return needs;
  Error error = std::move(needs).error();
  if (const auto at = error.message.find(sql.string()); at != std::string::npos) {
    error.message.replace(at, sql.string().size(), load_.origin.string());
  }
  return error;
}

Result<PlainDump> Check::scan_produced(const DumpStream::Produce& produce) {
  auto stream = TRY(DumpStream::start(ingest_.user.ids, produce));
  auto needs = scan(stream->path());
  // A program that has failed says better why there is no more of it.
  const auto produced = stream->end();
  if (!produced && (needs || produced.error().code != ErrorCode::canceled)) return produced.error();
  return needs;
}

// Of its first bytes, unpacked.
Result<DumpFormat> Check::format_in(Packing packing) {
  if (packing == Packing::none) return detect_format(load_.path);
  auto stream = TRY(
      DumpStream::start(ingest_.user.ids, [&](const fs::path& to, const DumpStream::GoOn& go_on) {
        return unpack(packing, to, go_on);
      }));
  auto format = detect_format_of_stream(stream->path(), load_.path);
  const auto unpacked = stream->end();
  if (!unpacked && unpacked.error().code != ErrorCode::canceled) return unpacked.error();
  return format;
}

Result<> Check::read() {
  const Packing packing = TRY(detect_packing(load_.path));
  load_.format = TRY(format_in(packing));
  report_.format = words_of(load_.format);
  if (packing == Packing::utf16) report_.format += ", in UTF-16";
  if (packing == Packing::compressed || packing == Packing::bzip2) report_.format += ", compressed";
  if (load_.format == DumpFormat::plain) {
    load_.needs = TRY(packing == Packing::none
                          ? scan(load_.path)
                          : scan_produced([&](const fs::path& to, const DumpStream::GoOn& go_on) {
                              return unpack(packing, to, go_on);
                            }));
  } else {
    if (packing == Packing::none) {
      if (load_.format == DumpFormat::tar) TRY(check_tar(load_.path));
      load_.archive_major = archive_made_by(load_.path, load_.format);
    }
    load_.needs = TRY(scan_produced([&](const fs::path& to, const DumpStream::GoOn& go_on) {
      return restore(packing, to, go_on);
    }));
  }
  report_.bytes_unpacked = load_.needs.bytes;
  return {};
}

void Check::look_for(const char* what, const Mentioned& mentioned, const char* hint,
                     const std::function<bool(const std::string&)>& is_here) {
  for (const auto& [name, at] : mentioned) {
    const bool is_met = is_here(name);
    need(what, name, is_met);
    if (is_met) continue;
    refuse({.code = ErrorCode::unsupported,
            .message = fmt::format("it needs the {} {}, which is not installed here", what, name),
            .hint = hint},
           line(at));
  }
}

void Check::look_at_text() {
  const auto& needs = load_.needs;
  if (!needs.encoding.empty()) need("encoding", needs.encoding, true);
  if (const auto encoding = encoding_for(ingest_, load_); !encoding) refuse(encoding.error());
  if (!needs.bad_text || ingest_.settings.encoding == "SQL_ASCII") return;
  refuse({.code = ErrorCode::invalid_argument,
          .message = "it has text in another encoding than it says, which is " + needs.encoding,
          .hint = kSayEncoding},
         line(*needs.bad_text));
}

void Check::look_at_locales() {
  const auto& settings = ingest_.settings;
  const auto look = [&](const Mentioned& locales) {
    for (const auto& [name, at] : locales) {
      need("locale", name, has_locale(name));
      if (!has_locale(name)) refuse(missing_locale_of_dump(name), line(at));
    }
  };
  look(load_.needs.locales);
  for (const auto& [name, made] : load_.needs.databases_made) {
    const bool is_ours = name == settings.database;
    if (!is_ours || (settings.encoding.empty() && settings.locale.empty())) look(made.locales);
  }
  if (settings.locale.empty() || settings.locale.starts_with("icu:")) return;
  need("locale", settings.locale, has_locale(settings.locale));
  if (!has_locale(settings.locale)) refuse(missing_locale_of_dump(settings.locale));
}

void Check::look_at_machine(const ServerVersion& version) {
  const auto& needs = load_.needs;
  const auto has_it = [&](const std::string& name) { return has_extension(version, name); };
  look_for("extension", needs.extensions, kInstallIt, has_it);
  look_for("library", needs.libraries, kInstallIt,
           [&](const std::string& name) { return has_library(version, name); });
  look_for("collation", needs.collations, kInstallLocale,
           [](const std::string& name) { return is_of_every_server(name) || has_locale(name); });
}

void Check::look_at_needs() {
  const auto& needs = load_.needs;
  if (const auto product = check_product(load_); !product) return refuse(product.error());
  if (needs.tool_major) report_.made_by = fmt::format("pg_dump {}", *needs.tool_major);
  if (needs.origin_major) {
    report_.made_by +=
        fmt::format("{}PostgreSQL {}", report_.made_by.empty() ? "" : " of ", *needs.origin_major);
  }
  for (const auto& [name, made] : needs.databases_made) report_.databases.push_back(name);
  const auto version = version_for(ingest_, load_);
  if (version) report_.loaded_by = "PostgreSQL " + version->full;
  if (!version) refuse(version.error());
  if (const auto database = check_database(ingest_, load_); !database) refuse(database.error());
  if (needs.rows_alone) {
    refuse({.code = ErrorCode::invalid_argument,
            .message = "it has rows and no tables for them",
            .hint = "Make it without --data-only."},
           line(*needs.rows_alone));
  }
  look_at_text();
  look_at_locales();
  if (version) look_at_machine(*version);
  for (const auto& [what, at] : needs.citext_as_text) need("citext", what, false, kCitextAsText);
  for (const auto& role : needs.roles) need("role", role, true, "made, without a login");
  for (const auto& [database, schemas] : needs.schemas) {
    for (const auto& schema : schemas) need("schema", schema, true, "made");
  }
}

Result<DumpReport> Check::run() {
  report_.bytes = size_of(load_.path);
  if (const auto readable = read(); readable) {
    look_at_needs();
  } else {
    const Error& error = readable.error();
    if (error.code != ErrorCode::invalid_argument && error.code != ErrorCode::unsupported) {
      return error;
    }
    refuse(error);
  }
  std::ranges::stable_sort(report_.refusals, {}, [](const DumpRefusal& one) {
    return one.line.value_or(std::numeric_limits<std::int64_t>::max());
  });
  return std::move(report_);
}

}  // namespace

Result<DumpReport> check_dump(const Ingest& ingest, const DumpOrigin& origin) {
  if (ingest.versions.empty()) return choose_version(ingest, std::nullopt).error();
  return Check(ingest, origin.path).run();
}

}  // namespace slip::postgresql
