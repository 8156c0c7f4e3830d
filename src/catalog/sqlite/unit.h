// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>

#include "catalog/sqlite/aggregates.h"
#include "catalog/sqlite/transaction.h"
#include "ports/catalog.h"

namespace slip::sqlite {

// All aggregates of one transaction.
class SqliteUnit final : public CatalogUnit {
 public:
  explicit SqliteUnit(Transaction& transaction)
      : users_(make_users(transaction)),
        accesses_(make_accesses(transaction)),
        sources_(make_sources(transaction)),
        templates_(make_templates(transaction)),
        containers_(make_containers(transaction)),
        branches_(make_branches(transaction)),
        segments_(make_segments(transaction)),
        points_(make_points(transaction)),
        bookmarks_(make_bookmarks(transaction)),
        operations_(make_operations(transaction)),
        volumes_(make_volumes(transaction)),
        snapshots_(make_snapshots(transaction)),
        events_(make_events(transaction)),
        facts_(make_facts(transaction)) {}

  Users& users() override { return *users_; }
  Accesses& accesses() override { return *accesses_; }
  Sources& sources() override { return *sources_; }
  Templates& templates() override { return *templates_; }
  Containers& containers() override { return *containers_; }
  Branches& branches() override { return *branches_; }
  Segments& segments() override { return *segments_; }
  Points& points() override { return *points_; }
  Bookmarks& bookmarks() override { return *bookmarks_; }
  Operations& operations() override { return *operations_; }
  Volumes& volumes() override { return *volumes_; }
  Snapshots& snapshots() override { return *snapshots_; }
  Events& events() override { return *events_; }
  Facts& facts() override { return *facts_; }

 private:
  std::unique_ptr<Users> users_;
  std::unique_ptr<Accesses> accesses_;
  std::unique_ptr<Sources> sources_;
  std::unique_ptr<Templates> templates_;
  std::unique_ptr<Containers> containers_;
  std::unique_ptr<Branches> branches_;
  std::unique_ptr<Segments> segments_;
  std::unique_ptr<Points> points_;
  std::unique_ptr<Bookmarks> bookmarks_;
  std::unique_ptr<Operations> operations_;
  std::unique_ptr<Volumes> volumes_;
  std::unique_ptr<Snapshots> snapshots_;
  std::unique_ptr<Events> events_;
  std::unique_ptr<Facts> facts_;
};

}  // namespace slip::sqlite
