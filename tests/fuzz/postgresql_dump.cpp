// SPDX-License-Identifier: Apache-2.0
#include "adapters/postgresql/dump_scan.h"
#include "adapters/postgresql/sql_statements.h"
#include "tests/fuzz/input.h"

// A plain dump, and what it is edited to.

using namespace slip;
using namespace slip::postgresql;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text = fuzz::text_of(data, size);
  const auto is_within = [&](const std::vector<Edit>& edits) {
    for (const Edit& edit : edits) {
      fuzz::require(edit.at >= 0 && edit.size >= 0 &&
                        static_cast<std::size_t>(edit.at + edit.size) <= size &&
                        edit.text.size() <= static_cast<std::size_t>(edit.size),
                    "an edit lies in the dump, and its text in it");
    }
  };
  const UniqueFd file = fuzz::file_of(text);
  if (const auto dump = scan_plain(fuzz::path_of(file))) {
    is_within(dump->drops);
    is_within(dump->tablespaces);
    is_within(dump->restrictions);
    for (const auto& [name, edits] : dump->settings) is_within(edits);
    for (const auto& [name, edits] : dump->granted_by) is_within(edits);
    for (const auto& [name, made] : dump->databases_made) is_within(made.edits);
    for (const auto& [name, role] : dump->roles_made) {
      is_within(role.statements);
      is_within(role.as_superuser);
    }
  }
  (void)scan_head(fuzz::path_of(file), 100);
  for (const Token& token : tokens_of(text)) {
    fuzz::require(token.at + token.size <= size, "a token lies in its statement");
  }
  return 0;
}
