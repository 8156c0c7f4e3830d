// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <memory>
#include <string>

#include "daemon/installation.h"
#include "ports/adapter.h"
#include "ports/certificates.h"
#include "ports/confinement.h"

namespace slip {

// What adapters need of the machine.
struct AdapterNeeds {
  std::shared_ptr<const Confinement> confinement;
  std::shared_ptr<const Certificates> certificates;
};

// The kinds of source that there are: an engine is added here, and in its own folder.
std::map<std::string, std::shared_ptr<Adapter>> make_adapters(const InstallationOptions& options,
                                                              const AdapterNeeds& needs);

}  // namespace slip
