// SPDX-License-Identifier: Apache-2.0
#pragma once

// An authority for the worlds of adapter tests, and what a client that trusts it needs.

#include <gtest/gtest.h>

#include "base/file.h"
#include "certificates/authority.h"

namespace slip::test {

inline std::shared_ptr<const Certificates> certificates(const std::filesystem::path& files) {
  auto opened = Authority::open(files / "tls", {});
  EXPECT_TRUE(opened) << (opened ? "" : opened.error().describe());
  return opened ? std::shared_ptr<const Certificates>(*std::move(opened)) : nullptr;
}

// Of the authority of the world in `files`.
inline std::filesystem::path authority_file(const std::filesystem::path& files) {
  return files / "tls" / "authority.pem";
}

}  // namespace slip::test
