// SPDX-License-Identifier: Apache-2.0
#include "domain/step_uses.h"

#include <boost/describe.hpp>
#include <boost/mp11.hpp>
#include <map>
#include <optional>
#include <type_traits>

namespace slip {
namespace {

template <class T>
concept HasMembers = boost::describe::has_describe_members<T>::value && !std::is_enum_v<T>;

template <class T>
constexpr bool is_id = false;
template <class Tag>
constexpr bool is_id<Id<Tag>> = true;

class Finder {
 public:
  void look(const VolumeId& id) {
    if (!id.empty()) uses_.volumes.insert(id);
  }
  void look(const SnapshotId& id) {
    if (!id.empty()) uses_.snapshots.insert(id);
  }
  template <class T>
  void look(const std::optional<T>& maybe) {
    if (maybe) look(*maybe);
  }
  template <class T>
  void look(const std::vector<T>& all) {
    for (const auto& one : all) look(one);
  }
  template <class Key, class T>
  void look(const std::map<Key, T>& all) {
    for (const auto& [key, one] : all) {
      look(key);
      look(one);
    }
  }
  template <class... Kinds>
  void look(const std::variant<Kinds...>& one) {
    std::visit([this](const auto& chosen) { look(chosen); }, one);
  }
  template <HasMembers T>
  void look(const T& described) {
    using Members = boost::describe::describe_members<T, boost::describe::mod_any_access |
                                                             boost::describe::mod_inherited>;
    boost::mp11::mp_for_each<Members>([&](auto member) { look(described.*member.pointer); });
  }
  template <class T>
  requires(!HasMembers<T>) void look(const T&) {
    static_assert(std::is_arithmetic_v<T> || std::is_enum_v<T> || std::is_same_v<T, std::string> ||
                      std::is_same_v<T, Timestamp> || is_id<T>,
                  "say how volumes and snapshots are found in it");
  }

  StepUses uses() && { return std::move(uses_); }

 private:
  StepUses uses_;
};

}  // namespace

StepUses uses_of(const Step& step) {
  Finder finder;
  finder.look(step);
  return std::move(finder).uses();
}

}  // namespace slip
