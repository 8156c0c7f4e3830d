// SPDX-License-Identifier: Apache-2.0
#pragma once

namespace slip {

// Unix sockets with an abstract name belong to no directory, so that no mount hides them: whoever
// shares a network could speak to everybody's. Landlock, from Linux 6.12, limits them to a tree of
// processes.

bool can_keep_from_abstract_sockets();

// The calling process and its children reach no such socket but their own. Async-signal-safe; the
// process must not be able to gain privileges. Changes nothing where the kernel has no such limit.
// False with errno set.
bool keep_from_abstract_sockets();

}  // namespace slip
