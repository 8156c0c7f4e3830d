// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "domain/edits.h"
#include "domain/operation.h"
#include "operations/world.h"

namespace slip {

// Each checks the actor's rights, names and states, changes the catalog and records the act as an
// operation that has succeeded, with its event: all of it in one transaction, or nothing. The same
// idempotency key by the same user gives the operation of the first time.
// Errors: `not_found`, `invalid_argument`, `already_exists` (a name), `permission_denied`,
// `precondition_failed`, `busy` where an operation is at work on the same thing.

// Renames, annotates, tags, or sets when it expires.
Result<Operation> edit(World& world, const Actor& actor, const EditBookmark& request,
                       const IdempotencyKey& key = {});
// Offers it to everyone with a container of the template, or to those users.
Result<Operation> edit(World& world, const Actor& actor, const ShareBookmark& request,
                       const IdempotencyKey& key = {});
// Offers it to nobody else any more. What others already took stays theirs.
Result<Operation> edit(World& world, const Actor& actor, const UnshareBookmark& request,
                       const IdempotencyKey& key = {});
// To the trash; its name becomes free.
Result<Operation> edit(World& world, const Actor& actor, const DeleteBookmark& request,
                       const IdempotencyKey& key = {});
Result<Operation> edit(World& world, const Actor& actor, const RenameBranch& request,
                       const IdempotencyKey& key = {});
Result<Operation> edit(World& world, const Actor& actor, const EditContainer& request,
                       const IdempotencyKey& key = {});
// From now on only the actor and admins can change the container.
Result<Operation> edit(World& world, const Actor& actor, const LockContainer& request,
                       const IdempotencyKey& key = {});
Result<Operation> edit(World& world, const Actor& actor, const UnlockContainer& request,
                       const IdempotencyKey& key = {});
// For admins. What runs is bounded by it at once where the machine can, else from its next start.
Result<Operation> edit(World& world, const Actor& actor, const SetQuota& request,
                       const IdempotencyKey& key = {});
// Forgets the source and gives its data's space back. Refused while a template's newest version
// uses it.
Result<Operation> edit(World& world, const Actor& actor, const UnlinkSource& request,
                       const IdempotencyKey& key = {});
// When it is synced automatically, and who may have it synced.
Result<Operation> edit(World& world, const Actor& actor, const EditSource& request,
                       const IdempotencyKey& key = {});
// Refused while there are containers of it.
Result<Operation> edit(World& world, const Actor& actor, const DeleteTemplate& request,
                       const IdempotencyKey& key = {});
// A container comes back stopped, with its ports where they are still free. Refused when the name
// has been taken since, or the data is no longer kept.
Result<Operation> edit(World& world, const Actor& actor, const RecoverFromTrash& request,
                       const IdempotencyKey& key = {});
// Gone for good, before its time in the trash is over; the space comes back within a minute. Of a
// bookmark's data what something else still needs stays.
Result<Operation> edit(World& world, const Actor& actor, const PurgeFromTrash& request,
                       const IdempotencyKey& key = {});
Result<Operation> edit(World& world, const Actor& actor, const CreateUser& request,
                       const IdempotencyKey& key = {});
// Users may change their own password; the rest is for admins.
Result<Operation> edit(World& world, const Actor& actor, const ChangeUser& request,
                       const IdempotencyKey& key = {});
// With his tokens, sessions and memberships. What he made stays.
Result<Operation> edit(World& world, const Actor& actor, const RemoveUser& request,
                       const IdempotencyKey& key = {});

}  // namespace slip
