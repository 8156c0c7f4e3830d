// SPDX-License-Identifier: Apache-2.0
#pragma once

namespace slip::cli {

// Of this command; a daemon of another version is pointed out by `slip doctor`.
inline constexpr const char* product_version = SLIP_VERSION;

}  // namespace slip::cli
