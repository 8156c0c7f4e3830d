// SPDX-License-Identifier: Apache-2.0
#include "secrets/sealed/sealed_secrets.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <optional>

#include "base/fd.h"
#include "base/file.h"
#include "base/presence.h"

namespace slip {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t value_max = 1 << 20;
constexpr mode_t private_file = 0600;
constexpr mode_t private_directory = 0700;

// Sealed with the key when the installation begins: it tells whether a key is the right one.
constexpr std::string_view probe = "key-probe";

bool is_plain(std::string_view name) {
  return !name.empty() && name.size() < 128 && std::ranges::all_of(name, [](unsigned char c) {
    return std::isalnum(c) != 0 || c == '_' || c == '-';
  });
}

// Nothing where it does not exist; anything else that keeps it from being read is an error.
Result<std::optional<std::string>> read_if_there(const fs::path& path) {
  auto content = read_file(path, value_max);
  if (content) return std::optional(*std::move(content));
  if (content.error().code == ErrorCode::not_found) return std::optional<std::string>();
  return std::move(content).error();
}

// Everything that lies there but what a crash left half written.
Result<std::vector<std::string>> names_in(const fs::path& directory) {
  std::vector<std::string> names;
  std::error_code failed;
  for (fs::directory_iterator at(directory, failed), end; !failed && at != end;
       at.increment(failed)) {
    const std::string name = at->path().filename().string();
    if (is_plain(name)) names.push_back(name);
  }
  if (!failed) return names;
  return Error{.code = ErrorCode::unavailable,
               .message = "read " + directory.string() + ": " + failed.message()};
}

Error wrong_key(const fs::path& key, std::string why) {
  return Error{.code = ErrorCode::precondition_failed,
               .message = "the key of the secrets, " + key.string() + ", " + std::move(why),
               .hint =
                   "Put back the key that this installation was made with. Without it sources' "
                   "addresses have to be given again: move the folder \"secrets\" of the "
                   "installation away, and the key if there is one; containers get new passwords."};
}

Error lost_secrets(const SealedSecrets::Places& places, const fs::path& missing) {
  return Error{
      .code = ErrorCode::precondition_failed,
      .message = missing.string() + " is missing, though the key of the secrets, " +
                 places.key.string() + ", is there",
      .hint =
          "Put the folder of the secrets back whole, as it was. Where it is lost, sources' "
          "addresses have to be given again: move it and its key away; containers get new "
          "passwords."};
}

// A file that others can read would be no secret any more.
Result<> make_private(const fs::path& path) {
  const UniqueFd file(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW));
  struct stat status = {};
  if (!file || ::fstat(file.get(), &status) != 0) {
    return error_from_errno(errno, "open " + path.string());
  }
  if ((status.st_mode & 077) == 0 || ::fchmod(file.get(), private_file) == 0) return {};
  return error_from_errno(errno, "make " + path.string() + " private");
}

Result<Box> read_key(const fs::path& path, std::string text) {
  TRY(make_private(path));
  if (text.ends_with('\n')) text.pop_back();
  auto box = Box::with_key(Secret(std::move(text)));
  if (box) return box;
  return wrong_key(path, "holds no key");
}

// The key is the last to come, so that where there is one, the rest has been there.
Result<Box> make_key(const SealedSecrets::Places& places) {
  const Box box = Box::with_new_key();
  TRY(write_file_durably(places.directory / probe, box.seal(probe, Secret()), private_file));
  TRY(write_file_durably(places.key, box.key_text().reveal() + "\n", private_file));
  return box;
}

Result<Box> find_key(const SealedSecrets::Places& places, std::string text) {
  const Box box = TRY(read_key(places.key, std::move(text)));
  const fs::path probe_path = places.directory / probe;
  const auto sealed = TRY(read_if_there(probe_path));
  if (!sealed) return lost_secrets(places, probe_path);
  if (!box.open(probe, *sealed)) return wrong_key(places.key, "is of another installation");
  return box;
}

Result<> remove_half_written(const fs::path& directory) {
  std::error_code failed;
  for (fs::directory_iterator at(directory, failed), end; !failed && at != end;
       at.increment(failed)) {
    if (is_plain(at->path().filename().string())) continue;
    if (::unlink(at->path().c_str()) != 0 && errno != ENOENT) {
      return error_from_errno(errno, "remove " + at->path().string());
    }
  }
  if (!failed) return {};
  return Error{.code = ErrorCode::unavailable,
               .message = "read " + directory.string() + ": " + failed.message()};
}

}  // namespace

SealedSecrets::SealedSecrets(fs::path directory, Box box)
    : directory_(std::move(directory)), box_(box) {}

Result<std::unique_ptr<SealedSecrets>> SealedSecrets::open(const Places& places) {
  auto key = TRY(read_if_there(places.key));
  if (key && !TRY(is_present(places.directory))) return lost_secrets(places, places.directory);
  TRY(make_directories(places.directory, private_directory));
  const auto names = TRY(names_in(places.directory));
  const bool has_secrets =
      std::ranges::any_of(names, [](const auto& name) { return name != probe; });
  if (!key && has_secrets) return wrong_key(places.key, "is missing");
  const Box box = TRY(key ? find_key(places, *std::move(key)) : make_key(places));
  TRY(remove_half_written(places.directory));
  return std::unique_ptr<SealedSecrets>(new SealedSecrets(places.directory, box));
}

Result<fs::path> SealedSecrets::path_of(const SecretId& id) const {
  if (is_plain(id.str()) && id.str() != probe) return directory_ / id.str();
  return Error{.code = ErrorCode::invalid_argument, .message = "a secret needs a handle"};
}

Result<> SealedSecrets::put(const SecretId& id, const Secret& value) {
  const fs::path path = TRY(path_of(id));
  const std::lock_guard guard(writing_);
  if (const auto there = TRY(read_if_there(path))) {
    const auto kept = box_.open(id.str(), *there);
    if (kept && kept->reveal() == value.reveal()) return {};
    return Error{.code = ErrorCode::already_exists,
                 .message = "another secret is kept as " + id.str()};
  }
  if (value.reveal().size() > value_max / 2) {
    return Error{.code = ErrorCode::invalid_argument, .message = "the secret is too long"};
  }
  return write_file_durably(path, box_.seal(id.str(), value), private_file);
}

Result<Secret> SealedSecrets::get(const SecretId& id) {
  const auto sealed = TRY(read_if_there(TRY(path_of(id))));
  if (!sealed) {
    return Error{.code = ErrorCode::not_found, .message = "no secret is kept as " + id.str()};
  }
  auto value = box_.open(id.str(), *sealed);
  if (value) return value;
  return Error{.code = ErrorCode::unavailable,
               .message = "the secret " + id.str() + " is damaged",
               .hint = "Put the file back from a copy of the installation's secrets."};
}

Result<> SealedSecrets::forget(const SecretId& id) {
  const fs::path path = TRY(path_of(id));
  const std::lock_guard guard(writing_);
  if (::unlink(path.c_str()) != 0) {
    if (errno == ENOENT) return {};
    return error_from_errno(errno, "remove " + path.string());
  }
  return fsync_directory(directory_);
}

Result<std::vector<SecretId>> SealedSecrets::list() {
  std::vector<SecretId> ids;
  for (auto& name : TRY(names_in(directory_))) {
    if (name != probe) ids.emplace_back(std::move(name));
  }
  return ids;
}

}  // namespace slip
