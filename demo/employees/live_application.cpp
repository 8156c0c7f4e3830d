// SPDX-License-Identifier: Apache-2.0
#include "live_application.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <grp.h>
#include <netinet/in.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <thread>

#include "base/subprocess.h"

namespace employees::testing {
namespace {

namespace fs = std::filesystem;

constexpr auto patience = std::chrono::seconds(30);

// The newest installed server's programs.
fs::path server_programs() {
  fs::path newest;
  int newest_version = 0;
  std::error_code none;
  for (const auto& entry : fs::directory_iterator("/usr/lib/postgresql", none)) {
    const int version = std::atoi(entry.path().filename().c_str());
    if (version > newest_version && fs::exists(entry.path() / "bin/initdb")) {
      newest_version = version;
      newest = entry.path() / "bin";
    }
  }
  return newest;
}

std::uint16_t free_port() {
  const slip::UniqueFd probe(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof address;
  ::bind(probe.get(), reinterpret_cast<sockaddr*>(&address), size);
  ::getsockname(probe.get(), reinterpret_cast<sockaddr*>(&address), &size);
  return ntohs(address.sin_port);
}

std::vector<char*> pointers(std::vector<std::string>& texts) {
  std::vector<char*> list;
  for (std::string& text : texts) list.push_back(text.data());
  list.push_back(nullptr);
  return list;
}

}  // namespace

ChildProcess::ChildProcess(const std::vector<std::string>& argv,
                           const std::map<std::string, std::string>& environment,
                           const std::optional<slip::UserIds>& user, const fs::path& log) {
  std::vector<std::string> arguments = argv;
  std::vector<std::string> variables;
  for (const auto& [name, value] : environment) variables.push_back(name + "=" + value);
  const auto argument_pointers = pointers(arguments);
  const auto variable_pointers = pointers(variables);
  const slip::UniqueFd output(::open(log.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0644));
  pid_ = ::fork();
  if (pid_ != 0) return;
  ::dup2(output.get(), 1);
  ::dup2(output.get(), 2);
  if (user &&
      (::setgroups(0, nullptr) != 0 || ::setgid(user->gid) != 0 || ::setuid(user->uid) != 0)) {
    ::_exit(126);
  }
  // After the change of user, which would forget it.
  ::prctl(PR_SET_PDEATHSIG, SIGKILL);
  ::execve(argument_pointers[0], argument_pointers.data(), variable_pointers.data());
  ::_exit(127);
}

ChildProcess::~ChildProcess() {
  if (pid_ > 0) end(SIGKILL);
}

bool ChildProcess::running() {
  if (pid_ <= 0) return false;
  if (::waitpid(pid_, nullptr, WNOHANG) == 0) return true;
  pid_ = -1;
  return false;
}

void ChildProcess::hold() const {
  ::kill(pid_, SIGSTOP);
  std::this_thread::sleep_for(std::chrono::milliseconds(50));
  ::kill(pid_, SIGCONT);
}

int ChildProcess::end(int signal_number) {
  if (pid_ <= 0) return -1;
  ::kill(pid_, signal_number);
  int status = 0;
  ::waitpid(pid_, &status, 0);
  pid_ = -1;
  return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

LiveApplication::LiveApplication() {
  if (auto up = bring_up(); !up) problem_ = up.error().message + "\n" + up.error().detail;
}

// The server first, and cleanly: its own children end with it.
LiveApplication::~LiveApplication() {
  program_.reset();
  stop_database();
}

slip::Result<> LiveApplication::bring_up() {
  const fs::path programs = server_programs();
  if (programs.empty())
    return slip::Error{slip::ErrorCode::not_found, "no PostgreSQL is installed"};
  fs::permissions(directory_.path(), fs::perms(0755));
  TRY(slip::make_directories(directory_.path() / "database"));
  TRY(slip::make_directories(directory_.path() / "files"));
  if (::geteuid() == 0) {
    user_ = "postgres";
    const slip::UserIds owner = TRY(slip::find_user(*user_));
    TRY(slip::change_owner(directory_.path() / "database", owner));
  }
  const std::string data = (directory_.path() / "database/data").string();
  TRY(slip::run_ok({.argv = {(programs / "initdb").string(), "-D", data, "-U", "employees", "-A",
                             "trust", "-E", "UTF8", "--locale=C.UTF-8", "-N"},
                    .run_as = user_}));
  start_database();
  TRY(database_answers());
  TRY(load_employees());

  port_ = free_port();
  program_.emplace(std::vector<std::string>{EMPLOYEES_PROGRAM},
                   std::map<std::string, std::string>{
                       {"PORT", std::to_string(port_)},
                       {"DATABASE_URL", "host=" + (directory_.path() / "database").string() +
                                            " user=employees dbname=employees"},
                       {"EMPLOYEES_FILES", (directory_.path() / "files").string()},
                       {"EMPLOYEES_TITLE", "Employees of <qa>"}},
                   std::nullopt, directory_.path() / "program.log");
  return await("the application",
               {"curl", "-sf", "http://127.0.0.1:" + std::to_string(port_) + "/health"}, *program_);
}

slip::Result<> LiveApplication::load_employees() {
  const std::string host = "--host=" + (directory_.path() / "database").string();
  TRY(slip::run_ok({.argv = {"createdb", host, "--username=employees", "employees"}}));
  TRY(slip::run_ok({.argv = {"psql", host, "--username=employees", "--no-psqlrc", "--quiet",
                             "--set=ON_ERROR_STOP=1", "employees"},
                    .input_file = EMPLOYEES_SOURCE "/database.sql"}));
  return slip::copy_tree(EMPLOYEES_SOURCE "/application/photos", directory_.path() / "files/photos",
                         slip::CopyHow::no_share);
}

slip::Result<> LiveApplication::await(const char* what, const std::vector<std::string>& argv,
                                      ChildProcess& process) const {
  const auto give_up = std::chrono::steady_clock::now() + patience;
  while (std::chrono::steady_clock::now() < give_up) {
    if (TRY(slip::run({.argv = argv})).exit_status == 0) return {};
    if (!process.running()) break;
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
  }
  slip::Error error{slip::ErrorCode::unavailable, std::string(what) + " does not answer"};
  for (const char* log : {"database/server.log", "program.log"}) {
    if (auto text = slip::read_file(directory_.path() / log)) error.detail += *text;
  }
  return error;
}

slip::Result<> LiveApplication::database_answers() {
  return await("the database",
               {"pg_isready", "--quiet", "--host=" + (directory_.path() / "database").string()},
               *server_);
}

bool LiveApplication::database_is_up() {
  return database_answers().has_value();
}

void LiveApplication::start_database() {
  const fs::path home = directory_.path() / "database";
  std::optional<slip::UserIds> ids;
  if (user_) ids = *slip::find_user(*user_);
  server_.emplace(
      std::vector<std::string>{(server_programs() / "postgres").string(), "-D",
                               (home / "data").string(), "-k", home.string(), "-c",
                               "listen_addresses=", "-c", "fsync=off", "-c", "shared_buffers=4MB"},
      std::map<std::string, std::string>{{"TZ", "UTC"}, {"LC_ALL", "C.UTF-8"}}, ids,
      home / "server.log");
}

void LiveApplication::stop_database() {
  if (server_) server_->end(SIGINT);
  server_.reset();
}

Answer LiveApplication::curl(const std::string& path,
                             const std::vector<std::string>& arguments) const {
  std::vector<std::string> argv = {"curl", "-s",          "--max-time",
                                   "20",   "--write-out", "\n%{http_code} %header{location}"};
  argv.insert(argv.end(), arguments.begin(), arguments.end());
  argv.push_back("http://127.0.0.1:" + std::to_string(port_) + path);
  const auto ran = slip::run({.argv = argv});
  if (!ran) return {};
  const std::size_t last_line = ran->out.rfind('\n');
  if (last_line == std::string::npos) return {};
  const std::string status = ran->out.substr(last_line + 1);
  return {.status = std::atoi(status.c_str()),
          .location = status.substr(std::min(status.size(), status.find(' ') + 1)),
          .body = ran->out.substr(0, last_line)};
}

Answer LiveApplication::get(const std::string& path) const {
  return curl(path, {});
}

Answer LiveApplication::post(const std::string& path,
                             const std::vector<std::string>& curl_arguments) const {
  std::vector<std::string> arguments = {"--request", "POST"};
  arguments.insert(arguments.end(), curl_arguments.begin(), curl_arguments.end());
  return curl(path, arguments);
}

std::string LiveApplication::get_late(const std::string& path) {
  const slip::UniqueFd browser(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  address.sin_port = htons(port_);
  if (::connect(browser.get(), reinterpret_cast<sockaddr*>(&address), sizeof address) != 0)
    return "";
  std::this_thread::sleep_for(std::chrono::milliseconds(100));  // until it waits for the request
  program_->hold();
  std::this_thread::sleep_for(std::chrono::milliseconds(100));
  const std::string request = "GET " + path + " HTTP/1.1\r\nHost: localhost\r\n\r\n";
  ::send(browser.get(), request.data(), request.size(), MSG_NOSIGNAL);
  std::string answer;
  char chunk[4096];
  ssize_t received = 0;
  while ((received = ::recv(browser.get(), chunk, sizeof chunk, 0)) > 0) {
    answer.append(chunk, static_cast<std::size_t>(received));
  }
  return answer;
}

Answer LiveApplication::submit(const std::string& path, const std::string& name) const {
  return post(path, {"--data-urlencode", "name=" + name});
}

std::string LiveApplication::sql(const std::string& statement) const {
  const auto printed = slip::run_ok({.argv = {"psql", "--no-psqlrc", "--tuples-only", "--no-align",
                                              "--host=" + (directory_.path() / "database").string(),
                                              "--username=employees", "employees"},
                                     .input = statement});
  return printed ? printed->substr(0, printed->find_last_not_of('\n') + 1)
                 : printed.error().message + printed.error().detail;
}

fs::path LiveApplication::photo(int id) const {
  return directory_.path() / "files/photos" / (std::to_string(id) + ".svg");
}

}  // namespace employees::testing
