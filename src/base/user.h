// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <sys/types.h>

#include <string>

#include "base/result.h"

namespace slip {

struct UserIds {
  uid_t uid;
  gid_t gid;
};

// A user's ids. Errors: `not_found`.
Result<UserIds> find_user(const std::string& name);

}  // namespace slip
