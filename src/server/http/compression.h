// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "server/http/message.h"

namespace slip::http {

// The response with its body compressed by gzip, where whoever asked takes that and it is long
// enough to be worth it. An event stream, and what is compressed already, stays as it is.
//
// Not for answers that hold a secret: beside words that somebody else can choose, the length of a
// compressed answer tells of the secret, encrypted or not (the attack known as BREACH).
Response compressed(Response response, const Request& request);

}  // namespace slip::http
