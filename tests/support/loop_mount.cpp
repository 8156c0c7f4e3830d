// SPDX-License-Identifier: Apache-2.0
#include "tests/support/loop_mount.h"

#include <sched.h>
#include <sys/mount.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>

#include "base/subprocess.h"

namespace slip::test {

namespace {

void must(const Result<std::string>& result) {
  if (result) return;
  std::fprintf(stderr, "%s\n%s\n", result.error().describe().c_str(),
               result.error().detail.c_str());
  std::abort();
}

}  // namespace

void enter_private_mounts() {
  static const bool entered = [] {
    if (::unshare(CLONE_NEWNS) != 0 ||
        ::mount(nullptr, "/", nullptr, MS_REC | MS_PRIVATE, nullptr) != 0) {
      std::perror("cannot have mounts of our own");
      std::abort();
    }
    return true;
  }();
  (void)entered;
}

LoopMount::LoopMount(std::vector<std::string> make, std::int64_t size, const std::string& options)
    : options_(options.empty() ? "loop" : "loop," + options) {
  enter_private_mounts();
  const std::filesystem::path file = home_.path() / "image";
  std::ofstream(file).close();
  std::filesystem::resize_file(file, static_cast<std::uintmax_t>(size));
  std::filesystem::create_directory(path());
  make.push_back(file);
  must(run_ok({.argv = std::move(make)}));
  mount(file);
}

void LoopMount::mount(const std::filesystem::path& file) {
  // mount(8) marks the device to go with its last user.
  must(run_ok({.argv = {"mount", "-o", options_, file, path()}}));
  ::unlink(file.c_str());
}

void LoopMount::cut_power() {
  std::ifstream mounts("/proc/self/mounts");
  std::string device;
  for (std::string line; std::getline(mounts, line);) {
    if (line.find(" " + path().string() + " ") != std::string::npos) {
      device = line.substr(0, line.find(' '));
    }
  }
  const std::string after = home_.path() / "after";
  must(run_ok({.argv = {"dd", "if=" + device, "of=" + after, "bs=1M", "iflag=direct", "conv=sparse",
                        "status=none"}}));
  if (::umount2(path().c_str(), 0) != 0) {
    std::perror("cannot unmount");
    std::abort();
  }
  mount(after);
}

LoopMount::~LoopMount() {
  ::umount2(path().c_str(), MNT_DETACH);
}

}  // namespace slip::test
