// SPDX-License-Identifier: Apache-2.0
#include "certificates/x509.h"

#include <arpa/inet.h>
#include <openssl/bio.h>
#include <openssl/bn.h>
#include <openssl/ec.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/rand.h>
#include <openssl/x509v3.h>

#include <array>

namespace slip {
namespace {

constexpr long kDay = 24L * 3600;
// An authority outlives the installation: nobody has to hand out another.
constexpr long kAuthorityDays = 30L * 365;

Error failed(const std::string& what) {
  std::array<char, 256> reason{};
  ERR_error_string_n(ERR_get_error(), reason.data(), reason.size());
  ERR_clear_error();
  return Error{.code = ErrorCode::internal, .message = what + ": " + reason.data()};
}

bool add_extension(X509& to, X509& issuer, int kind, const std::string& value) {
  X509V3_CTX context;
  X509V3_set_ctx_nodb(&context);
  X509V3_set_ctx(&context, &issuer, &to, nullptr, nullptr, 0);
  X509_EXTENSION* extension = X509V3_EXT_conf_nid(nullptr, &context, kind, value.c_str());
  if (extension == nullptr) return false;
  const bool added = X509_add_ext(&to, extension, -1) == 1;
  X509_EXTENSION_free(extension);
  return added;
}

bool set_name(X509& to, const std::string& name) {
  X509_NAME* subject = X509_get_subject_name(&to);
  return X509_NAME_add_entry_by_txt(subject, "CN", MBSTRING_UTF8,
                                    reinterpret_cast<const unsigned char*>(name.data()),
                                    static_cast<int>(name.size()), -1, 0) == 1;
}

bool set_random_serial(X509& to) {
  std::array<unsigned char, 16> bytes{};
  if (RAND_bytes(bytes.data(), static_cast<int>(bytes.size())) != 1) return false;
  bytes.front() &= 0x7f;  // positive
  BIGNUM* number = BN_bin2bn(bytes.data(), static_cast<int>(bytes.size()), nullptr);
  const bool set = number != nullptr && BN_to_ASN1_INTEGER(number, X509_get_serialNumber(&to));
  BN_free(number);
  return set;
}

// Version 3, with a serial number, of yesterday: clocks of other machines may be behind.
Result<Certificate> begin(EVP_PKEY& key, const std::string& name) {
  Certificate made(X509_new());
  if (made && X509_set_version(made.get(), X509_VERSION_3) == 1 && set_random_serial(*made) &&
      X509_gmtime_adj(X509_getm_notBefore(made.get()), -kDay) != nullptr &&
      X509_set_pubkey(made.get(), &key) == 1 && set_name(*made, name)) {
    return made;
  }
  return failed("make a certificate");
}

bool is_address(const std::string& name) {
  in6_addr any{};
  return inet_pton(AF_INET, name.c_str(), &any) == 1 ||
         inet_pton(AF_INET6, name.c_str(), &any) == 1;
}

// As X509V3_EXT_conf_nid reads it.
std::string alternative_names(const std::vector<std::string>& names) {
  std::string text;
  for (const std::string& name : names) {
    text += (text.empty() ? "" : ",") + std::string(is_address(name) ? "IP:" : "DNS:") + name;
  }
  return text;
}

struct FreeBio {
  void operator()(BIO* bio) const { BIO_free_all(bio); }
};
using Text = std::unique_ptr<BIO, FreeBio>;

std::string content(const Text& text) {
  char* data = nullptr;
  const long size = BIO_get_mem_data(text.get(), &data);
  return size > 0 ? std::string(data, static_cast<std::size_t>(size)) : std::string();
}

Text reading(const std::string& pem) {
  return Text(BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size())));
}

}  // namespace

Result<PrivateKey> make_key() {
  PrivateKey key(EVP_EC_gen("P-256"));
  if (key) return key;
  return failed("make a key");
}

Result<Certificate> make_authority(EVP_PKEY& key, const std::string& name) {
  Certificate made = TRY(begin(key, name));
  if (X509_gmtime_adj(X509_getm_notAfter(made.get()), kAuthorityDays * kDay) != nullptr &&
      X509_set_issuer_name(made.get(), X509_get_subject_name(made.get())) == 1 &&
      add_extension(*made, *made, NID_basic_constraints, "critical,CA:TRUE,pathlen:0") &&
      add_extension(*made, *made, NID_key_usage, "critical,keyCertSign,cRLSign") &&
      add_extension(*made, *made, NID_subject_key_identifier, "hash") &&
      X509_sign(made.get(), &key, EVP_sha256()) > 0) {
    return made;
  }
  return failed("make the certificate of an authority");
}

Result<Certificate> make_server(EVP_PKEY& key, const std::vector<std::string>& names,
                                X509& authority, EVP_PKEY& authority_key) {
  Certificate made = TRY(begin(key, "Slipstream"));
  if (X509_set1_notAfter(made.get(), X509_get0_notAfter(&authority)) == 1 &&
      X509_set_issuer_name(made.get(), X509_get_subject_name(&authority)) == 1 &&
      add_extension(*made, authority, NID_basic_constraints, "critical,CA:FALSE") &&
      add_extension(*made, authority, NID_key_usage, "critical,digitalSignature") &&
      add_extension(*made, authority, NID_ext_key_usage, "serverAuth") &&
      add_extension(*made, authority, NID_authority_key_identifier, "keyid:always") &&
      add_extension(*made, authority, NID_subject_alt_name, alternative_names(names)) &&
      X509_sign(made.get(), &authority_key, EVP_sha256()) > 0) {
    return made;
  }
  return failed("make a server's certificate");
}

Result<std::string> to_pem(X509& certificate) {
  const Text text(BIO_new(BIO_s_mem()));
  if (PEM_write_bio_X509(text.get(), &certificate) == 1) return content(text);
  return failed("write a certificate");
}

Result<Secret> to_pem(EVP_PKEY& key) {
  const Text text(BIO_new(BIO_s_secmem()));
  if (PEM_write_bio_PrivateKey(text.get(), &key, nullptr, nullptr, 0, nullptr, nullptr) == 1) {
    return Secret(content(text));
  }
  return failed("write a key");
}

Result<Certificate> certificate_from(const std::string& pem) {
  Certificate read(PEM_read_bio_X509(reading(pem).get(), nullptr, nullptr, nullptr));
  if (read) return read;
  Error error = failed("read a certificate");
  error.code = ErrorCode::invalid_argument;
  return error;
}

Result<PrivateKey> key_from(const Secret& pem) {
  PrivateKey read(PEM_read_bio_PrivateKey(reading(pem.reveal()).get(), nullptr, nullptr, nullptr));
  if (read) return read;
  Error error = failed("read a key");
  error.code = ErrorCode::invalid_argument;
  return error;
}

bool belong_together(X509& certificate, EVP_PKEY& key) {
  const bool theirs = X509_check_private_key(&certificate, &key) == 1;
  ERR_clear_error();
  return theirs;
}

}  // namespace slip
