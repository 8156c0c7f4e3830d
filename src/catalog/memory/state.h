// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "catalog/memory/table.h"
#include "domain/bookmark.h"
#include "domain/branch.h"
#include "domain/container.h"
#include "domain/operation.h"
#include "domain/source.h"
#include "domain/template.h"
#include "domain/user.h"
#include "domain/volume.h"

namespace slip::memory {

// Everything the catalog holds at one moment. Cheap to copy: copies share what neither changes.
struct State {
  Shared<Table<User, UserId>> users;
  Shared<Table<Access, AccessId>> accesses;
  Shared<Table<Source, SourceId>> sources;
  Shared<Table<Template, TemplateId>> templates;
  Shared<Table<Container, ContainerId>> containers;
  Shared<Table<Branch, BranchId>> branches;
  Shared<Table<Segment, SegmentId>> segments;
  Shared<Table<Point, PointId>> points;
  Shared<Table<Bookmark, BookmarkId>> bookmarks;
  Shared<Table<Operation, OperationId>> operations;
  Shared<Table<Volume, VolumeId>> volumes;
  Shared<Table<Snapshot, SnapshotId>> snapshots;
  Shared<std::map<std::string, std::string>> facts;
  Shared<std::vector<std::shared_ptr<const Event>>> events;  // by their sequence
};

}  // namespace slip::memory
