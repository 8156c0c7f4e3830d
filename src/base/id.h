// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <compare>
#include <cstddef>
#include <functional>
#include <string>
#include <string_view>

#include "base/result.h"

namespace slip {

// An identifier that cannot be mistaken for one of another kind. `Tag::prefix` names the kind in
// the text form, e.g. "bmk_" in "bmk_0h2k9x4m7q1z3c5v". Default-constructed it is empty: no id.
template <class Tag>
class Id {
 public:
  static constexpr std::string_view prefix = Tag::prefix;

  Id() = default;
  explicit Id(std::string text) : text_(std::move(text)) {}

  const std::string& str() const { return text_; }
  bool empty() const { return text_.empty(); }
  static bool looks_like(std::string_view text) {
    return text.size() > prefix.size() && text.substr(0, prefix.size()) == prefix;
  }

  auto operator<=>(const Id&) const = default;

 private:
  std::string text_;
};

// Where new ids come from: random in the product, counted in tests.
class IdSource {
 public:
  virtual ~IdSource() = default;

  template <class SomeId>
  SomeId next() {
    return SomeId(std::string(SomeId::prefix) + unique());
  }

 protected:
  // 16 characters of 0-9a-z that have not been given out before.
  virtual std::string unique() = 0;
};

// 80 bits from the kernel's random source. Thread-safe.
class RandomIds : public IdSource {
 protected:
  std::string unique() override;
};

}  // namespace slip

template <class Tag>
struct std::hash<slip::Id<Tag>> {
  std::size_t operator()(const slip::Id<Tag>& id) const noexcept {
    return std::hash<std::string>()(id.str());
  }
};
