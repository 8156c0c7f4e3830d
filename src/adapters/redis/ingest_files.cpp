// SPDX-License-Identifier: Apache-2.0
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>

#include "adapters/redis/ingest.h"
#include "adapters/redis/manifest.h"
#include "adapters/redis/rdb_head.h"

namespace slip::redis {

namespace fs = std::filesystem;

namespace {

constexpr int kTriesMax = 5;
constexpr std::string_view kManifestEnding = ".manifest";

Error not_one(const fs::path& path, const std::string& why, std::string hint = "") {
  return Error{.code = ErrorCode::invalid_argument,
               .message = path.string() + " " + why,
               .hint = std::move(hint)};
}

std::int64_t changed_ms(const struct stat& about) {
  return std::int64_t{about.st_mtim.tv_sec} * 1000 + about.st_mtim.tv_nsec / 1'000'000;
}

// When the data of a dump was what it is: when the server began to save it. Nothing: it does not
// say.
std::optional<Timestamp> begin_of_dump(const Directory& top, const fs::path& name) {
  const auto fd = top.open_file(name);
  std::string head(kRdbHeadMax, '\0');
  const ssize_t got = fd ? ::pread(fd->get(), head.data(), head.size(), 0) : 0;
  if (got <= 0) return std::nullopt;
  return begin_of_save(std::string_view(head).substr(0, static_cast<std::size_t>(got)));
}

// What a folder of a server's has: a dump, an append-only file in one part or in several.
struct Kept {
  enum class Form { dump, log_of_one, log_in_parts };
  Form form = Form::dump;
  fs::path name;                    // of the manifest, where it is in parts
  std::int64_t at_ms = 0;           // of its last change; of a dump, of when its save began
  bool says_when_it_began = false;  // a dump
};

std::optional<Kept::Form> form_of(const std::string& name) {
  const std::string ending = fs::path(name).extension();
  // "temp-1234.rdb" is one that is being written.
  if (ending == ".rdb" && !name.starts_with("temp-")) return Kept::Form::dump;
  if (ending == ".aof" && !name.starts_with("temp-")) return Kept::Form::log_of_one;
  return std::nullopt;
}

Result<std::vector<Kept>> in_parts(const Directory& top, const std::string& folder) {
  std::vector<Kept> found;
  const Directory below = TRY(top.open_directory(folder));
  std::int64_t newest_ms = 0;
  for (const auto& entry : TRY(below.list())) {
    const auto about = TRY(below.look(entry.name));
    if (!about || entry.type != fs::file_type::regular) continue;
    newest_ms = std::max(newest_ms, changed_ms(*about));
    if (!entry.name.ends_with(kManifestEnding) || entry.name.starts_with("temp-")) continue;
    found.push_back({.form = Kept::Form::log_in_parts, .name = fs::path(folder) / entry.name});
  }
  for (Kept& one : found) one.at_ms = newest_ms;
  return found;
}

Kept dump_at(const Directory& top, const std::string& name, std::int64_t changed_ms) {
  const auto began = begin_of_dump(top, name);
  return {.form = Kept::Form::dump,
          .name = name,
          .at_ms = began ? began->ms : changed_ms,
          .says_when_it_began = began.has_value()};
}

// A log has all that was written before its last change, whatever was saved beside it meanwhile. So
// a dump has more only if it was begun later; where that is not known the log is taken, as servers
// do.
std::optional<Kept> with_everything(const std::optional<Kept>& dump,
                                    const std::optional<Kept>& log) {
  if (!dump || !log) return dump ? dump : log;
  return dump->says_when_it_began && dump->at_ms > log->at_ms ? dump : log;
}

Result<std::optional<Kept>> newest_in(const Directory& top) {
  std::optional<Kept> dump;
  std::optional<Kept> log;
  const auto consider = [&](const Kept& one) {
    std::optional<Kept>& newest = one.form == Kept::Form::dump ? dump : log;
    if (!newest || one.at_ms > newest->at_ms) newest = one;
  };
  for (const auto& entry : TRY(top.list())) {
    if (entry.type == fs::file_type::directory) {
      for (const Kept& one : TRY(in_parts(top, entry.name))) consider(one);
      continue;
    }
    const auto form = form_of(entry.name);
    const auto about = TRY(top.look(entry.name));
    if (!form || !about || entry.type != fs::file_type::regular) continue;
    if (*form == Kept::Form::dump) {
      consider(dump_at(top, entry.name, changed_ms(*about)));
    } else {
      consider({.form = *form, .name = entry.name, .at_ms = changed_ms(*about)});
    }
  }
  return with_everything(dump, log);
}

// What its manifest names, in an order in which a server that runs meanwhile loses nothing: it may
// begin another file, and delete those that came before.
Result<> copy_parts(const Directory& top, const fs::path& manifest, const Directory& data) {
  const Directory from = TRY(top.open_directory(manifest.parent_path()));
  auto parts = TRY(read_manifest(TRY(from.read(manifest.filename(), kManifestMax))));
  std::erase_if(parts, [](const LogPart& part) { return part.type == LogPart::Type::history; });
  TRY(data.remove(kLogFolder));
  const Directory to = TRY(data.make_directory(kLogFolder, {.mode = 0700}));
  for (const LogPart& part : parts) {
    TRY(from.copy_file(part.name, to, part.name, CopyHow::share));
  }
  return data.write_durably(kManifest, manifest_of(parts));
}

Result<> copy_log(const Ingest& ingest, const Directory& top, const fs::path& manifest,
                  const Directory& data) {
  for (int tried = 1;; ++tried) {
    auto copied = copy_parts(top, manifest, data);
    if (copied || copied.error().code != ErrorCode::not_found || tried == kTriesMax) return copied;
    if (!ingest.go_on("copying the data")) {
      return Error{.code = ErrorCode::canceled, .message = "canceled"};
    }
  }
}

// The path may be a link of the administrator's; nothing below it is followed.
Result<Directory> open_origin(const fs::path& path, const fs::path& shown) {
  auto opened = Directory::open(path / ".");
  if (opened) return opened;
  Error error = not_one(shown, "is not there, or may not be read");
  error.detail = opened.error().describe();
  return error;
}

bool is_dump(const Directory& top, const fs::path& name) {
  const auto fd = top.open_file(name);
  char head[5] = {};
  return fd && ::pread(fd->get(), head, sizeof head, 0) == sizeof head &&
         std::string_view(head, sizeof head) == "REDIS";
}

}  // namespace

Result<Laid> lay(const Ingest& ingest, const DirectoryOrigin& origin) {
  const Directory from = TRY(open_origin(origin.path, origin.path));
  const auto kept = TRY(newest_in(from));
  if (!kept) {
    return not_one(origin.path, "holds no data of a Redis server",
                   "It has files *.rdb or *.aof, or a folder appendonlydir.");
  }
  const Directory data = TRY(ingest.top().open_directory(kData));
  const Timestamp at{kept->at_ms};
  switch (kept->form) {
    case Kept::Form::dump:
      TRY(from.copy_file(kept->name, data, kDumpName, CopyHow::share));
      return Laid{.content = Content::dump, .at = at};
    case Kept::Form::log_of_one:
      TRY(from.copy_file(kept->name, data, kLogName, CopyHow::share));
      return Laid{.content = Content::log, .at = at};
    case Kept::Form::log_in_parts:
      TRY(copy_log(ingest, from, kept->name, data));
      return Laid{.content = Content::log, .at = at};
  }
  return Laid{};
}

// An append-only file that was rewritten begins as a dump does, and goes on after it: its name
// tells.
Result<Laid> lay(const Ingest& ingest, const DumpOrigin& origin) {
  const fs::path name = origin.path.filename();
  const Directory from = TRY(open_origin(origin.path.parent_path(), origin.path));
  const auto about = TRY(from.look(name));
  if (!about) return not_one(origin.path, "is not there");
  const bool is_log = name.extension() == ".aof";
  if (!is_log && !is_dump(from, name)) {
    return not_one(origin.path, "is no RDB file",
                   "Unpack it first if it is compressed. An append-only file is called *.aof.");
  }
  const Directory data = TRY(ingest.top().open_directory(kData));
  TRY(from.copy_file(name, data, is_log ? kLogName : kDumpName, CopyHow::share));
  const Timestamp changed{changed_ms(*about)};
  if (is_log) return Laid{.content = Content::log, .at = changed};
  return Laid{.content = Content::dump, .at = begin_of_dump(from, name).value_or(changed)};
}

}  // namespace slip::redis
