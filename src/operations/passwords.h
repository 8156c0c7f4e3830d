#pragma once

#include <string>

#include "base/id.h"

namespace slip {

struct PasswordTag {
  static constexpr std::string_view prefix = "";
};

// 80 bits of randomness in characters that need no quoting anywhere.
inline std::string new_password(IdSource& ids) {
  return ids.next<Id<PasswordTag>>().str();
}

}  // namespace slip
