// SPDX-License-Identifier: Apache-2.0
#pragma once

// A files adapter on this machine, for its tests.

#include <gtest/gtest.h>

#include <fstream>

#include "adapters/files/files_adapter.h"
#include "runtime/supervisor.h"
#include "tests/contract/adapter_fixture.h"
#include "tests/contract/adapter_world.h"

namespace slip::test {

// A tree of files; with `application`, one that serves itself over HTTP.
class FilesWorld : public AdapterWorld {
 public:
  enum class With { nothing, application };

  explicit FilesWorld(With with) : with_(with) {
    std::filesystem::create_directories(origin());
    std::ofstream(origin() / "first") << "first";
    ::chmod(files_.path().c_str(), 0755);
    auto opened = SupervisorRuntime::open({.state_directory = files_.path() / "runtime",
                                           .user = run_user(),
                                           .own_users = own_users(files_.path())});
    EXPECT_TRUE(opened) << (opened ? "" : opened.error().describe());
    if (opened) runtime_ = *std::move(opened);
  }
  const Adapter& adapter() override { return adapter_; }
  Runtime& runtime() override { return *runtime_; }
  SourceConfig good() override {
    SourceConfig config{.kind = "files", .settings = {{"path", origin().string()}}, .run = {}};
    if (with_ == With::application) {
      config.run = RunSection{
          .command = {"/usr/bin/python3", "-m", "http.server", "--bind", "127.0.0.1", "${port}"},
          .env = {{"WHERE", "${directory}"}}};
    }
    return config;
  }
  SourceConfig malformed() override {
    return {.kind = "files", .settings = {{"path", "relative"}}, .run = {}};
  }
  InstanceContext instance(const std::string& id, const SourceConfig& config) override {
    const std::uint16_t port = free_port();
    return {.id = InstanceId(id),
            .source_name = "files",
            .config = config,
            .directory = folder_for_run_user(files_.path(), id),
            .trusted = trusted_folder(files_.path(), id),
            .port = port,
            .login = {},
            .siblings = {},
            .user = own_user(runtime()),
            .connect = [this, id, port] { return runtime().begin_connect(InstanceId(id), port); }};
  }
  void put(const InstanceContext& instance, const std::string& text) override {
    std::ofstream(instance.directory / text) << text;
  }
  bool has(const InstanceContext& instance, const std::string& text) override {
    if (with_ == With::nothing) return std::filesystem::exists(instance.directory / text);
    std::string path = "/" + text;
    for (auto at = path.find(' '); at != path.npos; at = path.find(' ')) path.replace(at, 1, "%20");
    const auto got =
        run_ok(Command{.argv = {"curl", "--silent", "--fail",
                                "http://127.0.0.1:" + std::to_string(instance.port) + path}});
    return got && *got == text;
  }
  int processes_in(const std::filesystem::path& directory) override {
    return test::processes_in(directory);
  }
  std::filesystem::path origin() const { return files_.path() / "origin"; }
  const std::filesystem::path& files() const { return files_.path(); }

 private:
  With with_;
  TemporaryDirectory files_;
  FilesAdapter adapter_{FilesOptions{.user = run_user(), .confinement = confinement()}};
  std::unique_ptr<SupervisorRuntime> runtime_;
};

}  // namespace slip::test
