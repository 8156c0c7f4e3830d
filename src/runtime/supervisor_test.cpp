// SPDX-License-Identifier: Apache-2.0
#include "runtime/supervisor.h"

#include "runtime/supervisor_world.h"
#include "tests/contract/runtime_contract.h"

namespace slip {
namespace {

using Options = SupervisorOptions;

template <Options::Isolate isolate, Options::Control control>
std::unique_ptr<RuntimeWorld> make_shell() {
  return std::make_unique<ShellWorld>(isolate, control);
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
