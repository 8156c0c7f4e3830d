// SPDX-License-Identifier: Apache-2.0
// Writes a C++ source with the files of a directory as bytes. Part of the build, not of the
// product.  embed_files OUTPUT DIRECTORY
//
// "x.gz" beside "x" is what browsers get for "x" that take it compressed. What lies in assets/ has
// its content's fingerprint in its name, and is kept for good.

#include <algorithm>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <iterator>
#include <map>
#include <string>
#include <vector>

namespace {

namespace fs = std::filesystem;

std::string content_type(const fs::path& file) {
  static const std::map<std::string, std::string> types{
      {".html", "text/html; charset=utf-8"},
      {".css", "text/css; charset=utf-8"},
      {".js", "text/javascript; charset=utf-8"},
      {".json", "application/json"},
      {".svg", "image/svg+xml"},
      {".png", "image/png"},
      {".ico", "image/x-icon"},
      {".woff2", "font/woff2"},
      {".txt", "text/plain; charset=utf-8"},
      {".webmanifest", "application/manifest+json"}};
  const auto found = types.find(file.extension().string());
  return found == types.end() ? "application/octet-stream" : found->second;
}

// FNV-1a, for telling versions of a file apart.
std::string fingerprint(const std::string& bytes) {
  std::uint64_t hash = 14695981039346656037ULL;
  for (const unsigned char byte : bytes) hash = (hash ^ byte) * 1099511628211ULL;
  char text[17];
  std::snprintf(text, sizeof text, "%016llx", static_cast<unsigned long long>(hash));
  return text;
}

std::string read(const fs::path& file) {
  std::ifstream in(file, std::ios::binary);
  std::string bytes{std::istreambuf_iterator<char>(in), {}};
  if (!in && !in.eof()) {
    std::cerr << "cannot read " << file << "\n";
    std::exit(1);
  }
  return bytes;
}

void write_bytes(std::ostream& out, std::size_t number, const std::string& bytes) {
  out << "const unsigned char file_" << number << "[] = {";
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    if (i % 24 == 0) out << "\n";
    out << static_cast<int>(static_cast<unsigned char>(bytes[i])) << ",";
  }
  out << "0};\n";
}

}  // namespace

int main(int argument_count, char** arguments) {
  if (argument_count != 3) return 2;
  const fs::path directory = arguments[2];
  std::vector<fs::path> files;
  if (fs::is_directory(directory)) {
    for (const auto& entry : fs::recursive_directory_iterator(directory)) {
      if (entry.is_regular_file()) files.push_back(entry.path());
    }
  }
  std::sort(files.begin(), files.end());

  std::ofstream out(arguments[1], std::ios::binary);
  out << "#include \"server/page/page.h\"\n\nnamespace slip {\nnamespace {\n\n";
  std::string entries;
  std::size_t number = 0;
  // Writes the bytes, and returns how to refer to them.
  const auto embed = [&](const std::string& bytes) {
    write_bytes(out, number, bytes);
    return "{reinterpret_cast<const char*>(file_" + std::to_string(number++) + "), " +
           std::to_string(bytes.size()) + "}";
  };
  for (const auto& file : files) {
    if (file.extension() == ".gz") continue;
    const std::string bytes = read(file);
    const std::string name = fs::relative(file, directory).generic_string();
    entries += "      {\"/" + name + "\", {.content_type = \"" + content_type(file) +
               "\", .bytes = " + embed(bytes);
    if (const fs::path compressed = file.string() + ".gz"; fs::exists(compressed)) {
      entries += ", .gzip_bytes = " + embed(read(compressed));
    }
    entries += ", .etag = \"\\\"" + fingerprint(bytes) + "\\\"\"";
    if (name.starts_with("assets/")) {
      entries += ", .cache_control = \"public, max-age=31536000, immutable\"";
    }
    entries += "}},\n";
  }
  out << "\n}  // namespace\n\nconst std::map<std::string, http::StaticFile>& embedded_files() {\n"
         "  static const std::map<std::string, http::StaticFile> files{\n"
      << entries << "  };\n  return files;\n}\n\n}  // namespace slip\n";
  out.close();
  return out ? 0 : 1;
}
