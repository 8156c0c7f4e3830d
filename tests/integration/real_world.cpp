// SPDX-License-Identifier: Apache-2.0
#include "tests/integration/real_world.h"

#include <fcntl.h>
#include <grp.h>
#include <gtest/gtest.h>
#include <libpq-fe.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <iostream>
#include <thread>

#include "base/log.h"
#include "operations/lookup.h"

namespace slip {

using namespace std::chrono_literals;

RealWorld::RealWorld(std::filesystem::path home) {
  std::filesystem::permissions(directory_.path(), std::filesystem::perms(0755));
  options_.data = home.empty() ? directory_.path() / "data" : std::move(home);
  options_.instance_user = find_user("slipstream") ? "slipstream" : "nobody";
  options_.pool = default_pool(options_.data);
  options_.pool.size = 8LL << 30;
  options_.kinds = options_.data / "kinds";  // not those of this machine
  options_.machine_settings.container_users =
      IdRange{.first = 1'900'000'000, .last = 1'900'065'535};
  options_.settings.bake_after.reset();
  options_.settings.reap_after = Duration::zero();
}

RealWorld::RealWorld(OfOrdinaryUser) : RealWorld() {
  // By a handle: the user need not reach the folder that it lies in.
  gateway_program_.reset(open(SLIP_DAEMON, O_PATH | O_CLOEXEC));
  EXPECT_TRUE(gateway_program_) << SLIP_DAEMON;
  options_.gateway_program = "/proc/self/fd/" + std::to_string(gateway_program_.get());
  if (geteuid() != 0) return;
  user_ = find_user("nobody").value();
  options_.machine_settings.container_users.reset();
  std::filesystem::create_directory(options_.data);
  EXPECT_EQ(chown(options_.data.c_str(), user_->uid, user_->gid), 0);
}

// Of this process, which is a child of the test's.
void RealWorld::become_user() const {
  if (!user_) return;
  // What is in /proc/self would be root's otherwise.
  if (setgroups(0, nullptr) != 0 || setresgid(user_->gid, user_->gid, user_->gid) != 0 ||
      setresuid(user_->uid, user_->uid, user_->uid) != 0 || prctl(PR_SET_DUMPABLE, 1) != 0) {
    _exit(4);
  }
}

RealWorld::~RealWorld() {
  const pid_t child = fork();
  if (child == 0) {
    become_user();
    const auto ended = shut_down(options_);
    if (!ended) std::cerr << ended.error().describe() << "\n";
    _exit(ended ? 0 : 1);
  }
  int status = 0;
  waitpid(child, &status, 0);
  EXPECT_EQ(status, 0) << "the installation could not be shut down";
  const auto gateways = options_.data / "run" / "gateways";
  EXPECT_TRUE(!std::filesystem::exists(gateways) || std::filesystem::is_empty(gateways))
      << "a gateway is left";
}

int RealWorld::run_child(const std::function<int(Installation&)>& work) {
  std::cout.flush();
  const pid_t child = fork();
  if (child == 0) {
    become_user();
    alarm(120);
    spdlog::set_level(spdlog::level::err);
    auto installation = Installation::open(options_);
    if (!installation) {
      std::cerr << installation.error().describe() << installation.error().detail << "\n";
      _exit(2);
    }
    const auto started = (*installation)->engine().start();
    if (!started) {
      std::cerr << started.error().describe() << "\n";
      _exit(3);
    }
    const int status = work(**installation);
    (*installation)->engine().stop();
    installation->reset();
    _exit(status);
  }
  int status = 0;
  waitpid(child, &status, 0);
  return status;
}

void RealWorld::as_daemon(const std::function<bool(Installation&)>& work) {
  const int status =
      run_child([&](Installation& installation) { return work(installation) ? 0 : 1; });
  ASSERT_TRUE(WIFEXITED(status)) << "killed by signal " << WTERMSIG(status);
  ASSERT_EQ(WEXITSTATUS(status), 0);
}

bool RealWorld::as_dying_daemon(int after_writes, const std::function<bool(Installation&)>& work) {
  const int status = run_child([&](Installation& installation) {
    static std::atomic<int> writes = 0;
    writes = 0;
    installation.catalog().on_events([after_writes] {
      if (++writes == after_writes) kill(getpid(), SIGKILL);
    });
    return work(installation) ? 0 : 1;
  });
  return WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL;
}

Actor administrator() {
  return {UserId("usr_admin"), "admin", SystemRole::admin};
}

bool has_succeeded(Installation& installation, const Result<Operation>& submitted) {
  if (!submitted) {
    std::cerr << submitted.error().describe() << "\n" << submitted.error().hint << "\n";
    return false;
  }
  const auto ended = installation.engine().wait(submitted->id, 100s);
  if (!ended || ended->state != OperationState::succeeded) {
    std::cerr << submitted->words << " did not succeed";
    if (ended && ended->failure) {
      std::cerr << ": " << ended->failure->message << "\n" << ended->failure->detail;
    }
    std::cerr << "\n";
    return false;
  }
  return true;
}

bool settles(Installation& installation, const std::string& name) {
  for (int i = 0; i < 1200; ++i) {
    const auto volume = installation.catalog().read([&](CatalogUnit& catalog) -> Result<VolumeId> {
      if (!TRY(catalog.operations().unfinished()).empty()) return VolumeId();
      const auto container = TRY(find_container(catalog, administrator(), Right::look, name));
      return TRY(branch_of(catalog, container.active)).volume;
    });
    if (volume && !volume->empty() && query(installation, name, "select 1") == "1") return true;
    std::this_thread::sleep_for(50ms);
  }
  std::cerr << name << " does not settle: " << query(installation, name, "select 1") << "\n";
  return false;
}

std::string password_of(Installation& installation, const Container& container) {
  const auto password = installation.secrets().get(container.login);
  return password ? password->reveal() : "";
}

std::string query(Installation& installation, const std::string& name, const std::string& sql) {
  const auto container = installation.catalog().read([&](CatalogUnit& catalog) {
    return find_container(catalog, administrator(), Right::look, name);
  });
  if (!container) return "ERROR: " + container.error().describe();
  return query_at(container->endpoints[0].port, password_of(installation, *container), sql);
}

std::string query_at(std::uint16_t port, const std::string& password, const std::string& sql) {
  const std::string target = "host=127.0.0.1 port=" + std::to_string(port) +
                             " user=slip dbname=postgres connect_timeout=5 password=" + password;
  PGconn* connection = PQconnectdb(target.c_str());
  std::string answer;
  if (PQstatus(connection) != CONNECTION_OK) {
    answer = std::string("ERROR: ") + PQerrorMessage(connection);
  } else {
    PGresult* result = PQexec(connection, sql.c_str());
    const auto status = PQresultStatus(result);
    if (status == PGRES_TUPLES_OK && PQntuples(result) > 0) answer = PQgetvalue(result, 0, 0);
    if (status == PGRES_FATAL_ERROR) answer = std::string("ERROR: ") + PQerrorMessage(connection);
    PQclear(result);
  }
  PQfinish(connection);
  return answer;
}

}  // namespace slip
