// SPDX-License-Identifier: Apache-2.0
#include "storage/tree/description.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>

#include "base/file.h"
#include "base/json.h"

namespace slip {

namespace {

struct DescriptionFile {
  std::string id;
  SelfDescription about;
};
BOOST_DESCRIBE_STRUCT(DescriptionFile, (), (id, about))

std::filesystem::path file_in(const std::filesystem::path& directory) {
  return directory / kDescriptionFile;
}

}  // namespace

Result<> write_description(const std::filesystem::path& directory, const std::string& id,
                           const SelfDescription& about) {
  const auto path = file_in(directory);
  const UniqueFd fd(::open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600));
  if (!fd) return error_from_errno(errno, "create " + path.string());
  const std::string text = to_json_text(DescriptionFile{.id = id, .about = about}) + "\n";
  const ssize_t written = ::write(fd.get(), text.data(), text.size());
  if (written < 0) return error_from_errno(errno, "write " + path.string());
  if (static_cast<std::size_t>(written) != text.size()) {
    return error_from_errno(ENOSPC, "write " + path.string());
  }
  if (::fsync(fd.get()) != 0) return error_from_errno(errno, "fsync " + path.string());
  return {};
}

Result<SelfDescription> read_description(const std::filesystem::path& directory,
                                         const std::string& id) {
  const std::string text = TRY(read_file(file_in(directory), 1 << 20));
  DescriptionFile file = TRY(from_json_text<DescriptionFile>(text));
  if (file.id != id) {
    return Error{.code = ErrorCode::invalid_argument,
                 .message = directory.string() + " describes " + file.id};
  }
  return std::move(file.about);
}

}  // namespace slip
