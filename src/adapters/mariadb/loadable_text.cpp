// SPDX-License-Identifier: Apache-2.0
#include "adapters/mariadb/loadable_text.h"

#include <charconv>

#include "adapters/mariadb/lines.h"
#include "adapters/mariadb/text_writer.h"
#include "base/words_in.h"

namespace slip::mariadb {

namespace {

long long number_of(const std::string& digits) {
  long long number = 0;
  std::from_chars(digits.data(), digits.data() + digits.size(), number);
  return number;
}

}  // namespace

std::string LoadableText::keep(std::string line) {
  static const std::regex made_form(
      "CREATE SEQUENCE (`(?:[^`]|``)+`) start with (-?[0-9]+) minvalue (-?[0-9]+) "
      "maxvalue (-?[0-9]+) increment by (-?[0-9]+) .*");
  static const std::regex default_form(
      "(  `(?:[^`]|``)+` .* DEFAULT nextval\\()`(?:[^`]|``)+`\\.(.*)");
  if (line.starts_with("DELIMITER ")) in_body_ = line != "DELIMITER ;";
  // Lines of people's data are longer, or begin otherwise.
  if (in_body_ || line.size() > kLineRead) return line;
  if (line.starts_with("FLUSH PRIVILEGES") || line.starts_with("/*! FLUSH PRIVILEGES")) return "";
  if (line.starts_with("LOCK TABLES ") || line == "UNLOCK TABLES;") return "";
  if (line.starts_with("DO SETVAL(")) return set(line);
  if (line.starts_with("CREATE SEQUENCE ")) {
    if (const auto found = words_of_line(line, made_form)) {
      made_ = Made{.name = (*found)[1],
                   .start = number_of((*found)[2]),
                   .least = number_of((*found)[3]),
                   .most = number_of((*found)[4]),
                   .step = number_of((*found)[5])};
    }
  } else if (goes_anywhere_ && line.starts_with("  `")) {
    if (const auto found = words_of_line(line, default_form)) return (*found)[1] + (*found)[2];
  }
  return line;
}

// "DO SETVAL(`number`, 3, 0);": the next value is 3. What lies beyond its bounds has been used up,
// which only SETVAL can say.
std::string LoadableText::set(const std::string& line) const {
  static const std::regex form("DO SETVAL\\((`(?:[^`]|``)+`), (-?[0-9]+), 0\\);");
  const auto found = words_of_line(line, form);
  if (!made_ || !found || (*found)[1] != made_->name) return line;
  const long long next = number_of((*found)[2]);
  const bool is_within = made_->least <= next && next <= made_->most;
  const bool is_behind = made_->step < 0 ? next > made_->start : next < made_->start;
  if (!is_within || !is_behind) return line;
  return "ALTER SEQUENCE " + made_->name + " RESTART " + std::to_string(next) + ";";
}

Result<> write_loadable_text(int dump, bool goes_anywhere, int to,
                             const std::filesystem::path& shown) {
  Lines lines(dump, shown);
  TextWriter out(to);
  LoadableText text(goes_anywhere);
  for (Lines::Piece piece; TRY(lines.next(piece));) {
    const bool is_whole = piece.begins && piece.ends;
    TRY(out.write(is_whole ? text.keep(std::string(piece.text)) : std::string(piece.text)));
    if (piece.ends) TRY(out.write("\n"));
  }
  return out.flush();
}

}  // namespace slip::mariadb
