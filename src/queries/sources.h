// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <boost/describe.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "domain/operation.h"
#include "domain/source.h"
#include "ports/adapter.h"

namespace slip::queries {

class Reader;

// For administrators; whoever shows them sees to that.

Result<std::vector<Source>> sources(Reader& reader);  // by name
// By name or id. Errors: `not_found`.
Result<Source> source_named(Reader& reader, std::string_view source);
// Whose webhook has a secret of that hash. Errors: `not_found`.
Result<Source> source_of_webhook(Reader& reader, std::string_view hash);

// The last operation that fetched its data, or tried to.
struct LastAct {
  std::string operation;
  OperationKind kind = OperationKind::sync_source;
  OperationState state = OperationState::queued;
  Timestamp created_at;
  std::optional<Timestamp> ended_at;
  std::string failure;  // one sentence; empty: none
};
BOOST_DESCRIBE_STRUCT(LastAct, (), (operation, kind, state, created_at, ended_at, failure))

// How up to date a source is. One that follows production is asked itself.
struct SourceStatus {
  Source source;
  std::optional<LastAct> last;
  std::optional<Timestamp> any_second_since;  // its log leads to any time from then on
  std::optional<FollowState> state;           // of what follows production
};
// Errors: `not_found`.
Result<SourceStatus> source_status(Reader& reader, std::string_view source);

// With what its kind fills in where it is not said. One of a kind that there is not stays as it is.
SourceConfig completed_config(Reader& reader, SourceConfig config);

}  // namespace slip::queries
