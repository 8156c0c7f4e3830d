// SPDX-License-Identifier: Apache-2.0
#include "adapters/postgresql/explain_load.h"

#include <optional>
#include <regex>
#include <vector>

#include "adapters/postgresql/ingest.h"
#include "base/words_in.h"

namespace slip::postgresql {

namespace fs = std::filesystem;

namespace {

// What the server said no to first, and where.
struct Refusal {
  std::string words;  // without "ERROR:"
  std::string line;   // of a plain dump
  std::string row;    // "row 7 of t", of a COPY, which `line` is the end of
};
std::optional<Refusal> first_refusal(const std::string& said) {
  static const std::regex plain(R"re(psql:[^\n]*:(\d+): (?:ERROR|FATAL|error): +([^\n]+))re");
  static const std::regex archive(R"re(could not execute query: (?:ERROR|FATAL): +([^\n]+))re");
  static const std::regex rows(
      R"re((?:pg_restore: error: COPY failed|ERROR:)[^\n]*?: +([^\n]+))re");
  static const std::regex copied(R"re(CONTEXT:  COPY ([^,\n]+), line (\d+))re");
  Refusal refusal;
  if (const auto found = words_in(said, copied)) {
    refusal.row = "row " + found->at(2) + " of " + found->at(1);
  }
  auto found = words_in(said, plain);
  if (found) {
    refusal.words = found->at(2);
    refusal.line = found->at(1);
    return refusal;
  }
  found = words_in(said, archive);
  if (!found) found = words_in(said, rows);
  if (!found) return std::nullopt;
  refusal.words = found->at(1);
  return refusal;
}

struct Explanation {
  std::regex words;  // of the server, with what is missing
  ErrorCode code;
  const char* message;  // {0}: what is missing, {1}: the server's version
  const char* hint;
};

// Of what a dump needs and this machine lacks the server speaks in these words.
const std::vector<Explanation>& explanations() {
  static const std::vector<Explanation> all = {
      {std::regex(
           "extension \"([^\"]+)\" is not available|control file \"[^\"]*/([^/\"]+)\\.control\""),
       ErrorCode::unsupported,
       "needs the extension {0}, which is not installed here for PostgreSQL {1}", kInstallIt},
      {std::regex("tablespace \"([^\"]+)\" does not exist"), ErrorCode::unsupported,
       "puts tables into the tablespace {0}, which is not here",
       "Make the dump with --no-tablespaces."},
      {std::regex("could not access file \"([^\"]+)\""), ErrorCode::unsupported,
       "needs the library {0}, which is not installed here for PostgreSQL {1}", kInstallIt},
      {std::regex("collation \"([^\"]+)\" (?:for encoding \"[^\"]+\" )?does not exist"),
       ErrorCode::unsupported, "needs the collation {0}, which is not here", kInstallLocale},
      {std::regex("role \"([^\"]+)\" does not exist"), ErrorCode::invalid_argument,
       "speaks of the role {0} in a way that we did not foresee, and does not make it",
       "Put \"CREATE ROLE {0};\" at its beginning."},
      {std::regex("unrecognized configuration parameter \"([^\"]+)\""), ErrorCode::unsupported,
       "sets {0}, which PostgreSQL {1} does not know",
       "Where it is a newer version's: give the source that version. Where it is an extension's: "
       "install it, or make the dump without it."},
      {std::regex("(invalid byte sequence for encoding [^\n]+)"), ErrorCode::invalid_argument,
       "has text in another encoding than it says: {0}", kSayEncoding},
  };
  return all;
}

std::string filled_in(std::string text, const std::string& missing, const std::string& version) {
  for (const auto& [mark, value] : {std::pair("{0}", missing), std::pair("{1}", version)}) {
    for (auto at = text.find(mark); at != text.npos; at = text.find(mark, at + value.size())) {
      text.replace(at, 3, value);
    }
  }
  return text;
}

}  // namespace

Error explain_load(Error error, const fs::path& dump, int server_major) {
  const auto refusal = first_refusal(error.detail);
  if (!refusal) return error;
  const std::string the_dump = "the dump " + dump.string();
  std::string where = the_dump;
  if (!refusal->line.empty()) where += ", line " + refusal->line;
  if (!refusal->row.empty()) where += ", " + refusal->row;
  if (where != the_dump) where += ",";
  error.message = where + " cannot be loaded: " + refusal->words;
  error.hint = "Below is what the server said, with the statement.";
  for (const auto& known : explanations()) {
    const auto found = words_in(refusal->words, known.words);
    if (!found) continue;
    const std::string missing = found->at(1).empty() ? found->back() : found->at(1);
    error.code = known.code;
    error.message = where + " " + filled_in(known.message, missing, std::to_string(server_major));
    error.hint = filled_in(known.hint, missing, "");
    return error;
  }
  return explain_locale(std::move(error));
}

}  // namespace slip::postgresql
