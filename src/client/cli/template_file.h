// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "domain/hook.h"
#include "domain/source.h"
#include "domain/template.h"

namespace slip::cli {

// One [[source]] of a template's file.
struct FileSource {
  std::string name;
  std::string linked;    // the source in the daemon: "employees.db", or the one that is named
  SourceConfig config;   // kind is empty for one that must exist already
  std::string schedule;  // when it is synced automatically; empty: never
  int priority = 1;
  int port = 0;
  std::map<std::string, std::string> settings;  // the template's, laid over the source's own
  std::vector<Hook> hooks;                      // with the content of the files they name
  std::map<std::string, std::string> subset;
  int line = 0;
};

// A template as it is written down:
//
//   name = "employees"
//   ask_beyond_s = 60       # when a time is gone to, ask if a source's data is so much earlier
//   bookmarks = "exact"     # bookmarks stop databases for a moment, so that nothing is missing
//   [[source]]              # in the order in which they are listed
//   name = "db"             # in the template; the linked source is then "employees.db"
//   kind = "postgresql"     # or source = "NAME" for one that is linked already
//   sync = "every 15min"    # automatically; also "daily 02:30"
//   priority = 1
//   port = 5433
//   dump = "database.sql"   # every other key is a setting of that kind of source
//   [source.run]            # makes files an application: command, env, health, stop_signal
//   [source.settings]       # laid over the source's own, for this template only
//   [source.subset]         # TABLE = "condition"
//   [[source.hook]]         # when, and sql, sql_file or command; time_limit_s, on_error
struct TemplateFile {
  std::string name;
  std::vector<FileSource> sources;
  std::optional<int> ask_beyond_s;
  std::optional<BookmarkManner> bookmarks;
};

// `file` names the file in messages, and relative paths in it are made absolute against its
// directory. Reads the files that hooks name. Errors: `invalid_argument`, with the line.
Result<TemplateFile> read_template_text(std::string_view text, const std::filesystem::path& file);

// Reads the file. Errors: also `not_found`.
Result<TemplateFile> read_template_file(const std::filesystem::path& file);

}  // namespace slip::cli
