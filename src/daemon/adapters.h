// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "daemon/installation.h"
#include "domain/kind.h"
#include "ports/adapter.h"
#include "ports/certificates.h"
#include "ports/confinement.h"

namespace slip {

// What adapters need of the machine.
struct AdapterNeeds {
  std::shared_ptr<const Confinement> confinement;
  std::shared_ptr<const Certificates> certificates;
};

// A kind of source, and what carries it out.
struct SourceKind {
  KindDescription description;
  std::shared_ptr<Adapter> adapter;
};

// The kinds that there are, in the order in which people see them: one is added here, and in its
// own folder; or by a file in InstallationOptions::kinds.
std::vector<SourceKind> make_kinds(const InstallationOptions& options, const AdapterNeeds& needs);

std::map<std::string, std::shared_ptr<Adapter>> adapters_of(const std::vector<SourceKind>& kinds);

}  // namespace slip
