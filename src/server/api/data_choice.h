// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <boost/describe.hpp>
#include <optional>
#include <string>

#include "base/result.h"
#include "base/time.h"
#include "domain/requests.h"

namespace slip::api {

// Which data, as a request says it. Exactly one of bookmark, time, point, template and branch is
// given; `branch` alone is of its now, and goes with a time as `template` may, instead of it.
struct DataChoiceBody {
  std::optional<std::string> bookmark;
  std::optional<Timestamp> time;
  std::optional<std::string> branch;
  std::optional<std::string> point;
  std::optional<bool> template_;
  std::optional<bool> accept_earlier = {};  // goes with a time
};
BOOST_DESCRIBE_STRUCT(DataChoiceBody, (),
                      (bookmark, time, branch, point, template_, accept_earlier))

// Fails with `invalid_argument`.
Result<DataChoice> data_choice(const DataChoiceBody& body);

}  // namespace slip::api
