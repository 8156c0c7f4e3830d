// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "operations/edits/record_edit.h"

namespace slip {

// The part of RecoverFromTrash that is about containers, within its transaction.
Result<> recover_container(EditContext& context, const ContainerId& id);

// Its endpoints listen again. What hinders them is logged, and tried again at the next start.
void open_endpoints_again(World& world, const ContainerId& container);

}  // namespace slip
