// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <fmt/format.h>

#include <map>
#include <memory>
#include <string>

#include "ports/adapter.h"

namespace slip {

// The kinds of source that there are, and what one needs of a kind that only some can do.

using AdaptersByKind = std::map<std::string, std::shared_ptr<Adapter>>;

// Errors: `unsupported`, naming the kinds there are.
inline Result<Adapter*> find_adapter(const AdaptersByKind& adapters, const std::string& kind) {
  const auto found = adapters.find(kind);
  if (found != adapters.end()) return found->second.get();
  std::string kinds;
  for (const auto& [name, adapter] : adapters) kinds += (kinds.empty() ? "" : ", ") + name;
  return Error{.code = ErrorCode::unsupported,
               .message = fmt::format("there is no kind of source called \"{}\"", kind),
               .hint = fmt::format("Kinds: {}.", kinds)};
}

// The facet, for whoever cannot do without it. Errors: `unsupported`, saying what the kind cannot
// do: `cannot` goes on from its name ("keeps no log").
template <class Facet>
Result<const Facet*> must_have(const Adapter& adapter, const Facet* facet, const char* cannot) {
  if (facet != nullptr) return facet;
  return Error{.code = ErrorCode::unsupported,
               .message = "a source of kind " + adapter.info().kind + " " + cannot};
}

inline Result<const Following*> following_of(const Adapter& adapter) {
  return must_have(adapter, adapter.following(), "cannot follow production");
}
inline Result<const SqlScripts*> sql_scripts_of(const Adapter& adapter) {
  return must_have(adapter, adapter.sql_scripts(), "runs no SQL");
}
inline Result<const Masking*> masking_of(const Adapter& adapter) {
  return must_have(adapter, adapter.masking(), "cannot be masked");
}
inline Result<const TextOrder*> text_order_of(const Adapter& adapter) {
  return must_have(adapter, adapter.text_order(), "has no indexes that can be built again");
}
inline Result<const DumpCheck*> dump_check_of(const Adapter& adapter) {
  return must_have(adapter, adapter.dump_check(), "has no dumps that can be checked");
}

// True if the configuration says to follow production, and its kind can.
inline bool follows(const Adapter& adapter, const SourceConfig& config) {
  const Following* following = adapter.following();
  return following != nullptr && following->follows(config);
}

}  // namespace slip
