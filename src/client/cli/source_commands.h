#pragma once

#include <string>

#include "client/cli/session.h"

namespace slip::cli {

// How up to date a source is: its lag, its last error, its next sync. Empty: all of them.
Result<> show_source_status(Session& session, const std::string& source);

}  // namespace slip::cli
