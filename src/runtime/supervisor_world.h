// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <gmock/gmock.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <memory>
#include <string>

#include "base/file.h"
#include "runtime/supervisor.h"
#include "tests/contract/runtime_world.h"

namespace slip {

// Real shell programs in a directory that the instances' user may use.
class ShellWorld : public RuntimeWorld {
 public:
  ShellWorld(SupervisorOptions::Isolate isolate, SupervisorOptions::Control control) {
    options_.state_directory = temporary_.path() / "state";
    options_.user = "nobody";
    options_.isolate = isolate;
    if (isolate == SupervisorOptions::Isolate::automatic) {
      options_.own_users = {temporary_.path(), 1'900'000'000, 1'900'000'100};
    }
    options_.control = control;
    std::filesystem::permissions(temporary_.path(), std::filesystem::perms(0755));
  }
  // Also when a test failed half way, nothing of it runs on.
  ~ShellWorld() override {
    for (const auto& id : runtime().list().value_or(std::vector<InstanceId>())) {
      (void)runtime().stop(id, Duration(0));
    }
  }

  // Made when it is first asked for.
  Runtime& runtime() override {
    if (!runtime_) open();
    return *runtime_;
  }
  void restart_daemon() override { runtime_.reset(); }
  const SupervisorOptions& options() const { return options_; }

  std::filesystem::path data(const InstanceId& instance) {
    const std::filesystem::path directory = temporary_.path() / "data" / instance.str();
    if (!std::filesystem::exists(directory)) {
      EXPECT_TRUE(make_directories(directory));
      std::filesystem::permissions(directory, std::filesystem::perms(0700));
      // Closed to all but the instances' user, as databases want it.
      if (geteuid() == 0) {
        EXPECT_TRUE(change_owner(directory, find_user("nobody").value()));
      }
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
  LaunchSpec says(const InstanceId& instance, const std::string& text, int status) override {
    LaunchSpec spec = script(instance, R"sh(printf %s "$1"; exit "$2")sh");
    spec.argv.insert(spec.argv.end(), {"says", text, std::to_string(status)});
    return spec;
  }
  LaunchSpec missing_program(const InstanceId& instance) override {
    LaunchSpec spec = endless(instance);
    spec.argv[0] = "/usr/bin/no-such-program";
    return spec;
  }
  void make_exit(const InstanceId& instance, int status) override {
    const std::filesystem::path file = data(instance) / "exit";
    std::ofstream(file.string() + ".new") << status;
    std::filesystem::permissions(file.string() + ".new", std::filesystem::perms(0666));
    std::filesystem::rename(file.string() + ".new", file);
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
  SupervisorOptions options_;
  std::unique_ptr<SupervisorRuntime> runtime_;
};

}  // namespace slip
