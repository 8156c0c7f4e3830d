// SPDX-License-Identifier: Apache-2.0
#include <set>
#include <utility>

#include "base/log.h"
#include "host/instances.h"

namespace slip {

Instances::~Instances() {
  for (auto& [volume, tree] : held_) tree->leave();
}

Result<> Instances::adopt() {
  std::set<VolumeId> volumes;
  for (const auto& instance : TRY(machine_.runtime.list())) volumes.insert(volume_of(instance));
  for (const auto& volume : volumes) {
    auto tree = machine_.storage.attach(volume);
    if (tree) {
      hold_for_what_runs(volume, std::make_shared<HeldTree>(*std::move(tree)));
    } else {
      spdlog::warn("something runs on {}: {}", volume.str(), tree.error().describe());
    }
  }
  return {};
}

void Instances::hold_for_what_runs(const VolumeId& volume, std::shared_ptr<HeldTree> tree) {
  const std::lock_guard lock(mutex_);
  held_.try_emplace(volume, std::move(tree));
}

// The end of a hold may take as long as the driver takes to detach: not under the lock.
void Instances::let_go(const VolumeId& volume) {
  std::shared_ptr<HeldTree> tree;
  {
    const std::lock_guard lock(mutex_);
    if (auto node = held_.extract(volume)) tree = std::move(node.mapped());
  }
}

}  // namespace slip
