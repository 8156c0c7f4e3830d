// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "adapters/mariadb/definitions.h"
#include "adapters/mariadb/folder_text.h"
#include "adapters/mariadb/loadable_text.h"
#include "adapters/mariadb/log_statements.h"
#include "adapters/mariadb/rows_filter.h"
#include "tests/fuzz/input.h"

// Texts of statements: what a dump defines, what a log's reader prints, what a statement may come
// to.

using namespace slip;
using namespace slip::mariadb;

namespace {

// Whatever sizes the pieces have that something comes in, the same goes on.
std::string filtered(std::string_view text, std::size_t piece) {
  RowsFilter filter({{.database = "a", .table = "b"}});
  std::string on;
  for (; !text.empty(); text.remove_prefix(std::min(piece, text.size()))) {
    auto some = filter.take(text.substr(0, piece));
    if (!some) return "an error";
    on += *some;
  }
  auto rest = filter.take("");
  return rest ? on + *rest : "an error";
}

std::size_t lines_of(std::string_view text) {
  return static_cast<std::size_t>(std::ranges::count(text, '\n'));
}

// The last one may get an end.
void expect_lines(const UniqueFd& written, std::string_view text) {
  const std::size_t kept = lines_of(fuzz::content_of(written));
  fuzz::require(kept == lines_of(text) || kept == lines_of(text) + 1, "every line stays one");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text = fuzz::text_of(data, size);
  (void)may_come_out_differently(text);
  fuzz::require(filtered(text, 7) == filtered(text, size), "pieces are filtered as the whole is");

  const UniqueFd from = fuzz::file_of(text);
  const UniqueFd to = fuzz::file_of("");
  if (write_definitions(from.get(), to.get(), "dump")) expect_lines(to, text);
  const UniqueFd with_sequences = fuzz::file_of("");
  fuzz::require(::lseek(from.get(), 0, SEEK_SET) == 0, "it can be read again");
  if (write_loadable_text(from.get(), true, with_sequences.get(), "dump")) {
    expect_lines(with_sequences, text);
  }
  for (const Wanted wanted : {Wanted::all, Wanted::triggers, Wanted::statements}) {
    const UniqueFd part = fuzz::file_of("");
    fuzz::require(::lseek(from.get(), 0, SEEK_SET) == 0, "it can be read again");
    (void)write_wanted(from.get(), wanted, part.get(), "dump");
  }
  return 0;
}
