// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "domain/source.h"

namespace slip {

// What a running source tells is kept in the catalog and the pool for as long as there are points
// of it, and shown to people. Its server may be a tenant's program, which says what it likes: these
// make of it text of a length that we can live with.

// As many as people read; the last says if there were more.
std::vector<std::string> as_told(std::vector<std::string> sentences);

// A position that none of a server's could be is none; a time that its clock cannot show is `now`.
DataPosition as_told(DataPosition position, Timestamp now);

}  // namespace slip
