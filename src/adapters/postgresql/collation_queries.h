// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

namespace slip::postgresql {

// The collations that a database uses whose version is another here, or not known: oid, name, the
// version recorded, and this machine's.
std::string stale_collations(int major);

// What depends on the order of one of these: its name, as SQL has it, that collation's name and
// versions, and its oid.
enum class OrderedKind { index, partitioned_table };
std::string dependents_query(int major, OrderedKind kind);

}  // namespace slip::postgresql
