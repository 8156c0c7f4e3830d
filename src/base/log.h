// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <spdlog/spdlog.h>

// spdlog's default logger; the daemon sets its sinks. Messages are sentences; secrets never go in.
