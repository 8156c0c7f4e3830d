// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "domain/volume_spec.h"
#include "ports/catalog.h"

namespace slip {

// What is on the volume, as the catalog has it now: the one place in which that is put together,
// for whoever acts on it. Errors: `internal` (the catalog does not know the volume).
Result<VolumeSpec> spec_of(CatalogUnit& catalog, const Volume& volume);
Result<VolumeSpec> spec_of(Catalog& catalog, const VolumeId& volume);
// What its container may have.
Result<std::optional<Quota>> quota_of(CatalogUnit& catalog, const Volume& volume);
// Of a volume on which that source is kept up with production.
Result<VolumeSpec> spec_of_follower(const Volume& volume, const Source& source);
// The source, all by itself.
TemplateVersion version_alone(const Source& source);

}  // namespace slip
