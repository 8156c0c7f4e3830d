// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "base/file.h"
#include "daemon/installation.h"

namespace slip {

// A real installation in a directory of its own: btrfs where we are root, PostgreSQL, processes.
// The test's process holds none of it: each piece of work is done by a child, which is a daemon of
// its own and can be killed. Everything ends with this object.
class RealWorld {
 public:
  // `home`: a folder to be made, to keep everything in; nothing: a temporary one.
  explicit RealWorld(std::filesystem::path home = {});
  // Of an ordinary user, where we are root; connections are copied by a gateway, and go on from one
  // daemon to the next.
  struct OfOrdinaryUser {};
  explicit RealWorld(OfOrdinaryUser);
  ~RealWorld();

  const InstallationOptions& options() const { return options_; }

  // Runs `work` in a child with the installation open and its engine started, and ends the child.
  // Fails the test if the child does not end with success within two minutes.
  void as_daemon(const std::function<bool(Installation&)>& work);

  // The same, but the child kills itself with SIGKILL right after the nth time that the catalog has
  // journaled something since `work` began; false if it had ended by itself before.
  bool as_dying_daemon(int after_writes, const std::function<bool(Installation&)>& work);

 private:
  int run_child(const std::function<int(Installation&)>& work);
  void become_user() const;

  TemporaryDirectory directory_;
  InstallationOptions options_;
  std::optional<UserIds> user_;
  UniqueFd gateway_program_;
};

// Within a daemon:
Actor administrator();
// Runs it to its end; false (with a line on standard error) if it did not succeed.
template <class Request>
bool succeeds(Installation& installation, const Request& request);
bool has_succeeded(Installation& installation, const Result<Operation>& submitted);
// Waits until no operation is unfinished and the active branch of the container runs.
bool settles(Installation& installation, const std::string& container);
// Of its login to its databases.
std::string password_of(Installation& installation, const Container& container);
// Runs SQL in the container's database, through its endpoint, as its login; the first field of the
// first row, or "ERROR: ...".
std::string query(Installation& installation, const std::string& container, const std::string& sql);
// The same at another of this machine's ports.
std::string query_at(std::uint16_t port, const std::string& password, const std::string& sql);

template <class Request>
bool succeeds(Installation& installation, const Request& request) {
  return has_succeeded(installation, installation.engine().submit(administrator(), request));
}

}  // namespace slip
