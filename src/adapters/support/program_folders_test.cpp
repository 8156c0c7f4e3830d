// SPDX-License-Identifier: Apache-2.0
#include "adapters/support/program_folders.h"

#include <gmock/gmock.h>

#include "base/temporary_directory.h"

namespace slip {
namespace {

namespace fs = std::filesystem;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::UnorderedElementsAre;

class ProgramFolders : public testing::Test {
 protected:
  ProgramFolders() {
    for (const char* folder : {"lib/postgresql/15/bin", "pgsql-16/bin", "pgsql-17/bin", "other"}) {
      fs::create_directories(top_.path() / folder);
    }
  }
  std::vector<fs::path> like(const std::string& pattern) {
    return folders_like((top_.path() / pattern).string());
  }
  TemporaryDirectory top_;
};

TEST_F(ProgramFolders, AreOfEveryNameThatAStarStandsFor) {
  EXPECT_THAT(like("lib/postgresql/*/bin"), ElementsAre(top_.path() / "lib/postgresql/15/bin"));
  EXPECT_THAT(like("pgsql-*/bin"),
              UnorderedElementsAre(top_.path() / "pgsql-16/bin", top_.path() / "pgsql-17/bin"));
  EXPECT_THAT(like("nothing-*/bin"), IsEmpty());
}

TEST_F(ProgramFolders, AreTakenAsTheyAreWithoutAStar) {
  EXPECT_THAT(like("other"), ElementsAre(top_.path() / "other"));
  EXPECT_THAT(like("absent"), ElementsAre(top_.path() / "absent"));
}

}  // namespace
}  // namespace slip
