// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "domain/branch.h"
#include "domain/container.h"
#include "domain/template.h"
#include "domain/volume.h"

namespace slip {

// A branch of a container with all that belongs to it, of one state of the catalog: loaded once, so
// that whoever decides about the branch asks for nothing more, and is pure.
struct Scene {
  Container container;
  Template mould;      // the container's
  Branch branch;       // one of the container's
  Segment segment;     // the branch's newest
  Volume volume;       // the branch's
  TemplateVersion on;  // what is on that volume, with its hooks

  bool is_active() const { return branch.id == container.active; }
  bool runs() const { return branch.wanted == RunState::running; }
};

}  // namespace slip
