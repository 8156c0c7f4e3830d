// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "base/json.h"
#include "client/cli/template_file.h"

namespace slip::cli {

// What has to be done so that the daemon has what a template's file says. Pure.
struct ApplyPlan {
  std::vector<FileSource> to_link;
  enum class TemplateChange { none, create, new_version };
  TemplateChange change = TemplateChange::none;
  std::vector<std::string> differences;  // of the template: "db: hooks", "app is new"
  json::array places;                    // the template's sources, as the API takes them
  std::vector<std::string> notes;        // what differs and is left as it is

  bool changes_nothing() const { return to_link.empty() && change == TemplateChange::none; }
};

// `sources` is the API's list of all linked sources; `existing` the template, or null.
// Errors: `not_found`, when the file names a linked source that there is not.
Result<ApplyPlan> plan_apply(const TemplateFile& file, const json::array& sources,
                             const json::value& existing);

// A source's configuration as the API takes it.
json::object config_body(const SourceConfig& config);

}  // namespace slip::cli
