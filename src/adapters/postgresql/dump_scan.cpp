// SPDX-License-Identifier: Apache-2.0
#include "adapters/postgresql/dump_scan.h"

#include <algorithm>
#include <charconv>
#include <fstream>
#include <limits>

#include "adapters/postgresql/sql_statements.h"
#include "base/system_error.h"
#include "domain/name.h"

namespace slip::postgresql {

namespace fs = std::filesystem;

namespace {

// A statement's tokens. Behind its end there are empty ones: dumps break off anywhere.
class Tokens {
 public:
  explicit Tokens(std::vector<Token> all) : all_(std::move(all)) {}

  const Token& operator[](std::size_t at) const { return at < size() ? all_[at] : none_; }
  const Token& front() const { return (*this)[0]; }
  const Token& back() const { return empty() ? none_ : all_.back(); }
  std::size_t size() const { return all_.size(); }
  bool empty() const { return all_.empty(); }
  auto begin() const { return all_.begin(); }
  auto end() const { return all_.end(); }

 private:
  std::vector<Token> all_;
  Token none_ = {};
};

bool is_every_databases(const std::string& name) {
  return name == "postgres" || name == "template0" || name == "template1";
}

// Not roles, but words that stand where a role may; and those of every server.
bool is_no_role(const Token& token) {
  if (token.name.starts_with("pg_")) return true;
  if (token.kind != Token::Kind::word) return token.value.empty();
  for (const char* word :
       {"PUBLIC", "CURRENT_USER", "CURRENT_ROLE", "SESSION_USER", "DEFAULT", "NONE"}) {
    if (token.value == word) return true;
  }
  return false;
}

bool is_no_schema(const std::string& name) {
  return name == "public" || name == "information_schema" || name.starts_with("pg_");
}

// The kinds of things that lie in a schema, by the last word before their name.
bool lies_in_a_schema(const std::string& word) {
  static const std::set<std::string> kinds{
      "TABLE",      "VIEW",          "SEQUENCE",  "FUNCTION", "PROCEDURE",  "AGGREGATE",
      "TYPE",       "DOMAIN",        "COLLATION", "OPERATOR", "CONVERSION", "STATISTICS",
      "DICTIONARY", "CONFIGURATION", "TEMPLATE",  "PARSER"};
  return kinds.contains(word);
}

// One pass over a dump's statements.
class Scan {
 public:
  void statement(const Statement& statement, std::int64_t line);
  // Any line, rows of tables included.
  void text(std::string_view line, std::int64_t number);
  void comment(std::string_view line);
  void meta(std::string_view line, std::int64_t at);
  bool is_whole() const { return !by_pg_dump_ || complete_; }
  PlainDump result(std::int64_t bytes) &&;

 private:
  void alter(const Statement& statement, const Tokens& tokens);
  void alter_role(const Statement& statement, const Tokens& tokens);
  void create(const Statement& statement, const Tokens& tokens);
  void create_database(const Statement& statement, const Tokens& tokens);
  void drop(const Statement& statement, const Tokens& tokens);
  void grant(const Statement& statement, const Tokens& tokens);
  void set(const Statement& statement, const Tokens& tokens);

  // The names from there on, separated by commas.
  std::vector<std::string> roles_at(const Tokens& tokens, std::size_t at);
  // What only some machines have: locales, libraries.
  void of_the_machine(const Tokens& tokens);
  // Of citext: its domains and columns, and what compares them.
  void find_citext(const Tokens& tokens);
  // What lies in the schema that stands there.
  void in_schema(const Tokens& tokens, std::size_t at);

  PlainDump dump_;
  std::string database_;   // that it is connected to; empty: the first
  std::int64_t line_ = 0;  // of the statement
  bool makes_things_ = false;
  bool makes_tables_ = false;
  std::map<std::string, std::set<std::string>> schemas_made_;
  std::set<std::string> publications_of_all_;
  std::map<std::string, std::vector<Edit>> left_out_of_databases_;
  std::set<std::string> citext_types_{"citext"};
  std::set<std::string> citext_columns_;
  bool by_pg_dump_ = false;
  bool complete_ = false;
};

Edit whole(const Statement& statement) {
  return {.at = statement.at, .size = statement.size};
}

Edit from(const Statement& statement, const Token& first, const Token& last) {
  const auto at = statement.place_of(first.at);
  return {.at = at, .size = statement.place_of(last.at + last.size) - at};
}

std::size_t find_word(const Tokens& tokens, std::string_view word, std::size_t after = 0) {
  for (std::size_t i = after; i < tokens.size(); ++i) {
    if (tokens[i].is(word)) return i;
  }
  return tokens.size();
}

bool is_at(const Tokens& tokens, std::size_t at, std::string_view word) {
  return tokens[at].is(word);
}

// The last part of a name that begins there, with or without a schema.
const std::string& last_of_name(const Tokens& tokens, std::size_t at) {
  return is_at(tokens, at + 1, ".") ? tokens[at + 2].name : tokens[at].name;
}

// "view public.v", of a statement that makes something which compares; empty: of another.
std::string what_compares(const Tokens& tokens) {
  static const std::map<std::string, std::string> kinds{
      {"VIEW", "view"},       {"TABLE", "table"},       {"DOMAIN", "domain"},
      {"TRIGGER", "trigger"}, {"INDEX", "index"},       {"RULE", "rule"},
      {"POLICY", "policy"},   {"FUNCTION", "function"}, {"PROCEDURE", "procedure"}};
  constexpr std::size_t furthest = 5;  // CREATE OR REPLACE RECURSIVE VIEW
  for (std::size_t at = 1; at < furthest; ++at) {
    const auto kind = kinds.find(tokens[at].is_name() ? tokens[at].value : "");
    if (kind == kinds.end()) continue;
    const auto name = at + 1;
    const std::string schema = is_at(tokens, name + 1, ".") ? tokens[name].name + "." : "";
    return kind->second + " " + schema + last_of_name(tokens, name);
  }
  return "";
}

// JOIN ... USING (columns), where one of them is among these.
bool joins_by(const Tokens& tokens, std::size_t at, const std::set<std::string>& columns) {
  if (!is_at(tokens, at, "USING") || !is_at(tokens, at + 1, "(")) return false;
  for (at += 2; tokens[at].is_name(); at += 2) {
    if (columns.contains(tokens[at].name)) return true;
    if (!is_at(tokens, at + 1, ",")) return false;
  }
  return false;
}

// NULLIF, IS DISTINCT FROM, CASE value WHEN.
bool compares_without_operator(const Tokens& tokens, std::size_t at) {
  if (is_at(tokens, at, "NULLIF")) return true;
  if (is_at(tokens, at, "CASE")) return !is_at(tokens, at + 1, "WHEN");
  return is_at(tokens, at, "DISTINCT") && is_at(tokens, at + 1, "FROM");
}

std::optional<int> number_after(std::string_view line, std::string_view words) {
  if (!line.starts_with(words)) return std::nullopt;
  int major = 0;
  std::from_chars(line.data() + words.size(), line.data() + line.size(), major);
  return major > 0 ? std::optional(major) : std::nullopt;
}

void Scan::comment(std::string_view line) {
  if (line == "-- PostgreSQL database dump" || line == "-- PostgreSQL database cluster dump") {
    by_pg_dump_ = true;
    complete_ = false;
  } else if (line == "-- PostgreSQL database dump complete" ||
             line == "-- PostgreSQL database cluster dump complete") {
    complete_ = true;
  } else if (const auto origin = number_after(line, "-- Dumped from database version ")) {
    dump_.origin_major = origin;
  } else if (const auto tool = number_after(line, "-- Dumped by pg_dump version ")) {
    dump_.tool_major = tool;
  } else if (line.starts_with("-- MySQL dump ") || line.starts_with("-- MariaDB dump ")) {
    dump_.is_of_mysql = true;
  }
}

void Scan::meta(std::string_view line, std::int64_t at) {
  if (line.starts_with("\\restrict ") || line.starts_with("\\unrestrict ")) {
    dump_.restrictions.push_back({.at = at, .size = static_cast<std::int64_t>(line.size())});
    return;
  }
  if (!line.starts_with("\\connect ") && !line.starts_with("\\c ")) return;
  // \connect shop, \connect "shop", \connect -reuse-previous=on "dbname='shop'"
  auto rest = line.substr(line.find(' ') + 1);
  while (rest.starts_with("-")) rest = rest.substr(std::min(rest.find(' '), rest.size() - 1) + 1);
  if (const auto named = rest.find("dbname="); named != rest.npos) rest = rest.substr(named + 7);
  const Tokens tokens(tokens_of(rest));
  if (tokens.empty()) return;
  database_ = tokens.front().kind == Token::Kind::word
                  ? std::string(rest.substr(tokens.front().at, tokens.front().size))
                  : tokens.front().name;
  makes_things_ = false;
}

std::vector<std::string> Scan::roles_at(const Tokens& tokens, std::size_t at) {
  std::vector<std::string> names;
  for (; at < tokens.size(); ++at) {
    if (tokens[at].is("GROUP")) continue;
    if (!tokens[at].is_name() && tokens[at].kind != Token::Kind::text) break;
    if (!is_no_role(tokens[at])) names.push_back(tokens[at].name);
    dump_.roles.insert(names.begin(), names.end());
    if (!is_at(tokens, at + 1, ",")) break;
    ++at;
  }
  return names;
}

void Scan::in_schema(const Tokens& tokens, std::size_t at) {
  if (at >= tokens.size() || !tokens[at].is_name() || !is_at(tokens, at + 1, ".")) return;
  if (!is_no_schema(tokens[at].name)) dump_.schemas[database_].insert(tokens[at].name);
}

void Scan::text(std::string_view line, std::int64_t number) {
  if (dump_.bad_text || (dump_.encoding != "UTF8" && dump_.encoding != "UNICODE")) return;
  const auto is_plain = [](char c) { return static_cast<signed char>(c) >= 0; };
  if (std::ranges::all_of(line, is_plain) || utf8_length(line)) return;
  dump_.bad_text = number;
}

void Scan::of_the_machine(const Tokens& tokens) {
  const auto text_after = [&](std::string_view word) -> std::string {
    auto at = find_word(tokens, word) + 1;
    if (is_at(tokens, at, "=")) ++at;
    return at < tokens.size() && tokens[at].kind == Token::Kind::text ? tokens[at].value : "";
  };
  const auto add = [&](Mentioned& to, const std::string& name) {
    if (!name.empty()) to.try_emplace(name, line_);
  };
  const bool is_function = is_at(tokens, 1, "FUNCTION") || is_at(tokens, 3, "FUNCTION");
  if (is_function) {
    const auto language = find_word(tokens, "LANGUAGE") + 1;
    const bool in_c =
        language < tokens.size() && (tokens[language].name == "c" || tokens[language].value == "c");
    if (in_c) add(dump_.libraries, text_after("AS"));
  } else if (is_at(tokens, 1, "COLLATION")) {
    const auto provider = find_word(tokens, "PROVIDER");
    if (provider < tokens.size() && !is_at(tokens, provider + 2, "LIBC")) return;
    for (const char* word : {"LOCALE", "LC_COLLATE", "LC_CTYPE"}) {
      add(dump_.locales, text_after(word));
    }
  } else if (is_at(tokens, 1, "DATABASE") && tokens[2].is_name()) {
    auto& locales = dump_.databases_made[tokens[2].name].locales;
    for (const char* word : {"LOCALE", "LC_COLLATE", "LC_CTYPE"}) add(locales, text_after(word));
  }
  for (auto at = find_word(tokens, "COLLATE"); at < tokens.size();
       at = find_word(tokens, "COLLATE", at + 1)) {
    const bool of_the_server =
        at + 3 < tokens.size() && tokens[at + 1].name == "pg_catalog" && tokens[at + 3].is_name();
    if (of_the_server) add(dump_.collations, tokens[at + 3].name);
  }
}

void Scan::statement(const Statement& statement, std::int64_t line) {
  line_ = line;
  const Tokens tokens(tokens_of(std::string_view(statement.text).substr(0, 4096)));
  if (tokens.empty()) return;
  const auto& first = tokens.front();
  if (first.is("CREATE")) {
    create(statement, tokens);
  } else if (first.is("ALTER")) {
    alter(statement, tokens);
  } else if (first.is("DROP")) {
    drop(statement, tokens);
  } else if (first.is("GRANT") || first.is("REVOKE")) {
    grant(statement, tokens);
  } else if (first.is("SET")) {
    set(statement, tokens);
  } else if (first.is("COPY") || first.is("INSERT")) {
    dump_.databases_filled.insert(database_);
    if (!dump_.rows_alone) dump_.rows_alone = line_;
  } else if (first.is("SELECT") && !makes_things_ &&
             find_word(tokens, "LO_UNLINK") < tokens.size()) {
    dump_.drops.push_back(whole(statement));
  } else if (first.is("COMMENT") && is_at(tokens, 2, "TABLESPACE")) {
    dump_.tablespaces.push_back(whole(statement));
  }
}

// The manual of citext speaks of queries without its schema in the search path, of which a dump's
// own are some: it sets an empty one.
void Scan::find_citext(const Tokens& tokens) {
  const auto is_citext = [&](std::size_t at) {
    return tokens[at].is_name() && citext_types_.contains(last_of_name(tokens, at));
  };
  const bool is_table = is_at(tokens, 1, "TABLE") || is_at(tokens, 2, "TABLE");
  bool mentions = false;
  bool compares = false;
  bool joins = false;
  for (std::size_t at = 1; at < tokens.size(); ++at) {
    if (is_at(tokens, 1, "DOMAIN") && is_at(tokens, at, "AS") && is_citext(at + 1)) {
      citext_types_.insert(tokens[at - 1].name);
    }
    const bool is_column = is_table && tokens[at].is_name() && is_citext(at + 1) &&
                           (is_at(tokens, at - 1, "(") || is_at(tokens, at - 1, ","));
    if (is_column) citext_columns_.insert(tokens[at].name);
    mentions = mentions || citext_columns_.contains(tokens[at].name) || is_citext(at);
    compares = compares || compares_without_operator(tokens, at);
    joins = joins || joins_by(tokens, at, citext_columns_);
  }
  if (!joins && !(mentions && compares)) return;
  if (auto what = what_compares(tokens); !what.empty()) {
    dump_.citext_as_text.try_emplace(std::move(what), line_);
  }
}

void Scan::create(const Statement& statement, const Tokens& tokens) {
  of_the_machine(tokens);
  if (dump_.extensions.contains("citext")) find_citext(tokens);
  std::size_t at = 1;
  if (is_at(tokens, at, "ROLE") || is_at(tokens, at, "GROUP") ||
      (is_at(tokens, at, "USER") && !is_at(tokens, at + 1, "MAPPING"))) {
    if (!tokens[at + 1].is_name()) return;
    auto& made = dump_.roles_made[tokens[at + 1].name];
    made.statements.push_back(whole(statement));
    made.superuser = made.superuser || find_word(tokens, "SUPERUSER") < tokens.size();
    return;
  }
  if (is_at(tokens, at, "DATABASE")) return create_database(statement, tokens);
  if (is_at(tokens, at, "TABLESPACE")) return dump_.tablespaces.push_back(whole(statement));
  makes_things_ = true;
  makes_tables_ = makes_tables_ || is_at(tokens, 1, "TABLE") || is_at(tokens, 2, "TABLE");
  dump_.databases_filled.insert(database_);
  if (is_at(tokens, at, "USER")) {
    roles_at(tokens, find_word(tokens, "FOR") + 1);
  } else if (is_at(tokens, at, "SCHEMA")) {
    ++at;
    if (is_at(tokens, at, "IF")) at += 3;
    const auto owner = find_word(tokens, "AUTHORIZATION");
    const auto named = at < owner ? at : owner + 1;
    if (named < tokens.size()) schemas_made_[database_].insert(tokens[named].name);
    roles_at(tokens, owner + 1);
  } else if (is_at(tokens, at, "EXTENSION")) {
    ++at;
    if (is_at(tokens, at, "IF")) at += 3;
    if (at < tokens.size()) dump_.extensions.try_emplace(tokens[at].name, line_);
    const auto schema = find_word(tokens, "SCHEMA") + 1;
    if (schema < tokens.size() && !is_no_schema(tokens[schema].name)) {
      dump_.schemas[database_].insert(tokens[schema].name);
    }
  } else if (is_at(tokens, at, "POLICY")) {
    const auto end = std::min(find_word(tokens, "USING"), find_word(tokens, "WITH"));
    const auto to = find_word(tokens, "TO");
    if (to < end) roles_at(tokens, to + 1);
  } else if (is_at(tokens, at, "PUBLICATION")) {
    const auto whose = find_word(tokens, "FOR") + 1;
    const bool is_of_all = is_at(tokens, whose, "ALL") ||
                           (is_at(tokens, whose, "TABLES") && is_at(tokens, whose + 1, "IN"));
    if (is_of_all) publications_of_all_.insert(database_ + "." + tokens[at + 1].name);
  } else {
    while (at < tokens.size() && at < 6 && !lies_in_a_schema(tokens[at].value)) ++at;
    while (is_at(tokens, at + 1, "CONFIGURATION") || is_at(tokens, at + 1, "CLASS") ||
           is_at(tokens, at + 1, "FAMILY")) {
      ++at;
    }
    ++at;
    if (is_at(tokens, at, "IF")) at += 3;
    in_schema(tokens, at);
  }
}

void Scan::create_database(const Statement& statement, const Tokens& tokens) {
  if (!tokens[2].is_name()) return;
  auto& made = dump_.databases_made[tokens[2].name];
  made.statement = statement.text;
  made.edits.push_back(whole(statement));
  const auto encoding = find_word(tokens, "ENCODING");
  for (std::size_t i = encoding + 1; i < tokens.size() && i < encoding + 3; ++i) {
    if (tokens[i].kind == Token::Kind::text) made.encoding = tokens[i].value;
  }
  // The place of one that has a tablespace of its own.
  const auto where = find_word(tokens, "TABLESPACE");
  if (where < tokens.size()) {
    dump_.tablespaces.push_back(from(statement, tokens[where], tokens.back()));
  }
  const auto owner = find_word(tokens, "OWNER");
  roles_at(tokens, is_at(tokens, owner + 1, "=") ? owner + 2 : owner + 1);
}

void Scan::alter_role(const Statement& statement, const Tokens& tokens) {
  if (tokens.size() < 4 || !tokens[2].is_name()) return;
  const auto& name = tokens[2].name;
  if (!is_no_role(tokens[2]) && !tokens[2].is("ALL")) dump_.roles.insert(name);
  const auto made = dump_.roles_made.find(name);
  if (made == dump_.roles_made.end()) return;
  made->second.statements.push_back(whole(statement));
  for (const auto& token : tokens) {
    if (token.is("SUPERUSER")) made->second.superuser = true;
    if (!token.is("NOSUPERUSER")) continue;
    auto edit = from(statement, token, token);
    edit.text = "SUPERUSER";
    made->second.as_superuser.push_back(edit);
  }
}

void Scan::alter(const Statement& statement, const Tokens& tokens) {
  const auto kind = tokens.size() > 1 ? tokens[1].value : "";
  if (kind == "ROLE" || kind == "USER" || kind == "GROUP") return alter_role(statement, tokens);
  if (kind == "TABLESPACE") return dump_.tablespaces.push_back(whole(statement));
  if (kind == "DEFAULT") {
    auto whose = find_word(tokens, "ROLE");
    if (whose >= tokens.size()) whose = find_word(tokens, "USER");
    roles_at(tokens, whose + 1);
    return grant(statement, tokens);
  }
  auto owner = tokens.size() - std::min<std::size_t>(tokens.size(), 3);
  while (owner > 0 && !(tokens[owner].is("OWNER") && is_at(tokens, owner + 1, "TO"))) --owner;
  if (owner > 0) {
    const auto roles = roles_at(tokens, owner + 2);
    const bool of_all_tables =
        kind == "PUBLICATION" && publications_of_all_.contains(database_ + "." + tokens[2].name);
    const bool is_superusers = kind == "EVENT" || kind == "SUBSCRIPTION" || of_all_tables ||
                               (kind == "FOREIGN" && is_at(tokens, 2, "DATA"));
    if (is_superusers) dump_.superusers.insert(roles.begin(), roles.end());
    return;
  }
  // ALTER TABLE ... DROP CONSTRAINT, before what it names has been made.
  if (!makes_things_ && find_word(tokens, "DROP") < tokens.size()) {
    dump_.drops.push_back(whole(statement));
  }
}

void Scan::drop(const Statement& statement, const Tokens& tokens) {
  if (is_at(tokens, 1, "TABLESPACE")) return dump_.tablespaces.push_back(whole(statement));
  if (is_at(tokens, 1, "DATABASE")) {
    const auto& name = tokens.back().name;
    left_out_of_databases_[name].push_back(whole(statement));
    return dump_.drops.push_back(whole(statement));
  }
  // The only ones that every database has when it is new.
  const bool is_there =
      (is_at(tokens, 1, "SCHEMA") && find_word(tokens, "PUBLIC") < tokens.size()) ||
      (is_at(tokens, 1, "EXTENSION") && tokens.back().name == "plpgsql");
  if (!makes_things_ && !is_there) dump_.drops.push_back(whole(statement));
}

void Scan::grant(const Statement& statement, const Tokens& tokens) {
  const bool is_grant = find_word(tokens, "GRANT") < find_word(tokens, "REVOKE");
  const auto on = find_word(tokens, "ON");
  if (is_at(tokens, on + 1, "TABLESPACE")) return dump_.tablespaces.push_back(whole(statement));
  const auto to = find_word(tokens, is_grant ? "TO" : "FROM", on < tokens.size() ? on : 0);
  roles_at(tokens, to + 1);
  if (tokens.front().is("GRANT") && on >= tokens.size()) roles_at(tokens, 1);
  const auto by = find_word(tokens, "GRANTED");
  if (is_at(tokens, by + 1, "BY") && by + 2 < tokens.size()) {
    const auto& grantor = tokens[by + 2];
    dump_.granted_by[grantor.name].push_back(from(statement, tokens[by], grantor));
  }
}

void Scan::set(const Statement& statement, const Tokens& tokens) {
  if (tokens.size() < 3) return;
  if (is_at(tokens, 1, "ROLE")) {
    roles_at(tokens, 2);
  } else if (is_at(tokens, 1, "SESSION") && is_at(tokens, 2, "AUTHORIZATION")) {
    roles_at(tokens, 3);
  } else if (is_at(tokens, 2, "=") || is_at(tokens, 2, "TO")) {
    const auto& parameter = tokens[1].name;
    if (tokens.size() < 4) return;
    if (parameter == "default_tablespace") {
      if (!tokens[3].value.empty()) dump_.tablespaces.push_back(whole(statement));
    } else if (parameter == "client_encoding") {
      if (dump_.encoding.empty()) dump_.encoding = tokens[3].value;
    } else {
      dump_.settings[parameter].push_back(whole(statement));
    }
  }
}

PlainDump Scan::result(std::int64_t bytes) && {
  dump_.bytes = bytes;
  // Tables of extensions, whose rows it may have, come with those.
  if (!by_pg_dump_ || makes_tables_ || !dump_.extensions.empty()) dump_.rows_alone.reset();
  for (const auto& [name, role] : dump_.roles_made) dump_.roles.erase(name);
  for (auto& [database, schemas] : dump_.schemas) {
    for (const auto& made : schemas_made_[database]) schemas.erase(made);
  }
  for (auto& [name, edits] : left_out_of_databases_) {
    const auto made = dump_.databases_made.find(name);
    if (made == dump_.databases_made.end()) continue;
    made->second.edits.insert(made->second.edits.end(), edits.begin(), edits.end());
  }
  std::erase_if(dump_.databases_made, [&](const auto& made) {
    const auto& [name, database] = made;
    if (!is_every_databases(name)) return false;
    dump_.drops.insert(dump_.drops.end(), database.edits.begin(), database.edits.end());
    return true;
  });
  std::erase_if(dump_.schemas, [](const auto& schemas) { return schemas.second.empty(); });
  return std::move(dump_);
}

// Which line a statement begins in that may go on for many.
class Lines {
 public:
  void add(std::int64_t at) {
    last_ = {at, ++number_};
    // Of longer statements where they begin is known, which is all that is asked for.
    if (begins_.size() < 10'000) begins_.push_back(last_);
  }
  std::int64_t number() const { return number_; }
  std::int64_t of(std::int64_t place) const {
    const auto after = std::ranges::upper_bound(begins_, place, {}, &Begin::first);
    return after == begins_.begin() ? number_ : std::prev(after)->second;
  }
  // What comes now begins in the last line, or after it.
  void keep_last() { begins_.assign(1, last_); }

 private:
  using Begin = std::pair<std::int64_t, std::int64_t>;
  std::vector<Begin> begins_;
  Begin last_ = {};
  std::int64_t number_ = 0;
};

constexpr std::int64_t kAskEvery = 1 << 16;  // lines

Result<PlainDump> scan(const fs::path& path, std::int64_t bytes,
                       const std::function<bool(std::int64_t)>& go_on) {
  std::ifstream file(path, std::ios::binary);
  if (!file) return error_from_errno(errno, "open the dump " + path.string());
  Scan scan;
  StatementReader reader;
  Lines lines;
  std::vector<Statement> ended;
  std::int64_t at = 0;
  std::string text;
  while (at < bytes && std::getline(file, text)) {
    std::string_view line = text;
    if (line.ends_with('\r')) line.remove_suffix(1);
    if (at == 0 && line.starts_with("\xef\xbb\xbf")) line.remove_prefix(3);
    const auto skipped = line.data() - text.data();
    lines.add(at);
    scan.text(line, lines.number());
    switch (reader.read(line, at + skipped, ended)) {
      case StatementReader::Line::comment:
        scan.comment(line);
        break;
      case StatementReader::Line::meta:
        scan.meta(line, at + skipped);
        break;
      case StatementReader::Line::sql:
        for (const auto& statement : ended) scan.statement(statement, lines.of(statement.at));
        if (!ended.empty()) lines.keep_last();
        ended.clear();
        break;
      case StatementReader::Line::copied:
        lines.keep_last();
        break;
    }
    at += static_cast<std::int64_t>(text.size()) + 1;
    if (go_on && lines.number() % kAskEvery == 0 && !go_on(at)) {
      return Error{.code = ErrorCode::canceled, .message = "canceled"};
    }
  }
  const bool is_all = bytes == std::numeric_limits<std::int64_t>::max();
  if (is_all && (reader.in_copy() || !scan.is_whole())) {
    return Error{.code = ErrorCode::invalid_argument,
                 .message = "the dump " + path.string() + " is broken: it ends in the middle",
                 .hint = "Make it again, and copy it whole: compare the sizes."};
  }
  return std::move(scan).result(at);
}

}  // namespace

Result<PlainDump> scan_plain(const fs::path& path, const std::function<bool(std::int64_t)>& go_on) {
  return scan(path, std::numeric_limits<std::int64_t>::max(), go_on);
}

Result<PlainDump> scan_head(const fs::path& path, std::int64_t bytes) {
  return scan(path, bytes, {});
}

}  // namespace slip::postgresql
