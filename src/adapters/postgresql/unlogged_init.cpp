// SPDX-License-Identifier: Apache-2.0
#include "adapters/postgresql/unlogged_init.h"

#include <signal.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <sstream>

#include "adapters/postgresql/lacks.h"
#include "adapters/postgresql/own_access.h"
#include "adapters/postgresql/readiness.h"
#include "adapters/postgresql/tablespaces.h"
#include "base/system_error.h"

namespace slip::postgresql {

namespace fs = std::filesystem;

namespace {

constexpr std::string_view kInit = "_init";
constexpr int kFirstWithSequences = 15;

// A relation whose init fork has a page (a table's is an empty file), and whose data has a blank
// one.
struct Uncopied {
  fs::path file;  // in the source's directory
  bool is_init_written = false;
};

enum class Page { none, blank, written };

// By its header. What cannot be opened is no relation's, or no longer there.
Result<Page> first_page(const Directory& top, const fs::path& file) {
  const auto opened = top.open_file(file);
  if (!opened) return Page::none;
  std::array<char, 24> header{};
  const auto got = ::pread(opened->get(), header.data(), header.size(), 0);
  if (got < 0) return error_from_errno(errno, "read " + (top.path() / file).string());
  if (static_cast<std::size_t>(got) < header.size()) return Page::none;
  return std::ranges::all_of(header, [](char c) { return c == 0; }) ? Page::blank : Page::written;
}

Result<> find_in_database(const Directory& top, const fs::path& folder,
                          std::vector<Uncopied>& found) {
  const auto opened = top.open_directory(folder);
  if (!opened) return {};  // dropped meanwhile
  for (const auto& entry : TRY(opened->list())) {
    if (!entry.name.ends_with(kInit)) continue;
    const Page init = TRY(first_page(top, folder / entry.name));
    if (init == Page::none) continue;
    const fs::path file = folder / entry.name.substr(0, entry.name.size() - kInit.size());
    if (TRY(first_page(top, file)) != Page::blank) continue;
    found.push_back({.file = file, .is_init_written = init == Page::written});
  }
  return {};
}

// In the directories of databases in there.
Result<> find_below(const Directory& top, const fs::path& folder, std::vector<Uncopied>& found) {
  for (const auto& entry : TRY(TRY(top.open_directory(folder)).list())) {
    if (entry.type != fs::file_type::directory) continue;
    TRY(find_in_database(top, folder / entry.name, found));
  }
  return {};
}

Result<std::vector<Uncopied>> find_uncopied(const Layout& layout) {
  std::vector<Uncopied> found;
  TRY(find_below(*layout.top, fs::path(kData) / "base", found));
  for (const auto& one : TRY(read_tablespaces(layout))) {
    if (!one.is_inside || one.is_lost) continue;
    const fs::path place = one.location.is_relative()
                               ? (fs::path(kData) / "pg_tblspc" / one.location).lexically_normal()
                               : place_of(layout, one.location).name;
    for (const auto& version : TRY(TRY(layout.top->open_directory(place)).list())) {
      if (!version.name.starts_with("PG_")) continue;
      TRY(find_below(*layout.top, place / version.name, found));
    }
  }
  return found;
}

// The process of a server's session, which may have a numbering of its own.
Result<std::optional<UniqueFd>> process_of_session(pid_t server, const std::string& number) {
  const Directory processes = TRY(Directory::open("/proc"));
  for (const auto& entry : TRY(processes.list())) {
    if (entry.name.find_first_not_of("0123456789") != std::string::npos) continue;
    UniqueFd process(static_cast<int>(::syscall(SYS_pidfd_open, std::stoi(entry.name), 0)));
    const auto status = processes.read(entry.name + "/status");
    if (!process || !status) continue;
    std::istringstream lines(*status);
    bool is_of_server = false;
    bool is_it = false;
    for (std::string line; std::getline(lines, line);) {
      is_of_server |= line == "PPid:\t" + std::to_string(server);
      is_it |= line.starts_with("NSpid:\t") && line.ends_with("\t" + number);
    }
    if (is_of_server && is_it) return std::optional(std::move(process));
  }
  return std::optional<UniqueFd>();
}

// A server one of whose processes was killed recovers at once, since its memory may be damaged.
Result<> have_it_recover(const LocalServer& server) {
  auto session = TRY(open_own(server, kAnswerPatience));
  const auto rows = TRY(session.query("SELECT pg_backend_pid()"));
  const auto peer = listener(*server.directory, server.socket());
  if (rows.empty() || !peer || !process_of(server)) {
    return Error{.code = ErrorCode::unavailable, .message = "the server has just ended"};
  }
  const auto process = TRY(process_of_session(peer->process, rows.front()[0].value_or("")));
  if (!process) {
    return Error{.code = ErrorCode::unavailable,
                 .message = "the server's session is not among its processes"};
  }
  if (::syscall(SYS_pidfd_send_signal, process->get(), SIGKILL, nullptr, 0) != 0) {
    return error_from_errno(errno, "have the PostgreSQL server recover once more");
  }
  return {};
}

}  // namespace

Result<> mend_unlogged(const Layout& layout, const RunUser& user) {
  for (const auto& one : TRY(find_uncopied(layout))) {
    if (!one.is_init_written) continue;
    const std::string init = TRY(layout.top->read(one.file.string() + std::string(kInit)));
    TRY(write_owned(*layout.top, one.file, init, user));
  }
  return {};
}

Result<bool> mends_unlogged(const Layout& layout, const LocalServer& server) {
  if (server.major < kFirstWithSequences || TRY(find_uncopied(layout)).empty()) return false;
  // What was only just made is written by that, as are all init forks.
  TRY(write_out(server, WriteOutHow::all, kAnswerPatience));
  if (!std::ranges::any_of(TRY(find_uncopied(layout)), &Uncopied::is_init_written)) return false;
  TRY(have_it_recover(server));
  return true;
}

}  // namespace slip::postgresql
