// SPDX-License-Identifier: Apache-2.0
#include "client/cli/daemon_address.h"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include <map>

#include "base/file.h"
#include "client/cli/credentials.h"

namespace slip::cli {
namespace {

class FindDaemon : public testing::Test {
 protected:
  std::string find(const AddressFlags& flags = {}) {
    const auto found = find_daemon(
        flags,
        [this](const std::string& name) {
          const auto value = variables_.find(name);
          return value == variables_.end() ? std::nullopt : std::optional(value->second);
        },
        service_.path());
    return found ? found->address.to_string()
                 : "error " + std::string(to_string(found.error().code));
  }
  void record_installation(const std::string& line) {
    const auto directory = home_.path() / ".config/slipstream";
    ASSERT_TRUE(make_directories(directory));
    ASSERT_TRUE(write_file_durably(directory / "installation", line));
  }

  TemporaryDirectory home_;
  TemporaryDirectory service_;
  std::map<std::string, std::string> variables_{{"HOME", home_.path().string()}};
};

TEST_F(FindDaemon, TakesTheFlagBeforeTheEnvironment) {
  variables_["SLIP_URL"] = "http://10.0.0.1:1000";
  variables_["SLIP_SOCKET"] = "/run/b.sock";
  EXPECT_EQ(find({.socket = "/run/a.sock", .url = ""}), "unix:/run/a.sock");
  EXPECT_EQ(find({.socket = "", .url = "https://db.example"}), "https://db.example:8747");
}

TEST_F(FindDaemon, TakesTheEnvironmentBeforeTheInstallation) {
  record_installation("/srv/slip\n");
  variables_["SLIP_URL"] = "http://10.0.0.1:1000";
  EXPECT_EQ(find(), "http://10.0.0.1:1000");
  variables_["SLIP_SOCKET"] = "/run/b.sock";
  EXPECT_EQ(find(), "unix:/run/b.sock");
  variables_ = {{"HOME", home_.path().string()}, {"SLIP_URL", ""}};
  EXPECT_EQ(find(), "unix:/srv/slip/run/slip.sock");
}

TEST_F(FindDaemon, TakesThePageOfAnInstallationWhoseSocketIsNotThere) {
  record_installation(home_.path().string() + "\n");
  ASSERT_TRUE(write_file_durably(home_.path() / "page-port", "18747\n"));
  EXPECT_EQ(find(), "http://127.0.0.1:18747");
}

TEST_F(FindDaemon, TakesTheServiceOfThisMachineWhereTheUserHasNoInstallation) {
  ASSERT_TRUE(write_file_durably(service_.path() / "catalog.db", ""));
  EXPECT_EQ(find(), "unix:" + (service_.path() / "run/slip.sock").string());
  record_installation("/srv/slip\n");
  EXPECT_EQ(find(), "unix:/srv/slip/run/slip.sock");
}

TEST_F(FindDaemon, SaysSoWhenThereIsNone) {
  EXPECT_EQ(find(), "error not_found");
}

TEST_F(FindDaemon, RefusesAnAddressThatIsNone) {
  EXPECT_EQ(find({.socket = "", .url = "ftp://x"}), "error invalid_argument");
  EXPECT_EQ(find({.socket = "", .url = "http://x:99999"}), "error invalid_argument");
}

TEST(Credentials, KeepOneLoginForEachDaemonForThisUserOnly) {
  const TemporaryDirectory home;
  const Credentials credentials(home.path() / "slipstream/credentials.json");
  ASSERT_TRUE(credentials.save("http://a:1", {"qa", Secret("slp_1")}));
  ASSERT_TRUE(credentials.save("http://b:1", {"dev", Secret("slp_2")}));
  ASSERT_TRUE(credentials.save("http://a:1", {"admin", Secret("slp_3")}));

  const auto a = credentials.find("http://a:1").value();
  ASSERT_TRUE(a);
  EXPECT_EQ(a->user, "admin");
  EXPECT_EQ(a->token.reveal(), "slp_3");
  EXPECT_EQ(credentials.find("http://b:1").value()->user, "dev");
  struct stat about {};
  ASSERT_EQ(stat(credentials.file().c_str(), &about), 0);
  EXPECT_EQ(about.st_mode & 0777, 0600U);
}

TEST(Credentials, ForgetALogin) {
  const TemporaryDirectory home;
  const Credentials credentials(home.path() / "credentials.json");
  EXPECT_FALSE(credentials.find("http://a:1").value());
  EXPECT_TRUE(credentials.forget("http://a:1"));
  ASSERT_TRUE(credentials.save("http://a:1", {"qa", Secret("slp_1")}));
  ASSERT_TRUE(credentials.forget("http://a:1"));
  EXPECT_FALSE(credentials.find("http://a:1").value());
}

TEST(Credentials, RefuseAFileThatOthersCanReadOrThatIsNotOurs) {
  const TemporaryDirectory home;
  const Credentials credentials(home.path() / "credentials.json");
  ASSERT_TRUE(write_file_durably(credentials.file(), "{}", 0644));
  EXPECT_EQ(credentials.find("x").error().code, ErrorCode::permission_denied);
  ASSERT_TRUE(write_file_durably(credentials.file(), "not json", 0600));
  EXPECT_EQ(credentials.find("x").error().code, ErrorCode::invalid_argument);
}

}  // namespace
}  // namespace slip::cli
