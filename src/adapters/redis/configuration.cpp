// SPDX-License-Identifier: Apache-2.0
#include "adapters/redis/configuration.h"

#include <openssl/rand.h>

#include <array>

#include "adapters/redis/data_directory.h"
#include "adapters/redis/login.h"
#include "adapters/support/tenant_files.h"

namespace slip::redis {

namespace {

constexpr const char* kPasswordName = "password";

// Whatever the template says. Modules, debugging and other places for files stay out of reach for
// those who may change options of a running server.
constexpr std::string_view kFixed = R"(daemonize no
supervised no
protected-mode no
bind 127.0.0.1
dir ./
dbfilename dump.rdb
logfile ""
syslog-enabled no
save ""
appendfilename appendonly.aof
appenddirname appendonlydir
aof-load-truncated yes
aof-use-rdb-preamble yes
no-appendfsync-on-rewrite no
sanitize-dump-payload yes
enable-module-command no
enable-debug-command no
enable-protected-configs no
unixsocketperm 700
user default reset
)";

Result<std::string> make_password() {
  std::array<unsigned char, 20> bytes{};
  if (RAND_bytes(bytes.data(), static_cast<int>(bytes.size())) != 1) {
    return Error{.message = "no random numbers can be made"};
  }
  static constexpr char digits[] = "0123456789abcdef";
  std::string password;
  for (const unsigned char byte : bytes) password += {digits[byte >> 4], digits[byte & 15]};
  return password;
}

}  // namespace

Result<> write_configuration(const Settings& settings, const Listening& listening, Content content,
                             const Directory& ours, const RunUser& user) {
  std::string text = "# Written by Slipstream.\n";
  for (const auto& [name, value] : settings.conf) text += name + " " + value + "\n";
  text += kFixed;
  text += "port " + std::to_string(listening.port) + "\n";
  text += "unixsocket \"" + (listening.run / kSocketName).string() + "\"\n";
  text += "pidfile \"" + (listening.run / kPidFileName).string() + "\"\n";
  text += std::string("appendonly ") + (content == Content::log ? "yes" : "no") + "\n";
  text += std::string("appendfsync ") +
          (settings.durability == Durability::full ? "always" : "no") + "\n";
  const std::string password = TRY(make_password());
  text += std::string("user ") + kOwnUser + " on " + hashed(password) + " ~* &* +@all\n";
  TRY(write_new(ours, kPasswordName, password, {}));
  return tell_server(ours, kConfigurationName, text, user);
}

Result<std::string> read_own_password(const Directory& ours) {
  return ours.read(kPasswordName, 256);
}

}  // namespace slip::redis
