// SPDX-License-Identifier: Apache-2.0
#pragma once

// A new data directory takes a server seconds to make, most of which it waits for the disk, and
// nearly every test wants one or two. So the first that a program of tests makes is kept.

#include <memory>
#include <string>
#include <utility>

#include "base/temporary_directory.h"
#include "tests/contract/adapter_world.h"

namespace slip::test {

// Confines all as `inner` does, but for programs that make a data directory: of those that are
// told the same the first is run, and then what it left is copied. Only where they find the empty
// folders that an ingest makes for them: what they do with others' is theirs to show.
class KeepsFreshData : public Confinement {
 public:
  explicit KeepsFreshData(std::shared_ptr<const Confinement> inner) : inner_(std::move(inner)) {}

  Result<Command> confine(Command command, const ConfinedPlaces& places) const override {
    const Making making = what_it_makes(command);
    if (!is_empty_folder(making.data) || !is_empty_folder(making.tmp)) {
      return inner_->confine(std::move(command), places);
    }
    const std::filesystem::path kept =
        folder_ / std::to_string(std::hash<std::string>{}(making.told));
    // Its name in replication is each server's own, which it makes anew. What is made takes as much
    // room as it is long, and so does a copy: where a disk is full, that is seen here already.
    const std::string script =
        std::filesystem::exists(kept)
            ? "exec cp --archive --sparse=never --reflink=auto \"$1/.\" \"$2\""
            : "kept=$1 data=$2; shift 2; \"$@\" || exit; rm -rf \"$data/auto.cnf\" \"$kept.new\"; "
              "cp --archive --sparse=never --reflink=auto \"$data\" \"$kept.new\" && "
              "mv \"$kept.new\" \"$kept\" || :";
    std::vector<std::string> argv = {"sh", "-c", script, "sh", kept.string(), making.data};
    for (auto& argument : command.argv) argv.push_back(std::move(argument));
    command.argv = std::move(argv);
    ConfinedPlaces with_kept = places;
    with_kept.writable.push_back(folder_);
    return inner_->confine(std::move(command), with_kept);
  }
  bool hides_the_rest() const override { return inner_->hides_the_rest(); }

 private:
  struct Making {
    std::string data;
    std::string tmp;
    std::string told;  // all else that it is told
  };
  // Without `data` where it makes none.
  static Making what_it_makes(const Command& command) {
    Making making;
    bool makes = command.argv.front().ends_with("-install-db");
    for (const std::string& argument : command.argv) {
      if (argument == "--initialize") makes = true;
      if (argument.starts_with("--datadir=")) {
        making.data = argument.substr(10);
      } else if (argument.starts_with("--tmpdir=")) {
        making.tmp = argument.substr(9);
      } else {
        making.told += argument + '\n';
      }
    }
    return makes ? making : Making();
  }
  static bool is_empty_folder(const std::filesystem::path& path) {
    std::error_code failed;
    return std::filesystem::is_directory(std::filesystem::symlink_status(path, failed)) &&
           std::filesystem::is_empty(path, failed) && !failed;
  }

  std::shared_ptr<const Confinement> inner_;
  TemporaryDirectory made_;
  std::filesystem::path folder_ = folder_for_run_user(made_.path(), "fresh");
};

// One for the whole program.
inline std::shared_ptr<const Confinement> keeps_fresh_data() {
  static const auto made = std::make_shared<const KeepsFreshData>(confinement());
  return made;
}

}  // namespace slip::test
