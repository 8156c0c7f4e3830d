// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <boost/describe.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "base/time.h"
#include "domain/user.h"

namespace slip::queries {

class Reader;

// What a time would lead to, before anything is done.

struct SourceMomentView {
  std::string source;
  Timestamp at;
  std::optional<std::vector<std::string>> lacks;
};
BOOST_DESCRIBE_STRUCT(SourceMomentView, (), (source, at, lacks))

struct MomentView {
  Timestamp asked;
  Timestamp at;  // the moment that it would be
  bool exact = false;
  std::string point;  // that it would be, or that its replay would begin with
  bool asks = false;  // a source's data is of so much earlier that who wants it has to say so
  std::vector<SourceMomentView> sources;
};
BOOST_DESCRIBE_STRUCT(MomentView, (), (asked, at, exact, point, asks, sources))

struct MomentQuery {
  std::string container;
  std::string branch = {};   // empty: the active one
  bool of_template = false;  // the data of the container's template instead
  Timestamp at;
};
// Errors: `not_found`; `out_of_range`, saying the range.
Result<MomentView> moment_view(Reader& reader, const Actor& actor, const MomentQuery& query);
Result<MomentView> moment_of_template(Reader& reader, const Actor& actor, std::string_view mould,
                                      Timestamp at);

}  // namespace slip::queries
