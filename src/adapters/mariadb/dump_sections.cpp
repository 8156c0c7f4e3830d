#include "adapters/mariadb/dump_sections.h"

#include <openssl/evp.h>

#include <algorithm>
#include <fstream>
#include <memory>
#include <optional>

#include "base/file.h"

namespace slip::mariadb {

namespace fs = std::filesystem;

namespace {

constexpr std::string_view kTable = "Table structure for table ";
constexpr std::string_view kSequence = "Sequence structure for ";
constexpr std::string_view kData = "Dumping data for table ";
constexpr std::string_view kDatabase = "Current Database: ";

class Digest {
 public:
  Digest() : context_(EVP_MD_CTX_new(), &EVP_MD_CTX_free) { begin(); }
  void add(const std::string& line) {
    EVP_DigestUpdate(context_.get(), line.data(), line.size());
    EVP_DigestUpdate(context_.get(), "\n", 1);
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
  void line(const std::string& text) {
    const std::uint64_t begin = at_;
    at_ += text.size() + 1;
    if (text.starts_with("DELIMITER ")) in_body_ = text != "DELIMITER ;";
    // Bodies of triggers and routines may say anything; their remarks are theirs.
    if (in_body_ || !text.starts_with("--")) {
      if (!in_body_ && text.starts_with("ALTER DATABASE ")) current_.changes_database = true;
      digest_.add(text);
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
  std::vector<DumpSection> sections() && {
    close(at_);
    return std::move(sections_);
  }

 private:
  void head(std::uint64_t begin) {
    if (heading_.starts_with(kData)) return;
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

Result<std::vector<DumpSection>> read_sections(const fs::path& dump) {
  std::ifstream file(dump, std::ios::binary);
  if (!file) return error_from_errno(errno, "open the dump " + dump.string());
  Reader reader;
  for (std::string text; std::getline(file, text);) reader.line(text);
  if (file.bad()) return error_from_errno(EIO, "read the dump " + dump.string());
  return std::move(reader).sections();
}

Result<> write_sections(const fs::path& dump, const std::vector<DumpSection>& sections,
                        const std::string& preface, const fs::path& to) {
  std::ifstream from(dump, std::ios::binary);
  std::ofstream out(to, std::ios::binary | std::ios::trunc);
  std::string buffer(1 << 20, '\0');
  for (const DumpSection& section : sections) {
    from.seekg(static_cast<std::streamoff>(section.begin));
    for (std::uint64_t left = section.end - section.begin; left > 0 && from && out;) {
      const auto count = std::min<std::uint64_t>(left, buffer.size());
      from.read(buffer.data(), static_cast<std::streamsize>(count));
      // The last line may lack its end.
      const auto got = static_cast<std::uint64_t>(from.gcount());
      out.write(buffer.data(), static_cast<std::streamsize>(got));
      left -= got < count ? left : got;
    }
    if (&section == &sections.front()) out << preface;
  }
  out.flush();
  if (!out) return error_from_errno(errno == 0 ? EIO : errno, "write " + to.string());
  return {};
}

}  // namespace slip::mariadb
