// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "ports/adapter.h"

namespace slip {

// What an operation needs of a kind of source, for those that cannot do without it. Errors:
// `unsupported`, saying what the kind cannot do.
Result<const LogReplay*> log_replay_of(const Adapter& adapter);
Result<const Following*> following_of(const Adapter& adapter);
Result<const SqlScripts*> sql_scripts_of(const Adapter& adapter);
Result<const Masking*> masking_of(const Adapter& adapter);
Result<const TextOrder*> text_order_of(const Adapter& adapter);
Result<const DumpCheck*> dump_check_of(const Adapter& adapter);

// True if the configuration says to follow production, and its kind can.
bool follows(const Adapter& adapter, const SourceConfig& config);

}  // namespace slip
