// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <vector>

#include "domain/branch.h"
#include "domain/container.h"
#include "domain/source.h"
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

// A template with what a new point of it would be made of.
struct TemplateScene {
  Template mould;
  Branch master;                // its timeline
  std::vector<Source> sources;  // of the newest version's places, in the same order
};

// How a source's newest data is got.
enum class Upkeep {
  copied,    // whole, each time
  updated,   // what has changed, into the last copy
  followed,  // by a follower of production, of which a sync makes a copy
};

// A source with all that its newest data goes into.
struct SourceScene {
  Source source;
  Upkeep upkeep = Upkeep::copied;
  bool keeps_points = false;             // in its history, since they share their space
  std::vector<TemplateScene> templates;  // that have it

  // True if data of its own past is wanted when a template is brought back to an earlier time.
  bool is_beside_a_follower() const;
};

}  // namespace slip
