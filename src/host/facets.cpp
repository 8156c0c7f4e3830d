// SPDX-License-Identifier: Apache-2.0
#include "host/facets.h"

namespace slip {
namespace {

template <class Facet>
Result<const Facet*> must_have(const Adapter& adapter, const Facet* facet, const char* cannot) {
  if (facet != nullptr) return facet;
  return Error{.code = ErrorCode::unsupported,
               .message = "a source of kind " + adapter.info().kind + " " + cannot};
}

}  // namespace

Result<const LogReplay*> log_replay_of(const Adapter& adapter) {
  return must_have(adapter, adapter.log_replay(), "keeps no log");
}

Result<const Following*> following_of(const Adapter& adapter) {
  return must_have(adapter, adapter.following(), "cannot follow production");
}

Result<const SqlScripts*> sql_scripts_of(const Adapter& adapter) {
  return must_have(adapter, adapter.sql_scripts(), "runs no SQL");
}

Result<const Masking*> masking_of(const Adapter& adapter) {
  return must_have(adapter, adapter.masking(), "cannot be masked");
}

Result<const TextOrder*> text_order_of(const Adapter& adapter) {
  return must_have(adapter, adapter.text_order(), "has no indexes that can be built again");
}

Result<const DumpCheck*> dump_check_of(const Adapter& adapter) {
  return must_have(adapter, adapter.dump_check(), "has no dumps that can be checked");
}

bool follows(const Adapter& adapter, const SourceConfig& config) {
  const Following* following = adapter.following();
  return following != nullptr && following->follows(config);
}

}  // namespace slip
