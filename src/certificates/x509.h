// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <openssl/evp.h>
#include <openssl/x509.h>

#include <memory>
#include <string>
#include <vector>

#include "base/result.h"
#include "base/secret.h"

namespace slip {

// The few things that an authority does with keys and certificates. All errors are `internal`, but
// for what is read: `invalid_argument`.

struct FreeKey {
  void operator()(EVP_PKEY* key) const { EVP_PKEY_free(key); }
};
struct FreeCertificate {
  void operator()(X509* certificate) const { X509_free(certificate); }
};
using PrivateKey = std::unique_ptr<EVP_PKEY, FreeKey>;
using Certificate = std::unique_ptr<X509, FreeCertificate>;

// On the curve P-256, which every client knows and which is quick.
Result<PrivateKey> make_key();

// For an authority: signed by its own key, and good for signing servers' certificates only.
Result<Certificate> make_authority(EVP_PKEY& key, const std::string& name);

// For a server with that key, reached by `names` (host names or addresses), from yesterday to the
// authority's own end.
Result<Certificate> make_server(EVP_PKEY& key, const std::vector<std::string>& names,
                                X509& authority, EVP_PKEY& authority_key);

Result<std::string> to_pem(X509& certificate);
Result<Secret> to_pem(EVP_PKEY& key);
Result<Certificate> certificate_from(const std::string& pem);
Result<PrivateKey> key_from(const Secret& pem);

bool belong_together(X509& certificate, EVP_PKEY& key);

}  // namespace slip
