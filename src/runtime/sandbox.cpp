#include "runtime/sandbox.h"

#include <fmt/format.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <filesystem>
#include <set>

namespace slip {
namespace {

namespace fs = std::filesystem;

constexpr const char* bwrap = "/usr/bin/bwrap";
constexpr const char* setpriv = "/usr/bin/setpriv";
constexpr const char* env_program = "/usr/bin/env";
constexpr std::int64_t trial_patience_ms = 10'000;

using Arguments = std::vector<std::string>;

void add(Arguments& to, std::initializer_list<std::string> more) {
  to.insert(to.end(), more.begin(), more.end());
}

// The directories above a path. bwrap would make missing ones itself, but closed to all but root.
void add_parents(Arguments& to, const fs::path& path, std::set<fs::path>& made) {
  fs::path parent;
  for (const auto& part : path.parent_path()) {
    parent /= part;
    if (parent != "/" && made.insert(parent).second) {
      add(to, {"--perms", "0755", "--dir", parent});
    }
  }
}

// Programs and libraries, and as much of /etc as programs commonly need; never /etc/shadow, keys or
// other services' settings.
void add_system(Arguments& to, std::set<fs::path>& made) {
  add(to, {"--ro-bind", "/usr", "/usr"});
  made.insert("/usr");
  for (const char* directory : {"/bin", "/sbin", "/lib", "/lib32", "/lib64", "/libx32"}) {
    std::error_code failed;
    if (fs::is_symlink(directory, failed)) {
      add(to, {"--symlink", fs::read_symlink(directory, failed).string(), directory});
    } else if (fs::is_directory(directory, failed)) {
      add(to, {"--ro-bind", directory, directory});
    }
    made.insert(directory);
  }
  for (const char* file : {"/etc/passwd",
                           "/etc/group",
                           "/etc/nsswitch.conf",
                           "/etc/ld.so.cache",
                           "/etc/ld.so.conf",
                           "/etc/ld.so.conf.d",
                           "/etc/ssl/certs",
                           "/etc/ssl/openssl.cnf",
                           "/etc/ca-certificates",
                           "/etc/localtime",
                           "/etc/timezone",
                           "/etc/alternatives",
                           "/etc/resolv.conf",
                           "/etc/hosts",
                           "/etc/hostname",
                           "/etc/host.conf",
                           "/etc/gai.conf",
                           "/etc/services",
                           "/etc/protocols",
                           "/etc/mime.types",
                           "/etc/locale.alias",
                           "/etc/fonts",
                           "/sys/devices/system/cpu"}) {
    add_parents(to, file, made);
    add(to, {"--ro-bind-try", file, file});
  }
  add(to, {"--proc", "/proc", "--dev", "/dev"});
  for (const char* scratch : {"/dev/shm", "/tmp", "/var/tmp", "/run"}) {
    add_parents(to, scratch, made);
    add(to, {"--perms", "1777", "--tmpfs", scratch});
    made.insert(scratch);
  }
  add(to, {"--symlink", "../run", "/var/run"});
}

// The spec's own paths, outer ones first, so that a writable one may lie inside a readable one.
void add_paths(Arguments& to, const LaunchSpec& spec, std::set<fs::path>& made) {
  std::vector<std::pair<fs::path, const char*>> binds;
  for (const auto& path : spec.readable) binds.emplace_back(path.lexically_normal(), "--ro-bind");
  for (const auto& path : spec.writable) binds.emplace_back(path.lexically_normal(), "--bind");
  std::stable_sort(binds.begin(), binds.end(), [](const auto& a, const auto& b) {
    return a.first.string().size() < b.first.string().size();
  });
  for (const auto& [path, how] : binds) {
    add_parents(to, path, made);
    add(to, {how, path, path});
    made.insert(path);
  }
}

// Variables by which a program's environment could make the tools that still run with privileges
// load its code. They are set by `env` once the privileges are gone.
bool steers_the_loader(const std::string& name) {
  return name.rfind("LD_", 0) == 0 || name == "GLIBC_TUNABLES" || name == "GCONV_PATH" ||
         name == "LOCPATH" || name == "NLSPATH";
}

// A file in memory with the arguments, NUL after each: they hold passwords (the environment), and
// argument vectors can be seen by everybody on the machine.
Result<UniqueFd> in_memory(const Arguments& arguments) {
  std::string text;
  for (const auto& argument : arguments) text.append(argument).push_back('\0');
  UniqueFd fd(memfd_create("arguments", MFD_CLOEXEC));
  if (!fd || write(fd.get(), text.data(), text.size()) != static_cast<ssize_t>(text.size()) ||
      lseek(fd.get(), 0, SEEK_SET) != 0) {
    Error error = error_from_errno(errno, "pass arguments to the sandbox");
    error.code = ErrorCode::unavailable;
    return error;
  }
  return fd;
}

std::string first_line(std::string_view text) {
  return std::string(text.substr(0, text.find('\n')));
}

}  // namespace

Result<Program> Sandbox::wrap(const LaunchSpec& spec) const {
  Arguments options{"--unshare-pid", "--unshare-ipc", "--unshare-uts"};
  if (user_) {
    // To become the user, and to enter directories that only he may enter.
    add(options, {"--cap-drop", "ALL", "--cap-add", "CAP_SETUID", "--cap-add", "CAP_SETGID",
                  "--cap-add", "CAP_DAC_READ_SEARCH"});
  } else {
    add(options, {"--unshare-user"});
  }
  std::set<fs::path> made;
  add_system(options, made);
  add_paths(options, spec, made);
  add(options, {"--remount-ro", "/"});
  const auto directory = spec.working_directory.empty() ? "/" : spec.working_directory;
  add(options, {"--chdir", directory, "--clearenv"});
  std::vector<std::string> late;
  for (const auto& [name, value] : spec.env) {
    if (steers_the_loader(name)) {
      late.push_back(name + "=" + value);
    } else {
      add(options, {"--setenv", name, value});
    }
  }
  Program program;
  program.inherited = TRY(in_memory(options));
  // A session of its own it has already (Spawned), so bwrap's --new-session would add nothing.
  program.argv = {bwrap, "--args", std::to_string(program.inherited.get()), "--", setpriv};
  if (user_) {
    add(program.argv, {"--reuid", std::to_string(user_->uid), "--regid", std::to_string(user_->gid),
                       "--clear-groups"});
  }
  add(program.argv, {"--no-new-privs", "--inh-caps=-all", "--"});
  if (!late.empty()) {
    program.argv.push_back(env_program);
    program.argv.insert(program.argv.end(), late.begin(), late.end());
  }
  program.argv.insert(program.argv.end(), spec.argv.begin(), spec.argv.end());
  return program;
}

Result<Sandbox> Sandbox::open(std::optional<UserIds> user) {
  if (access(bwrap, X_OK) != 0) {
    return Error{.code = ErrorCode::unsupported, .message = "bubblewrap is not installed"};
  }
  const Sandbox sandbox(user);
  LaunchSpec trial;
  trial.argv = {"/bin/sh", "-c", R"sh([ -w /tmp ] && [ -w /dev/shm ] && [ "$(id -u)" = "$1" ])sh",
                "trial", std::to_string(user ? user->uid : getuid())};
  trial.env = {{"PATH", "/usr/bin:/bin"}};
  const Program program = TRY(sandbox.wrap(trial));
  const UniqueFd output(memfd_create("output", MFD_CLOEXEC));
  auto child = TRY(spawn(program, {.log_fd = output.get()}));
  TRY(child.release());
  const bool ended = await_end(child.pidfd(), trial_patience_ms);
  if (!ended) kill(child.pid(), SIGKILL);
  int status = 0;
  while (waitpid(child.pid(), &status, 0) < 0 && errno == EINTR) {
  }
  if (ended && WIFEXITED(status) && WEXITSTATUS(status) == 0) return sandbox;
  std::string said(512, '\0');
  const ssize_t got = pread(output.get(), said.data(), said.size(), 0);
  said.resize(got > 0 ? static_cast<std::size_t>(got) : 0);
  if (said.empty()) said = ended ? "the sandbox did not keep its promises" : "it did not answer";
  return Error{.code = ErrorCode::unsupported,
               .message = "the sandbox was refused: " + first_line(said)};
}

Sandbox::Inside Sandbox::look(pid_t outside) {
  Inside inside;
  for (const pid_t child : children_of(outside)) {
    if (innermost_pid(child) == 1) inside.first = child;
  }
  if (!inside.first) return inside;
  for (const pid_t child : children_of(*inside.first)) {
    if (innermost_pid(child) == 2) inside.program = child;
  }
  if (!inside.program) return inside;
  std::error_code failed;
  const fs::path runs = fs::read_symlink(fmt::format("/proc/{}/exe", *inside.program), failed);
  inside.executed = !failed && runs.filename() != "bwrap" && runs.filename() != "setpriv";
  return inside;
}

bool Sandbox::complained(std::string_view output) {
  return output.rfind("bwrap: ", 0) == 0 || output.rfind("setpriv: ", 0) == 0;
}

}  // namespace slip
