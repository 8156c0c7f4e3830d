// SPDX-License-Identifier: Apache-2.0
#include "server/api/api_world.h"

namespace slip::api {
namespace {

class KindsApi : public ApiWorld {
 protected:
  KindsApi()
      : ApiWorld({.kinds = {{.kind = "rows",
                             .label = "Rows",
                             .settings = {{.name = "url",
                                           .label = "Address",
                                           .type = SettingType::address,
                                           .is_origin = true}}}}}) {}
};

TEST_F(KindsApi, AreListedForAdminsWithTheirSettings) {
  const auto kinds = list("admin", "/api/v1/kinds");
  ASSERT_EQ(kinds.size(), 1U);
  EXPECT_EQ(text(kinds[0], "/label"), "Rows");
  EXPECT_EQ(text(kinds[0], "/settings/0/type"), "address");
  EXPECT_EQ(text(kinds[0], "/settings/0/is_origin"), "true");
  EXPECT_FALSE(as("qa").get("/api/v1/kinds"));
}

}  // namespace
}  // namespace slip::api
