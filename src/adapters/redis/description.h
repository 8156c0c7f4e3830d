// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "domain/kind.h"

namespace slip::redis {

// The kind and its settings, as data.
const KindDescription& description();

}  // namespace slip::redis
