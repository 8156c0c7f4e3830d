// SPDX-License-Identifier: Apache-2.0
#include "certificates/authority.h"

#include <optional>

#include "base/file.h"

namespace slip {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t pem_max = 64 << 10;

Result<std::optional<std::string>> read_if_there(const fs::path& path) {
  auto content = read_file(path, pem_max);
  if (content) return std::optional(*std::move(content));
  if (content.error().code == ErrorCode::not_found) return std::optional<std::string>();
  return std::move(content).error();
}

Error unusable(const fs::path& directory, const std::string& why) {
  return Error{.code = ErrorCode::precondition_failed,
               .message = "the certificate authority in " + directory.string() + " " + why,
               .hint =
                   "Put back authority.pem and authority.key as they were, or move both away: "
                   "then another is made, which everybody's clients must be told to trust."};
}

}  // namespace

Result<std::unique_ptr<Authority>> Authority::open(const fs::path& directory,
                                                   std::vector<std::string> names) {
  const fs::path key_file = directory / "authority.key";
  const fs::path certificate_file = directory / "authority.pem";
  TRY(make_directories(directory, 0700));
  std::unique_ptr<Authority> opened(new Authority);
  opened->names_ = {"localhost", "127.0.0.1"};
  opened->names_.insert(opened->names_.end(), names.begin(), names.end());
  const auto key = TRY(read_if_there(key_file));
  const auto pem = TRY(read_if_there(certificate_file));
  if (pem && !key) return unusable(directory, "has lost its key");
  // Without a certificate a key has signed nothing yet: what an interruption left.
  opened->key_ = key ? TRY(key_from(Secret(*key))) : TRY(make_key());
  if (!key) {
    TRY(write_file_durably(key_file, TRY(to_pem(*opened->key_)).reveal(), 0600));
  }
  if (pem) {
    opened->certificate_ = TRY(certificate_from(*pem));
  } else {
    opened->certificate_ = TRY(make_authority(*opened->key_, "Slipstream installation"));
    TRY(write_file_durably(certificate_file, TRY(to_pem(*opened->certificate_))));
  }
  if (!belong_together(*opened->certificate_, *opened->key_)) {
    return unusable(directory, "has the key of another");
  }
  opened->pem_ = TRY(to_pem(*opened->certificate_));
  return opened;
}

Result<ServerCertificate> Authority::issue() const {
  const PrivateKey key = TRY(make_key());
  const Certificate made = TRY(make_server(*key, names_, *certificate_, *key_));
  return ServerCertificate{.certificate = TRY(to_pem(*made)), .key = TRY(to_pem(*key))};
}

}  // namespace slip
