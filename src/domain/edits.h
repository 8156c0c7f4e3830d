// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "domain/bookmark.h"
#include "domain/container.h"
#include "domain/user.h"

// Acts that only change what the catalog says: one transaction each, done when they return. What
// they are about is given by name or id.

namespace slip {

// Whose bookmark: a container's, or a template's own.
struct OfContainer {
  std::string container;
};
struct OfTemplate {
  std::string tmpl;
};
using BookmarkOwner = std::variant<OfContainer, OfTemplate>;

struct NeverExpires {};
struct ExpiresAt {
  Timestamp at;
};

// What is nothing stays as it is.
struct EditBookmark {
  BookmarkOwner owner;
  std::string bookmark;
  std::optional<std::string> name;
  std::optional<std::string> note;
  std::optional<std::vector<std::string>> tags;
  std::optional<std::variant<NeverExpires, ExpiresAt>> expiry;
};
struct ShareBookmark {
  std::string container;
  std::string bookmark;
  Audience audience = Audience::everyone;  // not only_container
  std::vector<std::string> users;          // with Audience::named
};
struct UnshareBookmark {
  std::string container;
  std::string bookmark;
};
struct DeleteBookmark {
  BookmarkOwner owner;
  std::string bookmark;
};
struct RenameBranch {
  std::string container;
  std::string branch;
  std::string name;
};
struct MemberNamed {
  std::string user;
  ContainerRole role = ContainerRole::viewer;
};
// What is nothing stays as it is.
struct EditContainer {
  std::string container;
  std::optional<std::string> name;
  std::optional<std::vector<MemberNamed>> members;
};
struct LockContainer {
  std::string container;
  std::string why;
};
struct UnlockContainer {
  std::string container;
};
// All of it: what is nothing has no bound any more.
struct SetQuota {
  std::string container;
  Quota quota;
};
struct UnlinkSource {
  std::string source;
};
// What is nothing stays as it is.
struct EditSource {
  std::string source;
  std::optional<std::string> schedule;      // as in Source
  std::optional<std::string> webhook_hash;  // as in Source
};
struct DeleteTemplate {
  std::string tmpl;
};
// A bookmark, branch or container, by id: names in the trash need not be unique.
struct RecoverFromTrash {
  std::string id;
};
// The same, but for good.
struct PurgeFromTrash {
  std::string id;
};
struct CreateUser {
  std::string name;
  SystemRole role = SystemRole::member;
  std::string password_hash;
};
// What is nothing stays as it is. A new password ends the user's sessions, but for `keep`.
struct ChangeUser {
  std::string user;
  std::optional<SystemRole> role;
  std::optional<std::string> password_hash;
  AccessId keep;
};
struct RemoveUser {
  std::string user;
};

using AnyEdit = std::variant<EditBookmark, ShareBookmark, UnshareBookmark, DeleteBookmark,
                             RenameBranch, EditContainer, LockContainer, UnlockContainer, SetQuota,
                             UnlinkSource, EditSource, DeleteTemplate, RecoverFromTrash,
                             PurgeFromTrash, CreateUser, ChangeUser, RemoveUser>;

}  // namespace slip
