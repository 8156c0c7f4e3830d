// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <boost/describe.hpp>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "base/time.h"
#include "domain/hook.h"
#include "domain/ids.h"
#include "domain/source.h"

namespace slip {

// One source's place in a template.
struct TemplateSource {
  std::string name;  // check_identifier; unique in the template; its directory and variable name
  SourceId source;
  int priority = 1;        // 1 starts first and stops last; equal numbers start together
  std::uint16_t port = 0;  // a container's endpoint is the first free port from here; 0: anywhere
  std::map<std::string, std::string> settings;  // laid over the source's own
  std::vector<Hook> hooks = {};                 // at each moment in this order
  // Of a template's new data only the rows that these conditions name, by table, with all that
  // they reference; empty: everything. Before the mask.
  std::map<std::string, std::string> subset = {};
  std::map<std::string, SecretId> secrets = {};  // as in SourceConfig, of `settings`

  bool operator==(const TemplateSource&) const = default;
};
BOOST_DESCRIBE_STRUCT(TemplateSource, (),
                      (name, source, priority, port, settings, hooks, subset, secrets))

// `running`: nothing is interrupted, and what a database has in memory alone is missing. `exact`:
// databases are stopped and started again for it.
enum class BookmarkManner { running, exact };
BOOST_DESCRIBE_ENUM(BookmarkManner, running, exact)

// Containers keep the version they were made with until their next refresh.
struct TemplateVersion {
  int number = 1;
  std::vector<TemplateSource> sources;
  // Going to a time asks first where a source's data would be of so much earlier; nothing: never.
  std::optional<int> ask_beyond_s = {};
  // How its containers' bookmarks are made where nobody says; nothing: without an interruption.
  std::optional<BookmarkManner> bookmarks = {};
};
BOOST_DESCRIBE_STRUCT(TemplateVersion, (), (number, sources, ask_beyond_s, bookmarks))

// A named, ordered list of sources: the mould for containers. Its timeline is the branch `master`,
// which gets a point with every sync.
// Invariant: `versions` is not empty, numbered 1, 2, 3, ...
struct Template {
  TemplateId id;
  std::string name;  // check_name; unique, the catalog checks
  std::vector<TemplateVersion> versions;
  BranchId master;
  Timestamp created_at;
  std::optional<Timestamp> deleted_at;

  const TemplateVersion& newest() const { return versions.back(); }
  const TemplateVersion& version(int number) const;  // aborts if there is none
};
BOOST_DESCRIBE_STRUCT(Template, (), (id, name, versions, master, created_at, deleted_at))

// Checks names, hooks and counts (1 to 16 sources). Fails with `invalid_argument`.
Result<> check_sources(const std::vector<TemplateSource>& sources);

// The names of sources that one version has and the other has not, or has of another source; a
// point can only be restored into a container whose sources are the same. Empty: they fit.
std::vector<std::string> mismatches(const TemplateVersion& ours, const TemplateVersion& theirs);

// The source's configuration with the template's settings, and their secrets, laid over it.
SourceConfig effective_config(const Source& source, const TemplateSource& place);

// True if something has to be done at that moment; for `mask` a subset counts.
bool has_hooks(const TemplateVersion& version, HookMoment when);

// Groups of sources that start together, in starting order; stopping goes the other way.
std::vector<std::vector<TemplateSource>> start_order(const TemplateVersion& version);

}  // namespace slip
