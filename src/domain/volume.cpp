// SPDX-License-Identifier: Apache-2.0
#include "domain/volume.h"

namespace slip {

InstanceId instance_on(const VolumeId& volume, const std::string& source_name) {
  return InstanceId(std::string(InstanceId::prefix) + volume.str().substr(VolumeId::prefix.size()) +
                    "." + source_name);
}

VolumeId volume_of(const InstanceId& instance) {
  const std::string name = instance.str().substr(InstanceId::prefix.size());
  return VolumeId(std::string(VolumeId::prefix) + name.substr(0, name.find('.')));
}

InstanceId hook_of(const InstanceId& instance) {
  return InstanceId(instance.str() + "~hook");  // no source's name has a "~"
}

}  // namespace slip
