// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <boost/describe.hpp>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/time.h"
#include "domain/ids.h"
#include "domain/quota.h"

namespace slip {

// What a user may do in a container. Each may also do what those before it may.
enum class ContainerRole { viewer, operator_, owner };
BOOST_DESCRIBE_ENUM(ContainerRole, viewer, operator_, owner)

struct Member {
  UserId user;
  ContainerRole role = ContainerRole::viewer;
};
BOOST_DESCRIBE_STRUCT(Member, (), (user, role))

// A stable address of the container. It stays while the container lives.
struct ContainerEndpoint {
  std::string source;  // its name in the template
  std::uint16_t port = 0;
};
BOOST_DESCRIBE_STRUCT(ContainerEndpoint, (), (source, port))

// Nobody but `by` and admins may change a locked container.
struct Lock {
  UserId by;
  std::string by_name;
  std::string why;
  Timestamp at;
};
BOOST_DESCRIBE_STRUCT(Lock, (), (by, by_name, why, at))

// One team's or person's private copy of all sources of a template.
// Invariant: `active` is one of its branches, and not deleted.
struct Container {
  ContainerId id;
  std::string name;  // check_name; unique among those not deleted, the catalog checks
  TemplateId template_id;
  BranchId active;
  std::vector<Member> members;
  std::vector<ContainerEndpoint> endpoints;
  SecretId login;  // the password of its login to its databases, on all its branches
  std::optional<Lock> lock;
  Timestamp created_at;
  std::optional<Timestamp> deleted_at;  // in the trash since
  bool renew_login = false;  // somebody may know the password who has no right to it any more
  // Its place among the users that containers run as: no two have the same. Nothing: from before
  // there were any.
  std::optional<std::uint32_t> number = {};
  std::optional<std::string> deleted_by = {};  // the name of whoever put it into the trash
  std::optional<Quota> quota = {};
};
BOOST_DESCRIBE_STRUCT(Container, (),
                      (id, name, template_id, active, members, endpoints, login, lock, created_at,
                       deleted_at, renew_login, number, deleted_by, quota))

}  // namespace slip
