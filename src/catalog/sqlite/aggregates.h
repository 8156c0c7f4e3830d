// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>

#include "catalog/sqlite/transaction.h"
#include "ports/catalog.h"

// One file an aggregate; each is valid as long as its transaction.

namespace slip::sqlite {

std::unique_ptr<Users> make_users(Transaction& transaction);
std::unique_ptr<Accesses> make_accesses(Transaction& transaction);
std::unique_ptr<Sources> make_sources(Transaction& transaction);
std::unique_ptr<Templates> make_templates(Transaction& transaction);
std::unique_ptr<Containers> make_containers(Transaction& transaction);
std::unique_ptr<Branches> make_branches(Transaction& transaction);
std::unique_ptr<Segments> make_segments(Transaction& transaction);
std::unique_ptr<Points> make_points(Transaction& transaction);
std::unique_ptr<Bookmarks> make_bookmarks(Transaction& transaction);
std::unique_ptr<Operations> make_operations(Transaction& transaction);
std::unique_ptr<Volumes> make_volumes(Transaction& transaction);
std::unique_ptr<Snapshots> make_snapshots(Transaction& transaction);
std::unique_ptr<Events> make_events(Transaction& transaction);
std::unique_ptr<Facts> make_facts(Transaction& transaction);

}  // namespace slip::sqlite
