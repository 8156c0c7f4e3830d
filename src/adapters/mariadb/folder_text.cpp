// SPDX-License-Identifier: Apache-2.0
#include "adapters/mariadb/folder_text.h"

#include "adapters/mariadb/lines.h"
#include "adapters/mariadb/text_writer.h"

namespace slip::mariadb {

Result<> write_wanted(int file, Wanted wanted, int to, const std::filesystem::path& shown) {
  Lines lines(file, shown);
  TextWriter out(to);
  bool in_triggers = false;
  for (Lines::Piece piece; TRY(lines.next(piece));) {
    std::string_view text = piece.text;
    // What tells apart the versions of MySQL that know triggers; tables are older.
    if (piece.begins && text.starts_with("/*!50003 ")) in_triggers = true;
    const bool is_left_out = (wanted == Wanted::before_triggers && in_triggers) ||
                             (wanted == Wanted::triggers && !in_triggers);
    if (is_left_out) text = {};
    const bool ends_statement = wanted == Wanted::statements && piece.ends && text.ends_with(';');
    if (ends_statement) text.remove_suffix(1);
    TRY(out.write(text));
    if (ends_statement) TRY(out.write(kStatementEnd));
    if (piece.ends) TRY(out.write("\n"));
  }
  return out.flush();
}

}  // namespace slip::mariadb
