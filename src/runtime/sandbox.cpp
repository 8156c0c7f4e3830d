// SPDX-License-Identifier: Apache-2.0
#include "runtime/sandbox.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <filesystem>
#include <iterator>
#include <set>
#include <sstream>

#include "runtime/abstract_sockets.h"
#include "runtime/call_filter.h"

namespace slip {
namespace {

namespace fs = std::filesystem;

constexpr const char* bwrap = "/usr/bin/bwrap";
constexpr const char* setpriv = "/usr/bin/setpriv";
constexpr const char* env_program = "/usr/bin/env";
constexpr std::chrono::seconds trial_patience{10};
constexpr off_t copied_max = 16 << 10;

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
// other services' settings, and who there is only as /etc/passwd and /etc/group say it. Folders:
// for files see add_system_files.
void add_system(Arguments& to, const Limits& limits, std::set<fs::path>& made) {
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
  for (const char* folder : {"/etc/ld.so.conf.d", "/etc/ssl/certs", "/etc/ca-certificates",
                             "/etc/alternatives", "/etc/fonts", "/sys/devices/system/cpu"}) {
    add_parents(to, folder, made);
    add(to, {"--ro-bind-try", folder, folder});
  }
  add(to, {"--proc", "/proc", "--dev", "/dev"});
  for (const auto& [scratch, bytes] :
       {std::pair("/dev/shm", limits.shared_memory_bytes), std::pair("/tmp", limits.scratch_bytes),
        std::pair("/var/tmp", limits.scratch_bytes), std::pair("/run", limits.run_bytes)}) {
    add_parents(to, scratch, made);
    add(to, {"--perms", "1777", "--size", std::to_string(bytes), "--tmpfs", scratch});
    made.insert(scratch);
  }
  add(to, {"--symlink", "../run", "/var/run"});
}

// Its own places, outer ones first, so that a writable one may lie inside a readable one.
void add_paths(Arguments& to, const ConfinedPlaces& places, std::set<fs::path>& made) {
  std::vector<std::pair<fs::path, const char*>> binds;
  for (const auto& path : places.readable) binds.emplace_back(path.lexically_normal(), "--ro-bind");
  for (const auto& path : places.writable) binds.emplace_back(path.lexically_normal(), "--bind");
  std::stable_sort(binds.begin(), binds.end(), [](const auto& a, const auto& b) {
    return a.first.string().size() < b.first.string().size();
  });
  for (const auto& [path, how] : binds) {
    add_parents(to, path, made);
    add(to, {how, path, path});
    made.insert(path);
  }
  if (!places.home.empty()) add(to, {"--bind", places.home, kHome});
  for (const auto& [at, target] : places.links) {
    add_parents(to, at, made);
    add(to, {"--symlink", target, at});
  }
}

// Where the program finds a directory that may lie in its home.
fs::path seen(const fs::path& directory, const fs::path& home) {
  if (home.empty()) return directory;
  const auto rest = directory.lexically_normal().lexically_relative(home.lexically_normal());
  if (rest.empty() || *rest.begin() == "..") return directory;
  return (fs::path(kHome) / rest).lexically_normal();
}

// Variables by which a program's environment could make the tools that still run with privileges
// load its code. They are set by `env` once the privileges are gone.
bool steers_the_loader(const std::string& name) {
  return name.rfind("LD_", 0) == 0 || name == "GLIBC_TUNABLES" || name == "GCONV_PATH" ||
         name == "LOCPATH" || name == "NLSPATH";
}

Arguments joined(Arguments one, const Arguments& other) {
  one.insert(one.end(), other.begin(), other.end());
  return one;
}

// NUL after each.
std::string as_text(const Arguments& arguments) {
  std::string text;
  for (const auto& argument : arguments) text.append(argument).push_back('\0');
  return text;
}

Result<UniqueFd> in_memory(const std::string& content) {
  UniqueFd fd(memfd_create("sandbox", MFD_CLOEXEC));
  if (!fd || write(fd.get(), content.data(), content.size()) != std::ssize(content) ||
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

// The lines of a file such as /etc/passwd, in which the user or group `from` has the id `to`. The
// second is its number in a line; of a user also the third, which is his group's.
std::string renumbered(const std::string& lines, std::uint32_t from, std::uint32_t to) {
  std::istringstream in(lines);
  std::string out;
  for (std::string line; std::getline(in, line);) {
    std::vector<std::string> fields;
    std::istringstream split(line);
    for (std::string field; std::getline(split, field, ':');) fields.push_back(field);
    if (fields.size() > 2 && fields[2] == std::to_string(from)) {
      fields[2] = std::to_string(to);
      if (fields.size() > 4) fields[3] = fields[2];
      line = fmt::format("{}", fmt::join(fields, ":"));
    }
    out += line + "\n";
  }
  return out;
}

// What is to run inside.
struct Inner {
  Arguments argv;
  std::map<std::string, std::string> env;
  fs::path working_directory;
  ConfinedPlaces places;
  std::optional<UserIds> user;        // only when we are root
  std::optional<UserIds> owner = {};  // of its places, where that is another
  enum class Lives { on_without_us, with_us } lives = Lives::on_without_us;
};

struct Wrapped {
  Arguments argv;
  std::vector<UniqueFd> files;  // named in `argv`, or in one of them, by their numbers
  std::vector<MappedTree> trees;
};

// Only who is in /etc/passwd and /etc/group: whoever else the machine asks cannot be asked inside,
// and to find that out takes every program a while.
std::string asking_files_only(const std::string& switches) {
  std::string out;
  std::istringstream in(switches);
  for (std::string line; std::getline(in, line);) {
    const std::string database = line.substr(0, line.find(':'));
    const bool is_about_users = database == "passwd" || database == "group" ||
                                database == "initgroups" || database == "shadow" ||
                                database == "gshadow";
    out += (is_about_users ? database + ": files" : line) + "\n";
  }
  return out;
}

void add_content(Arguments& to, const char* file, UniqueFd content, mode_t mode, Wrapped& made) {
  made.files.push_back(std::move(content));
  add(to, {"--perms", fmt::format("{:04o}", mode & 0777), "--file",
           std::to_string(made.files.back().get()), file});
}

// Small ones as copies: the tool reads the list of all mounts for every one that it makes, so that
// a dozen more of them take it milliseconds. A copy takes memory, of every sandbox its own.
Result<> add_system_files(Arguments& to, Wrapped& made) {
  for (const char* file : {"/etc/ld.so.cache", "/etc/ld.so.conf", "/etc/ssl/openssl.cnf",
                           "/etc/localtime", "/etc/timezone", "/etc/resolv.conf", "/etc/hosts",
                           "/etc/hostname", "/etc/host.conf", "/etc/gai.conf", "/etc/services",
                           "/etc/protocols", "/etc/mime.types", "/etc/locale.alias"}) {
    UniqueFd content(open(file, O_RDONLY | O_NONBLOCK | O_CLOEXEC));
    struct stat about {};
    if (!content || fstat(content.get(), &about) != 0 || !S_ISREG(about.st_mode)) continue;
    if (about.st_size > copied_max) {
      add(to, {"--ro-bind", file, file});
      continue;
    }
    add_content(to, file, std::move(content), about.st_mode, made);
  }
  const char* switches = "/etc/nsswitch.conf";
  if (const auto text = read_file(switches)) {
    add_content(to, switches, TRY(in_memory(asking_files_only(*text))), 0644, made);
  }
  return {};
}

// Who there is, and in it the user under the name of the places' owner: some programs look
// themselves up.
Result<> add_users(Arguments& to, const Inner& inner, Wrapped& made) {
  for (const char* file : {"/etc/passwd", "/etc/group"}) {
    std::string lines = TRY(read_file(file));
    if (inner.owner) {
      const bool is_group = std::string_view(file) == "/etc/group";
      lines = renumbered(lines, is_group ? inner.owner->gid : inner.owner->uid,
                         is_group ? inner.user->gid : inner.user->uid);
    }
    add_content(to, file, TRY(in_memory(lines)), 0644, made);
  }
  return {};
}

// Its places as if they were the user's own. What he only reads may belong to others, or lie where
// there are no such mounts.
Result<std::vector<MappedTree>> mapped_places(const Inner& inner) {
  std::vector<MappedTree> trees;
  if (!inner.owner) return trees;
  const auto mapping = TRY(map_user(*inner.owner, *inner.user));
  for (const auto& path : inner.places.readable) {
    struct stat about {};
    if (lstat(path.c_str(), &about) != 0 ||
        (about.st_uid != inner.owner->uid && about.st_gid != inner.owner->gid)) {
      continue;
    }
    auto tree = mapped_tree(path, mapping);
    if (!tree && tree.error().code != ErrorCode::unsupported) return tree.error();
    if (tree) trees.push_back(*std::move(tree));
  }
  for (const auto& path : inner.places.writable) {
    trees.push_back(TRY(mapped_tree(path, mapping)));
  }
  return trees;
}

Result<Arguments> options_of(const Inner& inner, const Limits& limits, Wrapped& wrapped) {
  Arguments options{"--unshare-pid", "--unshare-ipc", "--unshare-uts"};
  if (inner.user) {
    // To become the user, and to enter directories that only he may enter.
    add(options, {"--cap-drop", "ALL", "--cap-add", "CAP_SETUID", "--cap-add", "CAP_SETGID",
                  "--cap-add", "CAP_DAC_READ_SEARCH"});
    if (inner.places.reads == ConfinedPlaces::Reads::every_place) {
      add(options, {"--cap-add", "CAP_SETPCAP"});  // for `becoming`, which gives it up
    }
  } else {
    add(options, {"--unshare-user"});
  }
  if (inner.places.network == ConfinedPlaces::Network::none) options.push_back("--unshare-net");
  if (inner.lives == Inner::Lives::with_us) options.push_back("--die-with-parent");
  std::set<fs::path> made;
  add_system(options, limits, made);
  TRY(add_system_files(options, wrapped));
  TRY(add_users(options, inner, wrapped));
  add_paths(options, inner.places, made);
  const auto directory = inner.working_directory.empty() ? "/" : inner.working_directory;
  add(options, {"--chdir", seen(directory, inner.places.home), "--clearenv"});
  return options;
}

// Gives up what made the sandbox.
Arguments becoming(const Inner& inner) {
  Arguments argv{setpriv};
  if (inner.user) {
    add(argv, {"--reuid", std::to_string(inner.user->uid), "--regid",
               std::to_string(inner.user->gid), "--clear-groups"});
  }
  if (inner.user && inner.places.reads == ConfinedPlaces::Reads::every_place) {
    // The bit is for access(2), which asks without capabilities otherwise: pg_restore of PostgreSQL
    // 17 looks for a dump's files so.
    add(argv, {"--securebits", "+no_setuid_fixup", "--inh-caps=-all,+dac_read_search",
               "--ambient-caps=-all,+dac_read_search"});
  } else {
    argv.push_back("--inh-caps=-all");
  }
  add(argv, {"--no-new-privs", "--"});
  return argv;
}

bool is_below(const fs::path& path, const fs::path& folder) {
  const auto rest = path.lexically_normal().lexically_relative(folder.lexically_normal());
  return !rest.empty() && *rest.begin() != "..";
}

// A link lies where nothing else is: the tools that set up the sandbox have more rights than what
// runs in it, and are to go through none.
Result<> check_links(const ConfinedPlaces& places) {
  std::vector<fs::path> taken{"/usr", "/bin", "/sbin", "/lib", "/lib32", "/lib64",   "/libx32",
                              "/etc", "/sys", "/proc", "/dev", "/run",   "/var/run", kHome};
  taken.insert(taken.end(), places.writable.begin(), places.writable.end());
  taken.insert(taken.end(), places.readable.begin(), places.readable.end());
  const auto is_free = [&](const fs::path& at) {
    return std::ranges::none_of(
               taken, [&](const fs::path& is) { return is_below(is, at) || is_below(at, is); }) &&
           !is_below("/tmp", at) && !is_below("/var/tmp", at) &&
           std::ranges::none_of(places.links, [&](const auto& link) {
             return link.first != at && is_below(at, link.first);
           });
  };
  for (const auto& [name, target] : places.links) {
    const fs::path at(name);
    if (at.is_absolute() && at == at.lexically_normal() && at.has_filename() && is_free(at)) {
      continue;
    }
    return Error{.code = ErrorCode::invalid_argument,
                 .message = "a sandbox cannot have a link at \"" + name + "\""};
  }
  return {};
}

Result<Wrapped> wrapped(const Inner& inner, const Limits& limits, const std::string& filter) {
  TRY(check_links(inner.places));
  Wrapped made;
  made.trees = TRY(mapped_places(inner));
  Arguments options = TRY(options_of(inner, limits, made));
  add(options, {"--remount-ro", "/"});
  if (!filter.empty()) {
    made.files.push_back(TRY(in_memory(filter)));
    add(options, {"--seccomp", std::to_string(made.files.back().get())});
  }
  Arguments late;
  for (const auto& [name, value] : inner.env) {
    if (steers_the_loader(name)) {
      late.push_back(name + "=" + value);
    } else {
      add(options, {"--setenv", name, value});
    }
  }
  // In a file, since they hold passwords (the environment), and argument vectors can be seen by
  // everybody on the machine.
  made.files.push_back(TRY(in_memory(as_text(options))));
  // A session of its own it has already (Spawned), so bwrap's --new-session would add nothing.
  made.argv = {bwrap, "--args", std::to_string(made.files.back().get()), "--"};
  const Arguments become = becoming(inner);
  made.argv.insert(made.argv.end(), become.begin(), become.end());
  if (!late.empty()) {
    made.argv.push_back(env_program);
    made.argv.insert(made.argv.end(), late.begin(), late.end());
  }
  made.argv.insert(made.argv.end(), inner.argv.begin(), inner.argv.end());
  return made;
}

Result<> check(const ConfinedPlaces& places) {
  for (const auto* paths : {&places.writable, &places.readable}) {
    for (const auto& path : *paths) {
      if (path.is_absolute()) continue;
      return Error{.code = ErrorCode::invalid_argument,
                   .message = "\"" + path.string() + "\" is not an absolute path"};
    }
  }
  return {};
}

bool shown(const fs::path& program, const ConfinedPlaces& places) {
  for (const char* folder : {"/usr", "/bin", "/sbin", "/lib", "/lib64"}) {
    if (is_below(program, folder)) return true;
  }
  for (const auto* paths : {&places.writable, &places.readable}) {
    for (const auto& path : *paths) {
      if (is_below(program, path)) return true;
    }
  }
  return false;
}

// In a user namespace there is nobody else whom we could become.
void use_own_user(Inner& inner, const std::optional<std::uint32_t>& user) {
  if (!user || !inner.user) return;
  inner.owner = inner.user;
  inner.user = UserIds{.uid = *user, .gid = *user};
}

}  // namespace

Result<Program> Sandbox::wrap(const LaunchSpec& spec) const {
  Inner inner{.argv = spec.argv,
              .env = spec.env,
              .working_directory = spec.working_directory,
              .places = {.writable = spec.writable,
                         .readable = spec.readable,
                         .home = spec.home,
                         .links = spec.links,
                         .network = ConfinedPlaces::Network::host},
              .user = user_};
  use_own_user(inner, spec.user);
  Wrapped made = TRY(wrapped(inner, limited(limits_, spec.limits, MemoryIsCounted::yes), filter_));
  Program program;
  program.argv = std::move(made.argv);
  program.inherited = std::move(made.files);
  program.trees = std::move(made.trees);
  return program;
}

Result<Command> Sandbox::confine(Command command, const ConfinedPlaces& places) const {
  TRY(check(places));
  command = TRY(completed(std::move(command)));
  Inner inner{.argv = command.argv,
              .env = command.env,
              .working_directory = command.working_directory,
              .places = places,
              .user = user_,
              .lives = Inner::Lives::with_us};
  if (user_ && command.run_as) inner.user = TRY(find_user(*command.run_as));
  use_own_user(inner, places.user);
  if (!shown(command.argv.front(), places)) inner.places.readable.push_back(command.argv.front());
  if (!own_networks_) inner.places.network = ConfinedPlaces::Network::host;
  const Limits limits = limited(limits_, places.limits, MemoryIsCounted::no);
  inner.argv = joined(limiting(limits, inner.owner ? OwnUser::yes : OwnUser::no), inner.argv);
  Wrapped made = TRY(wrapped(inner, limits, filter_));
  command.argv = joined(apart(commands_), made.argv);
  command.env = {};
  command.working_directory = "/";
  command.run_as = {};
  command.trees = std::move(made.trees);
  for (auto& file : made.files) {
    command.inherited.push_back(std::make_shared<const UniqueFd>(std::move(file)));
  }
  return command;
}

Result<Command> LimitsOnly::confine(Command command, const ConfinedPlaces& places) const {
  command = TRY(completed(std::move(command)));
  const Limits limits = limited(default_limits(), places.limits, MemoryIsCounted::no);
  command.argv = joined(joined(apart(commands_), limiting(limits, OwnUser::no)), command.argv);
  return command;
}

Result<Sandbox> Sandbox::open(std::optional<UserIds> user) {
  if (access(bwrap, X_OK) != 0) {
    return Error{.code = ErrorCode::unsupported, .message = "bubblewrap is not installed"};
  }
  Sandbox sandbox(user);
  if (auto filter = make_call_filter()) {
    sandbox.filter_ = *std::move(filter);
  } else {
    sandbox.weakness_ = "without a filter of system calls: " + filter.error().message;
  }
  if (sandbox.weakness_.empty() && !can_keep_from_abstract_sockets()) {
    sandbox.weakness_ = "abstract unix sockets of the host are in reach (Linux before 6.12)";
  }
  const auto refused = sandbox.try_out();
  if (refused) return sandbox;
  sandbox.own_networks_ = false;
  sandbox.weakness_ = no_own_networks;
  if (sandbox.try_out()) return sandbox;
  return refused.error();
}

Result<> Sandbox::try_out() const {
  Command trial{.argv = {"/bin/sh", "-c",
                         R"sh([ -w /tmp ] && [ -w /dev/shm ] && [ "$(id -u)" = "$1" ])sh", "trial",
                         std::to_string(user_ ? user_->uid : getuid())}};
  trial.deadline = trial_patience;
  const auto output = run(TRY(confine(std::move(trial), {})));
  if (output && output->exit_status == 0) return {};
  std::string said = output ? first_line(output->err) : "it did not answer";
  if (said.empty()) said = "the sandbox did not keep its promises";
  return Error{.code = ErrorCode::unsupported, .message = "the sandbox was refused: " + said};
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
