#include "adapters/postgresql/dump_file.h"

#include <charconv>
#include <fstream>
#include <regex>

#include "base/system_error.h"

namespace slip::postgresql {

namespace fs = std::filesystem;

namespace {

Error broken(const fs::path& path, const std::string& why) {
  return Error{.code = ErrorCode::invalid_argument,
               .message = "the dump " + path.string() + " " + why};
}

// A name as SQL writes it: plain, or in double quotes with those inside doubled.
std::string read_name(const std::string& text) {
  if (text.empty() || text.front() != '"') return text;
  std::string name;
  for (std::size_t at = 1; at < text.size(); ++at) {
    if (text[at] == '"') {
      if (at + 1 >= text.size() || text[at + 1] != '"') break;
      ++at;
    }
    name += text[at];
  }
  return name;
}

const std::string kName = R"re(("(?:[^"]|"")+"|[A-Za-z_][A-Za-z0-9_$]*))re";

// One pass over a dump's lines.
class Scan {
 public:
  void line(const std::string& text);
  bool is_whole() const { return !in_copy_ && (!by_pg_dump_ || complete_); }
  PlainDump result() && {
    for (const auto& made : roles_made_) dump_.roles.erase(made);
    // Not roles, but words that stand where a role may.
    for (const char* word : {"PUBLIC", "public", "CURRENT_USER", "SESSION_USER", "DEFAULT"}) {
      dump_.roles.erase(word);
    }
    return std::move(dump_);
  }

 private:
  void statement(const std::string& text);
  void comment(const std::string& text);

  PlainDump dump_;
  std::set<std::string> roles_made_;
  bool in_copy_ = false;
  bool by_pg_dump_ = false;
  bool complete_ = false;
};

void Scan::line(const std::string& text) {
  if (in_copy_) {
    in_copy_ = text != "\\.";
  } else if (text.starts_with("COPY ") && text.ends_with(" FROM stdin;")) {
    in_copy_ = true;
  } else if (text.starts_with("--")) {
    comment(text);
  } else if (!text.empty() && text.size() < 4096) {
    statement(text);
  }
}

void Scan::comment(const std::string& text) {
  constexpr std::string_view version = "-- Dumped from database version ";
  if (text == "-- PostgreSQL database dump" || text == "-- PostgreSQL database cluster dump") {
    by_pg_dump_ = true;
    complete_ = false;
  } else if (text == "-- PostgreSQL database dump complete" ||
             text == "-- PostgreSQL database cluster dump complete") {
    complete_ = true;
  } else if (text.starts_with(version)) {
    int major = 0;
    std::from_chars(text.data() + version.size(), text.data() + text.size(), major);
    if (major > 0) dump_.origin_major = major;
  }
}

void Scan::statement(const std::string& text) {
  static const std::regex owner("^ALTER .* OWNER TO " + kName + ";$");
  static const std::regex grant("^(?:GRANT|REVOKE|ALTER DEFAULT PRIVILEGES) .* (?:TO|FROM) " +
                                kName + "(?: WITH GRANT OPTION)?;$");
  static const std::regex for_role("^ALTER DEFAULT PRIVILEGES FOR ROLE " + kName + " ");
  static const std::regex authorization("(?:AUTHORIZATION|SET ROLE) " + kName + ";$");
  static const std::regex policy("^CREATE POLICY .* TO " + kName);
  static const std::regex make_role("^CREATE (?:ROLE|USER) " + kName);
  static const std::regex make_database("^CREATE DATABASE " + kName);
  const char first = text.front();
  if (first != 'A' && first != 'G' && first != 'R' && first != 'S' && first != 'C') return;
  std::smatch found;
  for (const auto* pattern : {&owner, &grant, &for_role, &authorization, &policy}) {
    if (std::regex_search(text, found, *pattern)) dump_.roles.insert(read_name(found[1]));
  }
  if (std::regex_search(text, found, make_role)) roles_made_.insert(read_name(found[1]));
  if (std::regex_search(text, found, make_database)) {
    dump_.databases_made.insert(read_name(found[1]));
  }
}

}  // namespace

Result<DumpFormat> detect_format(const fs::path& path) {
  std::error_code failed;
  if (fs::is_directory(path, failed)) {
    if (fs::exists(path / "toc.dat", failed)) return DumpFormat::directory;
    return broken(path, "is a directory without a toc.dat, so not of pg_dump");
  }
  std::ifstream file(path, std::ios::binary);
  if (!file) return error_from_errno(errno, "open the dump " + path.string());
  std::string head(512, '\0');
  file.read(head.data(), static_cast<std::streamsize>(head.size()));
  head.resize(static_cast<std::size_t>(file.gcount()));
  if (head.empty()) return broken(path, "is empty");
  if (head.starts_with("PGDMP")) return DumpFormat::custom;
  if (head.starts_with("\x1f\x8b") || head.starts_with("\x28\xb5\x2f\xfd")) {
    return DumpFormat::compressed;
  }
  if (head.size() > 262 && head.compare(257, 5, "ustar") == 0) return DumpFormat::tar;
  if (head.find('\0') != std::string::npos) {
    return broken(path, "is in none of pg_dump's formats (plain, custom, directory, tar)");
  }
  return DumpFormat::plain;
}

Result<> check_tar(const fs::path& path) {
  constexpr std::streamoff block = 512;
  std::ifstream file(path, std::ios::binary);
  if (!file) return error_from_errno(errno, "open the dump " + path.string());
  std::string header(block, '\0');
  while (file.read(header.data(), block)) {
    if (header.front() == '\0') return {};
    // An entry's size, in octal, at 124; its content fills whole blocks.
    std::streamoff size = 0;
    const char* digits = header.data() + 124;
    while (*digits == ' ') ++digits;
    if (std::from_chars(digits, header.data() + 136, size, 8).ec != std::errc()) break;
    file.seekg((size + block - 1) / block * block, std::ios::cur);
  }
  return broken(path, "is broken: it ends in the middle");
}

Result<PlainDump> scan_plain(const fs::path& path) {
  std::ifstream file(path, std::ios::binary);
  if (!file) return error_from_errno(errno, "open the dump " + path.string());
  Scan scan;
  for (std::string text; std::getline(file, text);) {
    if (text.ends_with('\r')) text.pop_back();
    scan.line(text);
  }
  if (!scan.is_whole()) return broken(path, "is broken: it ends in the middle");
  return std::move(scan).result();
}

}  // namespace slip::postgresql
