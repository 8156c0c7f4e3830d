// SPDX-License-Identifier: Apache-2.0
#include "daemon/service_manager.h"

#include <gtest/gtest.h>
#include <sys/socket.h>
#include <sys/un.h>

#include <cstddef>
#include <cstdlib>

#include "base/fd.h"
#include "base/temporary_directory.h"
#include "tests/support/expect_result.h"

namespace slip {
namespace {

class ServiceManager : public ::testing::Test {
 protected:
  ~ServiceManager() override { unsetenv("NOTIFY_SOCKET"); }

  // As a service manager does; `name` as in NOTIFY_SOCKET.
  void listen_at(const std::string& name) {
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    ASSERT_LT(name.size(), sizeof address.sun_path);
    name.copy(address.sun_path, name.size());
    if (name.front() == '@') address.sun_path[0] = '\0';
    listening_.reset(::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0));
    ASSERT_EQ(::bind(listening_.get(), reinterpret_cast<const sockaddr*>(&address),
                     static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + name.size())),
              0);
    ASSERT_EQ(setenv("NOTIFY_SOCKET", name.c_str(), 1), 0);
  }

  std::string told() const {
    std::string text(256, '\0');
    const auto got = ::recv(listening_.get(), text.data(), text.size(), MSG_DONTWAIT);
    return got < 0 ? "" : text.substr(0, static_cast<std::size_t>(got));
  }

  TemporaryDirectory folder_;
  UniqueFd listening_;
};

TEST_F(ServiceManager, IsToldAtASocketInTheFileSystem) {
  listen_at(folder_.path() / "notify");
  ASSERT_OK(tell_service_manager("READY=1"));
  EXPECT_EQ(told(), "READY=1");
}

TEST_F(ServiceManager, IsToldAtASocketOutsideOfIt) {
  listen_at("@" + (folder_.path() / "notify").string());
  ASSERT_OK(tell_service_manager("STOPPING=1"));
  EXPECT_EQ(told(), "STOPPING=1");
}

TEST_F(ServiceManager, IsNotToldWhereThereIsNone) {
  unsetenv("NOTIFY_SOCKET");
  EXPECT_OK(tell_service_manager("READY=1"));
}

TEST_F(ServiceManager, ThatHasGoneIsAnError) {
  setenv("NOTIFY_SOCKET", (folder_.path() / "gone").c_str(), 1);
  EXPECT_FALSE(tell_service_manager("READY=1"));
  setenv("NOTIFY_SOCKET", "relative", 1);
  EXPECT_FALSE(tell_service_manager("READY=1"));
  setenv("NOTIFY_SOCKET", ("/" + std::string(200, 'a')).c_str(), 1);
  EXPECT_FALSE(tell_service_manager("READY=1"));
}

}  // namespace
}  // namespace slip
