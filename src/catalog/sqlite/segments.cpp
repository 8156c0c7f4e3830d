// SPDX-License-Identifier: Apache-2.0
#include "catalog/sqlite/aggregates.h"
#include "catalog/sqlite/records.h"

namespace slip::sqlite {
namespace {

class SqliteSegments final : public SqliteRecords<Segments, Segment, SegmentId> {
 public:
  explicit SqliteSegments(Transaction& transaction)
      : SqliteRecords(transaction, "segments", "segment") {}

  Result<std::vector<Segment>> of_branch(const BranchId& branch) override {
    return select("WHERE branch = ? ORDER BY sequence", {id_value(branch)});
  }
};

}  // namespace

std::unique_ptr<Segments> make_segments(Transaction& transaction) {
  return std::make_unique<SqliteSegments>(transaction);
}

}  // namespace slip::sqlite
