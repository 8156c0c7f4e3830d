// SPDX-License-Identifier: Apache-2.0
#include "domain/scene.h"

#include <algorithm>

namespace slip {

bool SourceScene::is_beside_a_follower() const {
  return std::ranges::any_of(templates, [](const TemplateScene& one) {
    return std::ranges::any_of(one.sources,
                               [](const Source& other) { return !other.volume.empty(); });
  });
}

}  // namespace slip
