// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>
#include <unistd.h>

#include <cerrno>
#include <filesystem>

#include "base/system_error.h"
#include "client/cli/commands.h"
#include "client/cli/daemon_address.h"
#include "client/cli/pool_view.h"
#include "client/cli/product.h"
#include "client/cli/table.h"
#include "client/cli/text_width.h"
#include "client/cli/words.h"

namespace slip::cli {
namespace {

enum class Finding { good, worth_knowing, bad };

struct Check {
  Finding finding;
  std::string what;
  std::string words;
};

// Looks at one thing after the other, each at what the ones before allow.
class Doctor {
 public:
  explicit Doctor(Session& session) : session_(session) {}

  std::vector<Check> examine() {
    const auto found = session_.daemon();
    if (!found) return failed("daemon", found.error());
    note(Finding::good, "address", found->address.to_string() + ", by " + found->how);
    const auto status = session_.get(api_path({"status"}));
    if (!status) return failed("daemon", status.error());
    look_at_daemon(*status);
    const auto current = session_.get(api_path({"sessions", "current"}));
    if (!current) return failed("login", current.error());
    note(Finding::good, "login",
         fmt::format("{} ({})", text_in(*current, "user.name"), text_in(*current, "user.role")));
    if (const auto pool = session_.get(api_path({"pool"}))) {
      look_at_pool(*pool);
      look_at_defects(*pool);
    } else {
      failed("pool", pool.error());
    }
    if (const auto containers = session_.list(api_path({"containers"}))) {
      look_at_containers(*containers);
    } else {
      failed("containers", containers.error());
    }
    return std::move(checks_);
  }

 private:
  void note(Finding finding, std::string what, std::string words) {
    checks_.push_back({finding, std::move(what), std::move(words)});
  }
  std::vector<Check> failed(const std::string& what, const Error& error) {
    note(Finding::bad, what, error.message + (error.hint.empty() ? "" : ". " + error.hint));
    return checks_;
  }

  void look_at_daemon(const json::value& status) {
    const auto version = text_in(status, "version");
    const bool is_ready = flag_in(status, "ready");
    note(is_ready ? Finding::good : Finding::bad, "daemon",
         version + (is_ready ? ", ready" : ", not ready yet"));
    if (version != product_version) {
      note(Finding::worth_knowing, "versions",
           fmt::format("this command is {}, the daemon {}", product_version, version));
    }
  }

  void look_at_pool(const json::value& pool) {
    constexpr std::int64_t little_percent = 10;
    const auto total = number_in(pool, "total");
    const bool is_little = number_in(pool, "free") * 100 < total * little_percent;
    note(
        is_little ? Finding::bad : Finding::good, "pool",
        pool_in_short(pool) + (is_little ? ": delete bookmarks or branches that nobody needs; slip "
                                           "usage shows what that frees"
                                         : ""));
    if (const auto warning = text_in(pool, "warning"); !warning.empty()) {
      note(Finding::worth_knowing, "pool", warning);
    }
    if (const auto settings = pool_settings_in_short(pool); !settings.empty()) {
      note(Finding::good, "pool settings", settings);
    }
    const auto isolation = text_in(pool, "isolation");
    if (!isolation.empty()) {
      const auto reason = text_in(pool, "isolation_reason");
      note(reason.empty() ? Finding::good : Finding::worth_knowing, "isolation",
           isolation + (reason.empty() ? "" : ": " + reason));
    }
    const auto& unknown = list_in(pool, "unknown");
    if (!unknown.empty()) {
      note(Finding::worth_knowing, "unknown data",
           "left alone, because nothing of ours made it, it cannot be read, or the daemon died of "
           "it: " +
               joined(unknown));
    }
  }

  void look_at_defects(const json::value& pool) {
    const auto unexpected = number_in(pool, "unexpected");
    if (unexpected <= 0) return;
    note(Finding::worth_knowing, "unexpected errors",
         fmt::format("{} so far, each of which ended what it was in: the daemon's log has them; "
                     "report them",
                     unexpected));
  }

  // A list says only of addresses that they are not there.
  static std::vector<std::string> endpoint_notes_of(const json::value& container) {
    std::vector<std::string> notes;
    for (const auto& endpoint : list_in(container, "endpoints")) {
      const auto words = notes_in_short(endpoint);
      if (!words.empty()) notes.push_back(text_in(endpoint, "source") + ": " + words);
    }
    return notes;
  }

  void look_at_containers(const json::value& containers) {
    std::size_t healthy = 0;
    for (const auto& container : list_in(containers, "items")) {
      const auto name = text_in(container, "name");
      if (text_in(container, "state") != "failed") {
        const auto notes = endpoint_notes_of(container);
        if (notes.empty()) ++healthy;
        for (const auto& words : notes) note(Finding::bad, "container " + name, words);
        continue;
      }
      note(Finding::bad, "container " + name,
           fmt::format("does not run as it should: slip log {0} SOURCE says why, slip container "
                       "start {0} tries again",
                       shell_word(name)));
    }
    note(Finding::good, "containers", fmt::format("{} as they should be", healthy));
  }

  Session& session_;
  std::vector<Check> checks_;
};

struct DoctorOptions {
  bool believe_clock = false;
  bool rebuild = false;
  std::string data;
};

// The daemon beside this command, where it is installed and where it was built; else the PATH's.
std::string daemon_program() {
  std::error_code failed;
  const auto self = std::filesystem::read_symlink("/proc/self/exe", failed);
  for (const char* beside : {"slipstreamd", "../sbin/slipstreamd", "../../daemon/slipstreamd"}) {
    const auto program = (self.parent_path() / beside).lexically_normal();
    if (!failed && ::access(program.c_str(), X_OK) == 0) return program.string();
  }
  return "slipstreamd";
}

// The daemon does not run where this is needed, so its program does it. Returns only on failure.
Result<> rebuild(const std::string& given) {
  std::string data = given;
  if (data.empty()) data = TRY(own_installation(&process_environment)).string();
  const std::string program = daemon_program();
  const std::string text = "--data=" + data;
  ::execlp(program.c_str(), program.c_str(), text.c_str(), "--rebuild",
           static_cast<char*>(nullptr));
  return error_from_errno(errno, "run " + program);
}

Result<> examine(Session& session) {
  const auto checks = Doctor(session).examine();
  std::size_t bad = 0;
  json::array items;
  Table table({{""}, {""}, {""}});
  for (const auto& check : checks) {
    const auto* mark = check.finding == Finding::good  ? "ok"
                       : check.finding == Finding::bad ? "BAD"
                                                       : "note";
    if (check.finding == Finding::bad) ++bad;
    table.add({mark, check.what, check.words});
    items.push_back(json::object{{"finding", mark}, {"what", check.what}, {"words", check.words}});
  }
  if (session.json()) {
    session.print_json(json::object{{"items", items}, {"next", nullptr}});
  } else {
    session.print(table.to_string());
  }
  if (bad == 0) return {};
  return Error{.code = ErrorCode::failed,
               .message = fmt::format("{} of {} things are not in order", bad, checks.size())};
}

}  // namespace

void add_doctor(Command& slip) {
  auto* command = slip.add_subcommand("doctor", "Look whether everything is in order");
  const auto options = arguments<DoctorOptions>();
  command->add_flag("--believe-clock", options->believe_clock,
                    "Say that the machine's clock is right, so that what is old is deleted again");
  command->add_flag("--rebuild", options->rebuild,
                    "Make a catalog that is lost or damaged anew from the pool, while the daemon "
                    "does not run");
  command->add_option("--data", options->data,
                      "With --rebuild: where the installation keeps everything (default: the one "
                      "that you have started)");
  command->on_chosen([options](Session& session) -> Result<> {
    if (options->rebuild) return rebuild(options->data);
    if (options->believe_clock) {
      const auto answer = TRY(session.send(
          {.method = "POST", .path = api_path({"clock", "believe"}), .body = json::object()}));
      TRY(answer.body());
    }
    return examine(session);
  });
}

}  // namespace slip::cli
