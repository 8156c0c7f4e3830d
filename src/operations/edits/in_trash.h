#pragma once

#include <string>

#include "operations/edits/record_edit.h"
#include "operations/lookup.h"

namespace slip {

Error not_in_trash(const std::string& id);

// The container of a branch or bookmark in the trash, which must not be in there itself. `asked` is
// what the actor named. Fills in the operation's container and template. Errors: `not_found`,
// `permission_denied`, `precondition_failed`.
Result<Container> find_home(EditContext& context, const ContainerId& id, Right right,
                            const std::string& asked);

}  // namespace slip
