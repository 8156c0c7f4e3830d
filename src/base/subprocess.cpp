// SPDX-License-Identifier: Apache-2.0
#include "base/subprocess.h"

#include <fcntl.h>
#include <grp.h>
#include <poll.h>
#include <pwd.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <future>
#include <optional>
#include <thread>

#include "base/file.h"
#include "base/filtered_pipe.h"

namespace slip {

namespace fs = std::filesystem;
using SteadyClock = std::chrono::steady_clock;

namespace {

constexpr std::string_view kSystemPath =
    "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";
constexpr std::chrono::milliseconds kWatchInterval(200);
constexpr std::chrono::seconds kGonePatience(2);  // for killed processes to be gone

struct RunAs {
  uid_t uid;
  gid_t gid;
  std::vector<gid_t> groups;
  std::string home;
};

// Everything the child needs between fork and exec, where it may not allocate or lock.
struct Prepared {
  std::string program;
  std::vector<std::string> argv_text;
  std::vector<std::string> env_text;
  std::vector<char*> argv;
  std::vector<char*> env;
  std::string working_directory;
  std::optional<RunAs> run_as;
  UniqueFd input;
  UniqueFd output;  // where standard output goes instead of to us
  std::vector<std::shared_ptr<const UniqueFd>> inherited;
  std::vector<MappedTree> trees;
};

struct Pipe {
  UniqueFd read_end;
  UniqueFd write_end;
};

Result<Pipe> make_pipe() {
  int fds[2];
  if (::pipe2(fds, O_CLOEXEC) != 0) return error_from_errno(errno, "make a pipe");
  return Pipe{.read_end = UniqueFd(fds[0]), .write_end = UniqueFd(fds[1])};
}

Result<RunAs> look_up(const std::string& name) {
  std::vector<char> buffer(16384);
  struct passwd entry {};
  struct passwd* found = nullptr;
  ::getpwnam_r(name.c_str(), &entry, buffer.data(), buffer.size(), &found);
  if (found == nullptr) {
    return Error{.code = ErrorCode::not_found, .message = "there is no user \"" + name + "\""};
  }
  RunAs as{.uid = entry.pw_uid, .gid = entry.pw_gid, .groups = {}, .home = entry.pw_dir};
  int count = 64;
  as.groups.resize(64);
  if (::getgrouplist(name.c_str(), as.gid, as.groups.data(), &count) < 0) {
    as.groups.resize(static_cast<std::size_t>(count));
    ::getgrouplist(name.c_str(), as.gid, as.groups.data(), &count);
  }
  as.groups.resize(static_cast<std::size_t>(count));
  return as;
}

std::string value_or(const char* name, std::string_view otherwise) {
  const char* value = std::getenv(name);
  return value != nullptr && *value != '\0' ? value : std::string(otherwise);
}

Result<std::string> find_program(const std::string& name, const std::string& path) {
  if (name.find('/') != std::string::npos) return name;
  for (std::size_t at = 0; at <= path.size();) {
    const std::size_t end = std::min(path.find(':', at), path.size());
    const std::string candidate = path.substr(at, end - at) + "/" + name;
    if (end > at && ::access(candidate.c_str(), X_OK) == 0) return candidate;
    at = end + 1;
  }
  return Error{.code = ErrorCode::not_found,
               .message = "there is no program \"" + name + "\" on this machine"};
}

Result<UniqueFd> open_input(const Command& command) {
  if (command.input_file) {
    UniqueFd fd(::open(command.input_file->c_str(), O_RDONLY | O_CLOEXEC));
    if (!fd) return error_from_errno(errno, "open " + command.input_file->string());
    return fd;
  }
  if (command.input.empty()) {
    UniqueFd fd(::open("/dev/null", O_RDONLY | O_CLOEXEC));
    if (!fd) return error_from_errno(errno, "open /dev/null");
    return fd;
  }
  // A file in memory rather than a pipe: nobody has to feed it, and a program that does not read
  // it breaks nothing.
  UniqueFd fd(::memfd_create("input", MFD_CLOEXEC));
  if (!fd) return error_from_errno(errno, "make a file in memory");
  std::string_view rest = command.input;
  while (!rest.empty()) {
    const ssize_t count = ::write(fd.get(), rest.data(), rest.size());
    if (count < 0) return error_from_errno(errno, "write to a file in memory");
    rest.remove_prefix(static_cast<std::size_t>(count));
  }
  ::lseek(fd.get(), 0, SEEK_SET);
  return fd;
}

Result<std::optional<RunAs>> whom_to_become(const Command& command) {
  if (!command.run_as || ::geteuid() != 0) return std::optional<RunAs>();
  return std::optional(TRY(look_up(*command.run_as)));
}

Result<std::string> complete_environment(std::map<std::string, std::string>& env,
                                         const Command& command,
                                         const std::optional<RunAs>& run_as) {
  if (command.argv.empty()) {
    return Error{.code = ErrorCode::invalid_argument, .message = "no program to run was given"};
  }
  env.try_emplace("PATH", value_or("PATH", kSystemPath) + ":" + std::string(kSystemPath));
  env.try_emplace("HOME", run_as ? run_as->home : value_or("HOME", "/"));
  env.try_emplace("LANG", "C.UTF-8");
  env.try_emplace("TZ", "UTC");
  return find_program(command.argv.front(), env.at("PATH"));
}

Result<Prepared> prepare(const Command& command) {
  Prepared prepared;
  prepared.run_as = TRY(whom_to_become(command));
  std::map<std::string, std::string> env = command.env;
  prepared.program = TRY(complete_environment(env, command, prepared.run_as));
  prepared.argv_text = command.argv;
  for (const auto& [name, value] : env) prepared.env_text.push_back(name + "=" + value);
  prepared.inherited = command.inherited;
  prepared.trees = command.trees;
  prepared.working_directory = command.working_directory.string();
  prepared.input = TRY(open_input(command));

  const auto pointers = [](std::vector<std::string>& texts) {
    std::vector<char*> out;
    for (auto& text : texts) out.push_back(text.data());
    out.push_back(nullptr);
    return out;
  };
  prepared.argv = pointers(prepared.argv_text);
  prepared.env = pointers(prepared.env_text);
  return prepared;
}

// Between fork and exec; only async-signal-safe calls. Returns errno when it could not.
int become_program(const Prepared& prepared, pid_t parent, int out, int err) {
  for (int signal = 1; signal < NSIG; ++signal) ::signal(signal, SIG_DFL);
  // Of a session of its own, it has no terminal to write into; the group is the session's.
  ::setsid();
  if (::dup2(prepared.input.get(), 0) < 0 || ::dup2(out, 1) < 0 || ::dup2(err, 2) < 0) return errno;
  if (::close_range(3, ~0U, CLOSE_RANGE_CLOEXEC) != 0) return errno;
  for (const auto& fd : prepared.inherited) {
    ::lseek(fd->get(), 0, SEEK_SET);
    if (::fcntl(fd->get(), F_SETFD, 0) != 0) return errno;
  }
  if (!see_mapped(prepared.trees)) return errno;
  if (prepared.run_as) {
    const RunAs& as = *prepared.run_as;
    if (::setgroups(as.groups.size(), as.groups.data()) != 0 || ::setgid(as.gid) != 0 ||
        ::setuid(as.uid) != 0) {
      return errno;
    }
  }
  // A core file would hold data, and lie in it.
  const rlimit no_core{.rlim_cur = 0, .rlim_max = 0};
  if (::setrlimit(RLIMIT_CORE, &no_core) != 0) return errno;
  // After setuid, which clears it.
  if (::prctl(PR_SET_PDEATHSIG, SIGKILL) != 0) return errno;
  if (::getppid() != parent) ::_exit(127);
  if (::chdir(prepared.working_directory.c_str()) != 0) return errno;
  sigset_t none;
  ::sigemptyset(&none);
  ::sigprocmask(SIG_SETMASK, &none, nullptr);
  ::execve(prepared.program.c_str(), prepared.argv.data(), prepared.env.data());
  return errno;
}

// Zombies are members of their group, too, for as long as whoever adopted them does not reap them.
bool has_living_member(pid_t group) {
  std::error_code failed;
  for (const auto& entry : fs::directory_iterator("/proc", failed)) {
    if (entry.path().filename().string().find_first_not_of("0123456789") != std::string::npos) {
      continue;
    }
    const auto stat = read_file(entry.path() / "stat", 4096);
    const std::size_t name_end = stat ? stat->rfind(')') : std::string::npos;
    if (name_end == std::string::npos) continue;
    // "12 (name) S parent group ...", where the name may be anything.
    char state = 0;
    pid_t parent = 0;
    pid_t found = 0;
    if (std::sscanf(stat->c_str() + name_end + 1, " %c %d %d", &state, &parent, &found) == 3 &&
        found == group && state != 'Z' && state != 'X') {
      return true;
    }
  }
  return false;
}

// A started program. Its whole process group is killed and reaped with this object.
class Child {
 public:
  static Result<Child> start(const Prepared& prepared);
  Child(Child&& other) noexcept = default;
  ~Child() {
    if (pidfd_) (void)end();
  }

  int pidfd() const { return pidfd_.get(); }
  UniqueFd& out() { return out_; }
  UniqueFd& err() { return err_; }

  // Kills what is left of the group, reaps the leader and waits until the others are gone too: a
  // killed process still has its files open for a moment. The leader is a zombie until then, so
  // that its number cannot have become somebody else's.
  int end() {
    ::kill(-pid_, SIGKILL);
    siginfo_t info{};
    while (::waitid(P_PIDFD, static_cast<id_t>(pidfd_.get()), &info, WEXITED) != 0 &&
           errno == EINTR) {
    }
    pidfd_.reset();
    // The others are not our children, so there is nothing to wait on.
    const auto deadline = SteadyClock::now() + kGonePatience;
    while (::kill(-pid_, 0) == 0 && has_living_member(pid_) && SteadyClock::now() < deadline) {
      std::this_thread::sleep_for(std::chrono::milliseconds(1));
    }
    return info.si_code == CLD_EXITED ? info.si_status : 128 + info.si_status;
  }

 private:
  Child() = default;

  pid_t pid_ = 0;
  UniqueFd pidfd_;
  UniqueFd out_;
  UniqueFd err_;
};

Result<Child> Child::start(const Prepared& prepared) {
  Pipe out = TRY(make_pipe());
  Pipe err = TRY(make_pipe());
  Pipe exec_failed = TRY(make_pipe());
  const pid_t parent = ::getpid();

  // No handler of ours may run in the child.
  sigset_t all;
  sigset_t before;
  ::sigfillset(&all);
  ::pthread_sigmask(SIG_SETMASK, &all, &before);
  const pid_t pid = ::fork();
  if (pid == 0) {
    const int out_fd = prepared.output ? prepared.output.get() : out.write_end.get();
    const int failed = become_program(prepared, parent, out_fd, err.write_end.get());
    (void)!::write(exec_failed.write_end.get(), &failed, sizeof failed);
    ::_exit(127);
  }
  const int fork_errno = errno;
  ::pthread_sigmask(SIG_SETMASK, &before, nullptr);
  if (pid < 0) return error_from_errno(fork_errno, "start " + prepared.program);

  Child child;
  child.pid_ = pid;
  child.pidfd_ = UniqueFd(static_cast<int>(::syscall(SYS_pidfd_open, pid, 0)));
  exec_failed.write_end.reset();
  int failed = 0;
  ssize_t count = 0;
  do {
    count = ::read(exec_failed.read_end.get(), &failed, sizeof failed);
  } while (count < 0 && errno == EINTR);
  if (!child.pidfd_) {
    ::kill(pid, SIGKILL);
    ::waitpid(pid, nullptr, 0);
    return error_from_errno(errno, "watch " + prepared.program);
  }
  if (count == sizeof failed) {
    return error_from_errno(failed, "start " + prepared.program);
  }
  child.out_ = std::move(out.read_end);
  child.err_ = std::move(err.read_end);
  ::fcntl(child.out_.get(), F_SETFL, O_NONBLOCK);
  ::fcntl(child.err_.get(), F_SETFL, O_NONBLOCK);
  return child;
}

// The end of what a stream said, at most `max` bytes.
class Tail {
 public:
  explicit Tail(std::size_t max) : max_(max) {}

  // Reads what is there; closes the stream at its end. Gives back what is new.
  std::string_view read_from(UniqueFd& fd) {
    fresh_.clear();
    char buffer[65536];
    // Bounded, so that a program that never pauses cannot keep us from its deadline.
    for (int round = 0; fd && round < 16; ++round) {
      const ssize_t count = ::read(fd.get(), buffer, sizeof buffer);
      if (count > 0) {
        fresh_.append(buffer, static_cast<std::size_t>(count));
      } else if (count == 0 || (errno != EAGAIN && errno != EINTR)) {
        fd.reset();
      } else {
        break;
      }
    }
    text_ += fresh_;
    if (text_.size() > 2 * max_) text_.erase(0, text_.size() - max_);
    return fresh_;
  }

  std::string take() {
    if (text_.size() > max_) text_.erase(0, text_.size() - max_);
    return std::move(text_);
  }

 private:
  std::size_t max_;
  std::string text_;
  std::string fresh_;
};

enum class Outcome { ended, deadline, canceled };

Outcome follow(Child& child, const Command& command, Tail& out, Tail& err) {
  const auto deadline = SteadyClock::now() + command.deadline;
  while (true) {
    auto wait = std::chrono::ceil<std::chrono::milliseconds>(deadline - SteadyClock::now());
    if (wait.count() <= 0) return Outcome::deadline;
    if (command.watch) wait = std::min(wait, kWatchInterval);
    pollfd fds[] = {
        {child.pidfd(), POLLIN, 0}, {child.out().get(), POLLIN, 0}, {child.err().get(), POLLIN, 0}};
    ::poll(fds, 3, static_cast<int>(std::min<std::int64_t>(wait.count(), 3600 * 1000)));
    // Asked before reading: what the program wrote last is then in the pipes, which hold less than
    // one `read_from` takes.
    const bool ended = (fds[0].revents & POLLIN) != 0;
    out.read_from(child.out());
    const std::string_view fresh = err.read_from(child.err());
    if (command.watch && !command.watch(fresh)) return Outcome::canceled;
    if (ended) return Outcome::ended;
  }
}

Result<CommandOutput> follow_to_end(Child child, const Command& command) {
  Tail out(command.output_max);
  Tail err(command.output_max);
  const Outcome outcome = follow(child, command, out, err);
  const int exit_status = child.end();
  if (outcome == Outcome::ended) {
    return CommandOutput{.exit_status = exit_status, .out = out.take(), .err = err.take()};
  }
  const std::string name = fs::path(command.argv.front()).filename();
  std::string said = err.take();
  if (said.empty()) said = out.take();
  if (outcome == Outcome::canceled) {
    return Error{
        .code = ErrorCode::canceled, .message = name + " was stopped", .detail = std::move(said)};
  }
  return Error{.code = ErrorCode::timed_out,
               .message = name + " did not end within " +
                          std::to_string(command.deadline.count() / 1000) + " s",
               .detail = std::move(said)};
}

}  // namespace

Result<Command> completed(Command command) {
  const auto run_as = TRY(whom_to_become(command));
  const std::string program = TRY(complete_environment(command.env, command, run_as));
  command.argv.front() = program;
  return command;
}

Result<CommandOutput> run(const Command& command) {
  const Prepared prepared = TRY(prepare(command));
  return follow_to_end(TRY(Child::start(prepared)), command);
}

Result<PipedOutput> run_piped(const Command& from, const Command& to) {
  Prepared first = TRY(prepare(from));
  Prepared second = TRY(prepare(to));
  Pipe pipe = TRY(make_pipe());
  first.output = std::move(pipe.write_end);
  second.input = std::move(pipe.read_end);
  Child writer = TRY(Child::start(first));
  Child reader = TRY(Child::start(second));
  // Ours would keep the reader from seeing the end, and the writer from seeing a reader gone.
  first.output.reset();
  second.input.reset();
  auto written = std::async(std::launch::async, [writer = std::move(writer), &from]() mutable {
    return follow_to_end(std::move(writer), from);
  });
  auto read = follow_to_end(std::move(reader), to);
  auto wrote = written.get();
  if (!wrote) return std::move(wrote).error();
  if (!read) return std::move(read).error();
  return PipedOutput{.from = *std::move(wrote), .to = *std::move(read)};
}

namespace {

Result<> write_all(int fd, std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t written = ::write(fd, bytes.data(), bytes.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) return error_from_errno(errno, "write to a program");
    bytes.remove_prefix(static_cast<std::size_t>(written));
  }
  return {};
}

// Until the stream ends, or the filter says no, or nobody reads any more, which is no error here:
// that program's end tells more. Both ends are closed then.
Result<> pump(UniqueFd from, const StreamFilter& filter, UniqueFd to) {
  sigset_t pipe_broken;
  ::sigemptyset(&pipe_broken);
  ::sigaddset(&pipe_broken, SIGPIPE);
  ::pthread_sigmask(SIG_BLOCK, &pipe_broken, nullptr);  // of this thread, which ends with us
  std::string piece;
  for (;;) {
    piece.resize(64 << 10);
    const ssize_t got = ::read(from.get(), piece.data(), piece.size());
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return error_from_errno(errno, "read from a program");
    piece.resize(static_cast<std::size_t>(got));
    if (!write_all(to.get(), TRY(filter(piece)))) return {};
    if (got == 0) return {};
  }
}

}  // namespace

Result<PipedOutput> run_filtered(const Command& from, const StreamFilter& filter,
                                 const Command& to) {
  Prepared first = TRY(prepare(from));
  Prepared second = TRY(prepare(to));
  Pipe said = TRY(make_pipe());
  Pipe told = TRY(make_pipe());
  first.output = std::move(said.write_end);
  second.input = std::move(told.read_end);
  Child writer = TRY(Child::start(first));
  Child reader = TRY(Child::start(second));
  first.output.reset();
  second.input.reset();
  auto pumped = std::async(std::launch::async, [&] {
    return pump(std::move(said.read_end), filter, std::move(told.write_end));
  });
  auto written = std::async(std::launch::async, [writer = std::move(writer), &from]() mutable {
    return follow_to_end(std::move(writer), from);
  });
  auto read = follow_to_end(std::move(reader), to);
  auto wrote = written.get();
  TRY(pumped.get());
  if (!wrote) return std::move(wrote).error();
  if (!read) return std::move(read).error();
  return PipedOutput{.from = *std::move(wrote), .to = *std::move(read)};
}

Result<std::string> run_ok(const Command& command) {
  CommandOutput output = TRY(run(command));
  if (output.exit_status == 0) return std::move(output.out);
  return Error{.code = ErrorCode::failed,
               .message = fs::path(command.argv.front()).filename().string() +
                          " ended with exit status " + std::to_string(output.exit_status),
               .detail = output.err.empty() ? std::move(output.out) : std::move(output.err)};
}

}  // namespace slip
