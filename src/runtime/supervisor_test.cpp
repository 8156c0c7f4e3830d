#include "runtime/supervisor.h"

#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <fstream>

#include "base/file.h"
#include "tests/contract/runtime_contract.h"

namespace slip {
namespace {

namespace fs = std::filesystem;
using Options = SupervisorOptions;

// Real shell programs in a directory that the instances' user may use.
class Shell : public RuntimeWorld {
 public:
  Shell(Options::Isolate isolate, Options::Control control) {
    options_.state_directory = temporary_.path() / "state";
    options_.user = "nobody";
    options_.isolate = isolate;
    options_.control = control;
    fs::permissions(temporary_.path(), fs::perms(0755));
    open();
  }
  // Also when a test failed half way, nothing of it runs on.
  ~Shell() override {
    for (const auto& id : runtime_->list().value_or(std::vector<InstanceId>())) {
      (void)runtime_->stop(id, Duration(0));
    }
  }

  Runtime& runtime() override { return *runtime_; }
  void restart_daemon() override {
    runtime_.reset();
    open();
  }
  const Options& options() const { return options_; }

  fs::path data(const InstanceId& instance) {
    const fs::path directory = temporary_.path() / "data" / instance.str();
    if (!fs::exists(directory)) {
      EXPECT_TRUE(make_directories(directory));
      fs::permissions(directory, fs::perms(0777));
    }
    return directory;
  }
  LaunchSpec script(const InstanceId& instance, const std::string& text) {
    return {.argv = {"/bin/sh", "-c", text},
            .env = {{"PATH", "/usr/bin:/bin"}},
            .working_directory = data(instance),
            .writable = {data(instance)}};
  }
  LaunchSpec endless(const InstanceId& instance) override {
    return script(instance, R"sh(rm -f exit; echo started
                                 while [ ! -e exit ]; do sleep 0.02; done
                                 exit "$(cat exit)")sh");
  }
  LaunchSpec missing_program(const InstanceId& instance) override {
    LaunchSpec spec = endless(instance);
    spec.argv[0] = "/usr/bin/no-such-program";
    return spec;
  }
  void make_exit(const InstanceId& instance, int status) override {
    const fs::path file = data(instance) / "exit";
    std::ofstream(file.string() + ".new") << status;
    fs::permissions(file.string() + ".new", fs::perms(0666));
    fs::rename(file.string() + ".new", file);
  }
  std::string read(const InstanceId& instance, const char* name) {
    return read_file(data(instance) / name).value_or("");
  }

 private:
  void open() {
    auto made = SupervisorRuntime::open(options_);
    if (!made) ADD_FAILURE() << made.error().describe();
    runtime_ = *std::move(made);
  }

  TemporaryDirectory temporary_;
  Options options_;
  std::unique_ptr<SupervisorRuntime> runtime_;
};

template <Options::Isolate isolate, Options::Control control>
std::unique_ptr<RuntimeWorld> make_shell() {
  return std::make_unique<Shell>(isolate, control);
}

constexpr auto sandboxed = Options::Isolate::automatic;
constexpr auto open_to_all = Options::Isolate::never;
constexpr auto best_control = Options::Control::automatic;
constexpr auto by_signals = Options::Control::process_group;

INSTANTIATE_TEST_SUITE_P(SandboxAndCgroup, RuntimeContract,
                         testing::Values(make_shell<sandboxed, best_control>));
INSTANTIATE_TEST_SUITE_P(CgroupOnly, RuntimeContract,
                         testing::Values(make_shell<open_to_all, best_control>));
INSTANTIATE_TEST_SUITE_P(SandboxOnly, RuntimeContract,
                         testing::Values(make_shell<sandboxed, by_signals>));
INSTANTIATE_TEST_SUITE_P(ProcessGroupOnly, RuntimeContract,
                         testing::Values(make_shell<open_to_all, by_signals>));

}  // namespace
}  // namespace slip
