// SPDX-License-Identifier: Apache-2.0
#include "certificates/authority.h"

#include <gtest/gtest.h>
#include <openssl/x509_vfy.h>
#include <openssl/x509v3.h>
#include <sys/stat.h>

#include "base/file.h"

namespace slip {
namespace {

namespace fs = std::filesystem;

class AuthorityTest : public ::testing::Test {
 protected:
  std::unique_ptr<Authority> open(std::vector<std::string> names = {}) {
    auto opened = Authority::open(place(), std::move(names));
    EXPECT_TRUE(opened) << opened.error().describe();
    return opened ? *std::move(opened) : nullptr;
  }
  fs::path place() const { return folder_.path() / "tls"; }

  TemporaryDirectory folder_;
};

// As a client would that was given the authority's certificate.
bool trusts(const Authority& authority, const std::string& pem) {
  const Certificate root = *certificate_from(authority.authority());
  const Certificate server = *certificate_from(pem);
  const std::unique_ptr<X509_STORE, decltype(&X509_STORE_free)> store(X509_STORE_new(),
                                                                      &X509_STORE_free);
  X509_STORE_add_cert(store.get(), root.get());
  const std::unique_ptr<X509_STORE_CTX, decltype(&X509_STORE_CTX_free)> check(X509_STORE_CTX_new(),
                                                                              &X509_STORE_CTX_free);
  X509_STORE_CTX_init(check.get(), store.get(), server.get(), nullptr);
  X509_STORE_CTX_set_purpose(check.get(), X509_PURPOSE_SSL_SERVER);
  return X509_verify_cert(check.get()) == 1;
}

bool is_for(const std::string& pem, const std::string& name) {
  const Certificate server = *certificate_from(pem);
  return X509_check_host(server.get(), name.c_str(), name.size(), 0, nullptr) == 1 ||
         X509_check_ip_asc(server.get(), name.c_str(), 0) == 1;
}

TEST_F(AuthorityTest, IssuesCertificatesThatItsClientsTrustByEveryName) {
  const auto authority = open({"slipstream.example", "192.0.2.10"});
  const auto issued = authority->issue();
  ASSERT_TRUE(issued) << issued.error().describe();

  EXPECT_TRUE(trusts(*authority, issued->certificate));
  for (const char* name : {"localhost", "127.0.0.1", "slipstream.example", "192.0.2.10"}) {
    EXPECT_TRUE(is_for(issued->certificate, name)) << name;
  }
  EXPECT_FALSE(is_for(issued->certificate, "other.example"));
}

TEST_F(AuthorityTest, GivesEveryServerAKeyOfItsOwn) {
  const auto authority = open();
  const auto one = authority->issue();
  const auto other = authority->issue();
  ASSERT_TRUE(one && other);
  EXPECT_NE(one->key.reveal(), other->key.reveal());
  const Certificate certificate = *certificate_from(one->certificate);
  EXPECT_TRUE(belong_together(*certificate, **key_from(one->key)));
  EXPECT_FALSE(belong_together(*certificate, **key_from(other->key)));
}

TEST_F(AuthorityTest, IsTheSameOneFromStartToStart) {
  const auto first = open();
  const auto issued = first->issue();
  const auto second = open({"another.example"});
  EXPECT_EQ(first->authority(), second->authority());
  EXPECT_TRUE(trusts(*second, issued->certificate));
}

TEST_F(AuthorityTest, KeepsItsKeyWhereOnlyItsOwnerCanReadIt) {
  open();
  struct stat about {};
  ASSERT_EQ(::stat((place() / "authority.key").c_str(), &about), 0);
  EXPECT_EQ(about.st_mode & 0777, 0600U);
  ASSERT_EQ(::stat(place().c_str(), &about), 0);
  EXPECT_EQ(about.st_mode & 0777, 0700U);
}

TEST_F(AuthorityTest, GoesOnAfterAnInterruptionBetweenKeyAndCertificate) {
  open();
  fs::remove(place() / "authority.pem");
  const auto authority = open();
  ASSERT_NE(authority, nullptr);
  EXPECT_TRUE(trusts(*authority, authority->issue()->certificate));
}

TEST_F(AuthorityTest, IsNeverReplacedInSilenceWhenItsKeyIsLost) {
  open();
  fs::remove(place() / "authority.key");
  const auto opened = Authority::open(place(), {});
  ASSERT_FALSE(opened);
  EXPECT_EQ(opened.error().code, ErrorCode::precondition_failed);
  EXPECT_FALSE(fs::exists(place() / "authority.key"));
}

TEST_F(AuthorityTest, RefusesTheKeyOfAnother) {
  open();
  const PrivateKey other = *make_key();
  ASSERT_TRUE(write_file_durably(place() / "authority.key", to_pem(*other)->reveal(), 0600));
  const auto opened = Authority::open(place(), {});
  ASSERT_FALSE(opened);
  EXPECT_EQ(opened.error().code, ErrorCode::precondition_failed);
}

}  // namespace
}  // namespace slip
