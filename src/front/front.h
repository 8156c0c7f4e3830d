// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <memory>

#include "base/fd.h"
#include "base/result.h"
#include "front/first_words.h"
#include "front/guests.h"
#include "ports/certificates.h"

namespace slip {

struct FrontOptions {
  ServerCertificate certificate = {};  // for what has no TLS of its own
  GuestBounds bounds = {};
};

// What connections from other machines go through: nothing of theirs gets on unencrypted.
//
// Databases have TLS themselves. Their protocols begin in the clear and say then whether they go on
// with TLS: the front reads that much, passes those on that do, and answers the others why not. For
// everything else it is the front that speaks TLS. One thread serves all connections. Where there
// are too many, of one address or in all, those that are idle or not encrypted yet give way
// (Guests).
class Front {
 public:
  // Errors: `invalid_argument` (the certificate), `internal`.
  static Result<std::unique_ptr<Front>> open(FrontOptions options);
  virtual ~Front() = default;  // ends all connections

  // Takes a client's connection to an endpoint where people talk so, and the connection that leads
  // on to what is behind it. Returns at once; thread-safe.
  virtual void take(Speech speech, UniqueFd client, UniqueFd inside) = 0;

  // For connections that come from now on. Thread-safe. Errors: `invalid_argument`, with which the
  // front goes on as before.
  virtual Result<> use(const ServerCertificate& certificate) = 0;

  // Connections that it has something of. Thread-safe.
  virtual std::size_t connections() const = 0;
};

}  // namespace slip
