// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <boost/describe.hpp>
#include <optional>
#include <string_view>
#include <variant>

#include "domain/bookmark.h"
#include "domain/branch.h"
#include "domain/container.h"
#include "domain/ids.h"
#include "domain/source.h"
#include "domain/template.h"

namespace slip {

// What a Commit step writes into the catalog, all changes of it in one transaction. A snapshot or
// volume that a change mentions becomes live by it.

// A new point. `at` and `positions` are what the operation's TakeSnapshot of its snapshot found
// out; a template's point has the positions of its sources.
struct AddPoint {
  static constexpr std::string_view kind = "add_point";
  Point point;
};
BOOST_DESCRIBE_STRUCT(AddPoint, (), (point))

// The point has been recovered and cleanly shut down in `snapshot`.
struct SetBaked {
  static constexpr std::string_view kind = "set_baked";
  PointId point;
  SnapshotId snapshot;
};
BOOST_DESCRIBE_STRUCT(SetBaked, (), (point, snapshot))

// `at` is the point's.
struct AddBookmark {
  static constexpr std::string_view kind = "add_bookmark";
  Bookmark bookmark;
};
BOOST_DESCRIBE_STRUCT(AddBookmark, (), (bookmark))

// The switch: from now on the segment's branch grows on `volume`.
struct BeginSegment {
  static constexpr std::string_view kind = "begin_segment";
  Segment segment;
  VolumeId volume;
};
BOOST_DESCRIBE_STRUCT(BeginSegment, (), (segment, volume))

struct AddBranch {
  static constexpr std::string_view kind = "add_branch";
  Branch branch;
  Segment segment;
};
BOOST_DESCRIBE_STRUCT(AddBranch, (), (branch, segment))

struct AddContainer {
  static constexpr std::string_view kind = "add_container";
  Container container;
};
BOOST_DESCRIBE_STRUCT(AddContainer, (), (container))

// The switch of another kind: the container's endpoints lead to `branch` from now on.
struct SetActive {
  static constexpr std::string_view kind = "set_active";
  ContainerId container;
  BranchId branch;
};
BOOST_DESCRIBE_STRUCT(SetActive, (), (container, branch))

// A new password, which databases learn when they are started.
struct SetLogin {
  static constexpr std::string_view kind = "set_login";
  ContainerId container;
  SecretId login;
};
BOOST_DESCRIBE_STRUCT(SetLogin, (), (container, login))

struct SetWanted {
  static constexpr std::string_view kind = "set_wanted";
  BranchId branch;
  RunState wanted = RunState::stopped;
};
BOOST_DESCRIBE_STRUCT(SetWanted, (), (branch, wanted))

struct TrashBranch {
  static constexpr std::string_view kind = "trash_branch";
  BranchId branch;
};
BOOST_DESCRIBE_STRUCT(TrashBranch, (), (branch))

struct TrashContainer {
  static constexpr std::string_view kind = "trash_container";
  ContainerId container;
};
BOOST_DESCRIBE_STRUCT(TrashContainer, (), (container))

struct AddSource {
  static constexpr std::string_view kind = "add_source";
  Source source;
};
BOOST_DESCRIBE_STRUCT(AddSource, (), (source))

// The source's newest data is `snapshot`; how far it goes is what IngestSource or Detach found out.
// After SortAnew it is the data there was, in order.
struct RecordSync {
  static constexpr std::string_view kind = "record_sync";
  SourceId source;
  SnapshotId snapshot;
};
BOOST_DESCRIBE_STRUCT(RecordSync, (), (source, snapshot))

// A point of the source's history. Its times are what TakeSnapshot found out, and the CatchUp of
// the follower, if there was one. Nothing where FindDataTime could not tell its time.
struct AddSourcePoint {
  static constexpr std::string_view kind = "add_source_point";
  SourceId source;
  SnapshotId snapshot;
  VolumeId follower;
};
BOOST_DESCRIBE_STRUCT(AddSourcePoint, (), (source, snapshot, follower))

// From now on the source is kept up with production on `volume`, which was filled by IngestSource.
struct SetFollower {
  static constexpr std::string_view kind = "set_follower";
  SourceId source;
  VolumeId volume;
};
BOOST_DESCRIBE_STRUCT(SetFollower, (), (source, volume))

struct SetSourceConfig {
  static constexpr std::string_view kind = "set_source_config";
  SourceId source;
  SourceConfig config;
};
BOOST_DESCRIBE_STRUCT(SetSourceConfig, (), (source, config))

struct AddTemplate {
  static constexpr std::string_view kind = "add_template";
  Template added;
  Branch master;
  Segment segment;
};
BOOST_DESCRIBE_STRUCT(AddTemplate, (), (added, master, segment))

struct AddTemplateVersion {
  static constexpr std::string_view kind = "add_template_version";
  TemplateId template_id;
  TemplateVersion version;
  Segment segment;  // master's, from here on
};
BOOST_DESCRIBE_STRUCT(AddTemplateVersion, (), (template_id, version, segment))

using Change =
    std::variant<AddPoint, SetBaked, AddBookmark, BeginSegment, AddBranch, AddContainer, SetActive,
                 SetWanted, TrashBranch, TrashContainer, AddSource, RecordSync, AddSourcePoint,
                 AddTemplate, AddTemplateVersion, SetFollower, SetSourceConfig, SetLogin>;

}  // namespace slip
