// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "domain/bookmark.h"
#include "domain/container.h"
#include "domain/source.h"
#include "domain/template.h"

// What can be asked for, one struct an act. Containers, branches, bookmarks, templates and sources
// are given by name or id. Each has a `Result<Plan> plan(PlanContext&, const X&)` in the file of
// its act (operations/).

namespace slip {

// Which data: where a restore goes to, and a branch comes from.
struct FromNow {            // a branch as it is now
  std::string branch = {};  // of the same container; empty: the active one
};
struct FromTemplate {};  // the newest data of the template
struct FromBookmark {
  std::string reference;  // "clean base", "qa/Bug 4711 data", a bookmark's id
};
struct FromTime {
  Timestamp at;
  std::string branch;  // of the same container; empty: the active one
  // However much earlier a source's data would be than the template says to ask beyond.
  bool accept_earlier = false;
  bool of_template = false;  // the template's data of that time; `branch` is empty
};
struct FromPoint {
  PointId point;
};
using DataChoice = std::variant<FromNow, FromTemplate, FromBookmark, FromTime, FromPoint>;

enum class Safety { take_point, none };
enum class Activation {
  activate,
  beside,
  look,  // beside, and read-only
};

struct LinkSource {
  std::string name;
  SourceConfig config;
  std::string schedule = {};  // as in Source
};
struct SyncSource {
  std::string source;
};
// Begins anew to follow production, beside the data there is.
struct ReseedSource {
  std::string source;
};
// Builds the indexes again that another version of this machine's libraries has put in order.
struct ReindexSource {
  std::string source;
  bool at_each_sync = false;  // and from now on whenever it is synced
};
// Another address of the same data, or another password; its next sync goes there.
struct ChangeUrl {
  std::string source;
  std::string url;
};
struct SourcePlace {  // as TemplateSource, with the source by name
  std::string name;
  std::string source;
  int priority = 1;
  std::uint16_t port = 0;
  std::map<std::string, std::string> settings = {};
  std::vector<Hook> hooks = {};
  std::map<std::string, std::string> subset = {};
};
struct CreateTemplate {
  std::string name;
  std::vector<SourcePlace> sources;
  std::optional<int> ask_beyond_s = {};
  std::optional<BookmarkManner> bookmarks = {};
};
struct VersionTemplate {
  std::string tmpl;
  std::vector<SourcePlace> sources;
  std::optional<int> ask_beyond_s = {};
  std::optional<BookmarkManner> bookmarks = {};
};
struct CreateContainer {
  std::string name;
  std::string tmpl;
  std::vector<Member> members;
};
struct DeleteContainer {
  std::string container;
};
struct CreateBookmark {
  std::string container;
  std::string name;
  std::string note;
  std::vector<std::string> tags;
  Audience audience = Audience::only_container;
  std::vector<UserId> shared_with;
  std::optional<Timestamp> expires_at;
  std::optional<FromTime> at;                 // nothing: now
  std::optional<BookmarkManner> manner = {};  // nothing: as the template says
  std::string branch = {};                    // of now; empty: the active one
};
struct CreateTemplateBookmark {
  std::string tmpl;
  std::string name;
  std::string note;
  std::vector<std::string> tags;
  std::optional<Timestamp> at = {};  // nothing: the newest
  bool accept_earlier = false;       // as in FromTime
};
struct RestoreContainer {
  std::string container;
  DataChoice to;
  Safety safety = Safety::take_point;
  std::string branch = {};  // empty: the active one
};
struct RefreshContainer {
  std::string container;
  Safety safety = Safety::take_point;
  std::string branch = {};  // empty: the active one
};
struct ResetContainer {
  std::string container;
  Safety safety = Safety::take_point;
  std::string branch = {};  // empty: the active one
};
struct UndoContainer {
  std::string container;
  Safety safety = Safety::take_point;
  std::string branch = {};  // empty: the active one
};
struct CreateBranch {
  std::string container;
  std::string name;
  DataChoice from;
  Activation activation = Activation::activate;
};
enum class FormerBranch { stop, keep_running };
struct ActivateBranch {
  std::string container;
  std::string branch;
  FormerBranch former = FormerBranch::stop;
};
struct DeleteBranch {
  std::string container;
  std::string branch;
};
struct StartContainer {
  std::string container;
  std::string branch;  // empty: the active one
};
struct StopContainer {
  std::string container;
  std::string branch;  // empty: the active one
};
struct TakePoint {  // automatically
  BranchId branch;
};
struct TakeSourcePoint {  // automatically
  SourceId source;
};
// A new password for a container's databases.
struct RenewLogin {
  std::string container;
};
struct BakePoint {
  PointId point;
};

// What people and programs may ask for. The rest the product does automatically.
using AnyRequest = std::variant<LinkSource, SyncSource, ReseedSource, ReindexSource, ChangeUrl,
                                CreateTemplate, VersionTemplate, CreateContainer, DeleteContainer,
                                CreateBookmark, CreateTemplateBookmark, RestoreContainer,
                                RefreshContainer, ResetContainer, UndoContainer, CreateBranch,
                                ActivateBranch, DeleteBranch, StartContainer, StopContainer>;

}  // namespace slip
