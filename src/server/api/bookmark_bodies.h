// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "domain/edits.h"
#include "server/api/answer.h"

namespace slip::api {

// The body of a PATCH of a bookmark, for a container's and a template's alike. Fails with
// `invalid_argument`, also when it changes nothing.
Result<EditBookmark> read_bookmark_edit(const Call& call, BookmarkOwner owner);

}  // namespace slip::api
