// SPDX-License-Identifier: Apache-2.0
#include "adapters/mariadb/dump_sections.h"

#include <openssl/evp.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <memory>
#include <optional>

#include "adapters/mariadb/lines.h"
#include "base/system_error.h"

namespace slip::mariadb {

namespace fs = std::filesystem;

namespace {

constexpr std::string_view kTable = "Table structure for table ";
constexpr std::string_view kSequence = "Sequence structure for ";
constexpr std::string_view kRowsHeading = "Dumping data for table ";
constexpr std::string_view kDatabase = "Current Database: ";

class Digest {
 public:
  Digest() : context_(EVP_MD_CTX_new(), &EVP_MD_CTX_free) { begin(); }
  void add(const Lines::Piece& piece) {
    EVP_DigestUpdate(context_.get(), piece.text.data(), piece.text.size());
    if (piece.ends) EVP_DigestUpdate(context_.get(), "\n", 1);
  }
  // And begins the next.
  std::string end() {
    unsigned char bytes[EVP_MAX_MD_SIZE];
    unsigned int count = 0;
    EVP_DigestFinal_ex(context_.get(), bytes, &count);
    std::string text;
    for (unsigned int at = 0; at < count; ++at) {
      constexpr const char* digits = "0123456789abcdef";
      text += digits[bytes[at] >> 4];
      text += digits[bytes[at] & 15];
    }
    begin();
    return text;
  }

 private:
  void begin() { EVP_DigestInit_ex(context_.get(), EVP_sha256(), nullptr); }

  std::unique_ptr<EVP_MD_CTX, decltype(&EVP_MD_CTX_free)> context_;
};

// One pass over a dump's lines.
class Reader {
 public:
  void take(const Lines::Piece& piece) {
    const std::uint64_t begin = at_;
    const std::string_view text = piece.text;
    at_ += text.size() + (piece.ends ? 1 : 0);
    if (!piece.begins) {
      digest_.add(piece);
      return;
    }
    if (text.starts_with("DELIMITER ")) in_body_ = text != "DELIMITER ;";
    // Bodies of triggers and routines may say anything; their remarks are theirs.
    if (in_body_ || !text.starts_with("--")) {
      if (!in_body_ && text.starts_with("ALTER DATABASE ")) current_.changes_database = true;
      digest_.add(piece);
      heading_.clear();
      frame_.reset();
      return;
    }
    if (text != "--") {
      heading_ = frame_ && text.starts_with("-- ") ? text.substr(3) : "";
      return;
    }
    if (heading_.empty()) {
      frame_ = begin;
      return;
    }
    head(*frame_);
    frame_.reset();
    heading_.clear();
  }
  // The dump's last line may lack its end.
  std::vector<DumpSection> sections(std::uint64_t bytes) && {
    close(std::min(at_, bytes));
    return std::move(sections_);
  }

 private:
  void head(std::uint64_t begin) {
    if (heading_.starts_with(kRowsHeading)) return;
    close(begin);
    if (heading_.starts_with(kDatabase)) database_ = heading_.substr(kDatabase.size());
    current_ = DumpSection{
        .database = database_, .name = heading_, .begin = begin, .end = begin, .digest = ""};
  }
  void close(std::uint64_t end) {
    current_.end = end;
    current_.digest = digest_.end();
    sections_.push_back(current_);
  }

  std::vector<DumpSection> sections_;
  DumpSection current_;
  Digest digest_;
  std::string database_;
  std::string heading_;                 // a line that is one if a frame follows
  std::optional<std::uint64_t> frame_;  // where a "--" is that may be followed by one
  std::uint64_t at_ = 0;
  bool in_body_ = false;
};

}  // namespace

bool DumpSection::stands_alone() const {
  return name.starts_with(kTable) || is_sequence();
}

bool DumpSection::is_sequence() const {
  return name.starts_with(kSequence);
}

bool DumpSection::is_table_alone() const {
  return name.starts_with(kTable) && !changes_database;
}

std::string DumpSection::object() const {
  const auto& kind = name.starts_with(kTable) ? kTable : kSequence;
  return database + "." + name.substr(kind.size());
}

bool DumpSection::is_context() const {
  return name.empty() || name.starts_with(kDatabase);
}

Result<std::vector<DumpSection>> read_sections(int dump, const fs::path& shown) {
  Lines lines(dump, shown);
  Reader reader;
  for (Lines::Piece piece; TRY(lines.next(piece));) reader.take(piece);
  return std::move(reader).sections(lines.bytes());
}

namespace {

Result<> write_all(int to, std::string_view text, const fs::path& shown) {
  while (!text.empty()) {
    const ssize_t count = ::write(to, text.data(), text.size());
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) return error_from_errno(errno, "write " + shown.string());
    text.remove_prefix(static_cast<std::size_t>(count));
  }
  return {};
}

}  // namespace

Result<> write_sections(int dump, const std::vector<DumpSection>& sections,
                        const std::string& preface, int to, const fs::path& shown) {
  std::string buffer(1 << 20, '\0');
  for (const DumpSection& section : sections) {
    for (std::uint64_t at = section.begin; at < section.end;) {
      const auto wanted = std::min<std::uint64_t>(section.end - at, buffer.size());
      const ssize_t count = ::pread(dump, buffer.data(), wanted, static_cast<off_t>(at));
      if (count < 0 && errno == EINTR) continue;
      if (count < 0) return error_from_errno(errno, "read what is written to " + shown.string());
      if (count == 0) {
        return Error{.code = ErrorCode::unavailable,
                     .message = "the dump has become shorter while it was read",
                     .hint = "Try again when it is written whole."};
      }
      TRY(write_all(to, std::string_view(buffer).substr(0, static_cast<std::size_t>(count)),
                    shown));
      at += static_cast<std::uint64_t>(count);
    }
    if (&section == &sections.front()) TRY(write_all(to, preface, shown));
  }
  return {};
}

}  // namespace slip::mariadb
