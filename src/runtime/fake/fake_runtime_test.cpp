// SPDX-License-Identifier: Apache-2.0
#include "runtime/fake/fake_runtime.h"

#include "tests/contract/runtime_contract.h"

namespace slip {
namespace {

class FakeRuntimeWorld : public RuntimeWorld {
 public:
  FakeRuntimeWorld() {
    runtime_.on_run([](const InstanceId&, const OneRun& what) -> std::optional<RunOutcome> {
      const auto& argv = what.spec.argv;
      if (argv.front() != "/says") return std::nullopt;
      return RunOutcome{std::stoi(argv[2]), argv[1]};
    });
  }
  Runtime& runtime() override { return runtime_; }
  void restart_daemon() override {}
  LaunchSpec endless(const InstanceId&) override { return {.argv = {"/endless"}}; }
  LaunchSpec says(const InstanceId&, const std::string& text, int status) override {
    return {.argv = {"/says", text, std::to_string(status)}};
  }
  LaunchSpec missing_program(const InstanceId& instance) override {
    runtime_.fail_start(instance, {.code = ErrorCode::failed, .message = "no such program"});
    return {.argv = {"/missing"}};
  }
  void make_exit(const InstanceId& instance, int status) override {
    runtime_.crash(instance, status);
  }

 private:
  FakeRuntime runtime_;
};

INSTANTIATE_TEST_SUITE_P(Fake, RuntimeContract,
                         testing::Values([] { return std::make_unique<FakeRuntimeWorld>(); }));

TEST(FakeRuntime, RemembersWhatItRunsAndHowOftenItStarted) {
  FakeRuntime runtime;
  const InstanceId id("ins_one");
  ASSERT_TRUE(runtime.start(id, {.argv = {"/server"}}));
  ASSERT_TRUE(runtime.start(id, {.argv = {"/other"}}));

  EXPECT_EQ(runtime.starts(id), 1);
  EXPECT_EQ(runtime.spec(id)->argv, std::vector<std::string>{"/server"});
  runtime.reboot();
  EXPECT_FALSE(runtime.running(id));
  EXPECT_EQ(runtime.status(id)->state, InstanceState::exited);
}

}  // namespace
}  // namespace slip
