// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>

#include "adapters/files/files_settings.h"
#include "base/result.h"
#include "base/user.h"
#include "ports/adapter.h"
#include "ports/confinement.h"

namespace slip::files {

// Makes the request's directory hold what the origin holds now, durably. `owner`: to whom the files
// will belong; nothing: to us. Programs are run in `confinement`.
Result<> ingest_tree(const IngestRequest& request, const Settings& settings,
                     const std::optional<UserIds>& owner, const Confinement& confinement);

}  // namespace slip::files
