// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <boost/describe.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "base/time.h"
#include "domain/ids.h"

namespace slip {

enum class Audience {
  only_container,  // members of its container (a template's: every container of the template)
  everyone,        // everyone with a container of the same template
  named,           // `shared_with`, besides the container's members
};
BOOST_DESCRIBE_ENUM(Audience, only_container, everyone, named)

// A bookmark names one point on a timeline and keeps its data alive until it expires or is deleted.
// It holds no data: the point's snapshot does. Invariant: a bookmarked point is never reaped.
struct Bookmark {
  BookmarkId id;
  PointId point;
  ContainerId container;   // whose it is; empty for a template's
  TemplateId template_id;  // the container's, or its own
  UserId creator;
  std::string creator_name;
  std::string name;  // check_title; unique in its container among those not deleted
  std::string note;
  std::vector<std::string> tags;
  Audience audience = Audience::only_container;
  std::vector<UserId> shared_with;
  Timestamp at;  // the point's time
  Timestamp created_at;
  std::optional<Timestamp> expires_at;         // nothing means: kept until somebody deletes it
  std::optional<Timestamp> deleted_at;         // in the trash since
  std::optional<std::string> deleted_by = {};  // the name of whoever put it there
};
BOOST_DESCRIBE_STRUCT(Bookmark, (),
                      (id, point, container, template_id, creator, creator_name, name, note, tags,
                       audience, shared_with, at, created_at, expires_at, deleted_at, deleted_by))

// As it is kept, if its name, note and tags are possible (at most 16 tags, each a title of at most
// 64 bytes, none twice). Fails with `invalid_argument`.
Result<Bookmark> accept_bookmark(Bookmark bookmark);

// True if it keeps its point's data at `now`.
bool keeps_data(const Bookmark& bookmark, Timestamp now);

}  // namespace slip
