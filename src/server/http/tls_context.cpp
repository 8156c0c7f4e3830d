// SPDX-License-Identifier: Apache-2.0
#include "server/http/tls_context.h"

#include <openssl/ssl.h>

namespace slip::http {
namespace {

namespace ssl = boost::asio::ssl;

Result<> check(const boost::system::error_code& failed, const std::string& what,
               const std::filesystem::path& path) {
  if (!failed) return {};
  std::error_code ignored;
  const bool missing = !std::filesystem::exists(path, ignored) && !ignored;
  return Error{.code = missing ? ErrorCode::not_found : ErrorCode::failed,
               .message = "cannot use the TLS " + what + " " + path.string() + ": " +
                          (missing ? "no such file" : failed.message()),
               .hint =
                   "Certificate chain and private key are PEM files that belong together and "
                   "that the server may read."};
}

}  // namespace

Result<ssl::context> make_tls_context(const TlsFiles& files) {
  ssl::context context(ssl::context::tls_server);
  SSL_CTX_set_min_proto_version(context.native_handle(), TLS1_2_VERSION);
  SSL_CTX_set_options(context.native_handle(), SSL_OP_NO_RENEGOTIATION);
  boost::system::error_code failed;
  context.use_certificate_chain_file(files.certificate_chain.string(), failed);
  TRY(check(failed, "certificate", files.certificate_chain));
  context.use_private_key_file(files.private_key.string(), ssl::context::pem, failed);
  TRY(check(failed, "key", files.private_key));
  return context;
}

}  // namespace slip::http
