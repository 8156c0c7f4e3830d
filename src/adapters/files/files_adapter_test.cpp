// SPDX-License-Identifier: Apache-2.0
#include "adapters/files/files_adapter.h"

#include <fstream>

#include "adapters/files/files_world.h"
#include "adapters/files/health_check.h"
#include "runtime/supervisor.h"
#include "tests/contract/adapter_contract_sayings.h"
#include "tests/contract/adapter_world.h"
#include "tests/support/every_entry.h"
#include "tests/support/loop_mount.h"

namespace slip {
namespace {

using ::testing::HasSubstr;

using test::FilesWorld;

std::unique_ptr<AdapterWorld> plain() {
  return std::make_unique<FilesWorld>(FilesWorld::With::nothing);
}
std::unique_ptr<AdapterWorld> application() {
  return std::make_unique<FilesWorld>(FilesWorld::With::application);
}

INSTANTIATE_TEST_SUITE_P(Files, AdapterContract, ::testing::Values(plain));
INSTANTIATE_TEST_SUITE_P(Application, AdapterContract, ::testing::Values(application));

class Files : public AdapterTest {
 protected:
  FilesWorld& world() { return static_cast<FilesWorld&>(*world_); }
  InstanceContext of(std::map<std::string, std::string> settings) {
    return world().instance("ins_one",
                            {.kind = "files", .settings = std::move(settings), .run = {}});
  }
  ErrorCode refusal(const InstanceContext& instance) {
    const auto refused = ingest(instance);
    EXPECT_FALSE(refused);
    said_ = refused ? "" : refused.error().message;
    return refused ? ErrorCode::internal : refused.error().code;
  }
  std::string said_;
};
INSTANTIATE_TEST_SUITE_P(Local, Files, ::testing::Values(plain));

TEST_P(Files, FollowsItsOriginAtTheNextIngest) {
  const auto one = of({{"path", world().origin()}, {"exclude", "*.tmp"}});
  ASSERT_TRUE(world().adapter().incremental(one.config));
  ASSERT_TRUE(ok(ingest(one)));
  std::filesystem::remove(world().origin() / "first");
  std::ofstream(world().origin() / "second") << "second";
  std::ofstream(world().origin() / "x.tmp") << "x";

  ASSERT_TRUE(ok(ingest(one)));

  EXPECT_FALSE(world().has(one, "first"));
  EXPECT_TRUE(world().has(one, "second"));
  EXPECT_FALSE(world().has(one, "x.tmp"));
}

// From whichever origin, and again where all is here already.
TEST_P(Files, KeepsEveryKindOfEntry) {
  const auto origin = world().files() / "tree";
  std::filesystem::create_directory(origin);
  test::make_every_kind_of_entry(origin);
  const auto archive = world().files() / "tree.tar";
  ASSERT_TRUE(ok(run_ok(
      Command{.argv = {"tar", "--create", "--sparse", "--acls", "--xattrs", "--file",
                       archive.string(), "--format=posix", "--directory", origin.string(), "."}})));
  const auto wanted = test::describe_tree(origin, test::Owners::left_out);

  const auto by_path = of({{"path", origin.string()}});
  for (int time = 0; time < 2; ++time) {
    ASSERT_TRUE(ok(ingest(by_path)));
    EXPECT_EQ(test::describe_tree(by_path.directory, test::Owners::left_out), wanted);
  }
  // What was taken away there goes here, too.
  ASSERT_EQ(::lremovexattr((origin / "attributed").c_str(), "user.note"), 0);
  ASSERT_EQ(::lremovexattr((origin / "attributed").c_str(), "system.posix_acl_access"), 0);
  ASSERT_TRUE(ok(ingest(by_path)));
  EXPECT_EQ(test::describe_tree(by_path.directory, test::Owners::left_out),
            test::describe_tree(origin, test::Owners::left_out));

  // Whatever it is packed with.
  for (const std::string program : {"", "gzip", "zstd --quiet", "xz", "bzip2"}) {
    SCOPED_TRACE(program);
    std::string packed = archive.string();
    if (!program.empty()) {
      packed += "." + program.substr(0, program.find(' '));
      ASSERT_TRUE(ok(run_ok(Command{
          .argv = {"sh", "-c", program + " --stdout \"$0\" >\"$1\"", archive.string(), packed}})));
    }
    const auto by_archive =
        world().instance("ins_of_" + program.substr(0, program.find(' ')),
                         {.kind = "files", .settings = {{"tar", packed}}, .run = {}});
    ASSERT_TRUE(ok(ingest(by_archive)));
    EXPECT_EQ(test::describe_tree(by_archive.directory, test::Owners::left_out), wanted);
    std::filesystem::remove_all(by_archive.directory);
  }
}

// Its holes need no room.
TEST_P(Files, RefusesATreeThatThePoolHasNoRoomForBeforeItBegins) {
  if (::geteuid() != 0) GTEST_SKIP() << "only root can make a small file system";
  const slip::test::LoopMount small = slip::test::LoopMount::ext4(40 << 20);
  auto one = of({{"path", (world().files() / "tree").string()}});
  std::filesystem::create_directory(world().files() / "tree");
  const int sparse = ::open((world().files() / "tree/sparse").c_str(), O_WRONLY | O_CREAT, 0644);
  ASSERT_EQ(::ftruncate(sparse, std::int64_t{1} << 30), 0);
  ::close(sparse);
  ::chmod(small.path().parent_path().c_str(), 0755);
  one.directory = test::folder_for_run_user(small.path(), "one");
  one.user = {};
  ASSERT_TRUE(ok(ingest(one)));

  std::ofstream(world().files() / "tree/large") << std::string(60 << 20, 'x');
  const auto refused = ingest(one);

  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, ErrorCode::no_space);
  EXPECT_THAT(refused.error().message, HasSubstr("the pool has room for"));
  EXPECT_FALSE(std::filesystem::exists(one.directory / "large"));
}

TEST_P(Files, SaysWhichPathDoesNotExist) {
  EXPECT_EQ(refusal(of({{"path", "/nowhere/at/all"}})), ErrorCode::invalid_argument);
  EXPECT_THAT(said_, HasSubstr("/nowhere/at/all does not exist"));
}

TEST_P(Files, SaysThatAHostDoesNotAnswer) {
  const std::string port = std::to_string(test::free_port());
  EXPECT_EQ(refusal(of({{"ssh", "me@127.0.0.1:/srv"}, {"ssh_options", "-p " + port}})),
            ErrorCode::unavailable);
  EXPECT_THAT(said_, HasSubstr("me@127.0.0.1:/srv"));
}

TEST_P(Files, UnpacksACompressedArchive) {
  const auto archive = world().files() / "a.tar.gz";
  ASSERT_TRUE(run_ok({.argv = {"tar", "-C", world().origin(), "-czf", archive, "."}}));
  const auto one = of({{"tar", archive}});
  ASSERT_TRUE(ok(ingest(one)));
  EXPECT_TRUE(world().has(one, "first"));
}

TEST_P(Files, RefusesAnArchiveThatIsBroken) {
  const auto archive = world().files() / "a.tar";
  std::ofstream(archive) << "no archive";
  EXPECT_EQ(refusal(of({{"tar", archive}})), ErrorCode::invalid_argument);
  EXPECT_THAT(said_, HasSubstr(archive.string()));
}

TEST_P(Files, RefusesAnArchiveWithEntriesThatLeaveTheTree) {
  const auto archive = world().files() / "a.tar";
  for (const std::string& name :
       {std::string("../outside"), (world().files() / "outside").string()}) {
    std::ofstream(world().files() / "outside") << "x";
    ASSERT_TRUE(run_ok({.argv = {"tar", "-C", world().origin(), "-Pcf", archive, name}}));
    std::filesystem::remove(world().files() / "outside");
    EXPECT_EQ(refusal(of({{"tar", archive}})), ErrorCode::invalid_argument);
    EXPECT_FALSE(std::filesystem::exists(world().files() / "outside"));
  }
}

// A `tar` that looks around: a flaw in the real one would let an archive do the same.
TEST_P(Files, UnpacksWhereNothingElseOfTheHostIsSeen) {
  if (dynamic_cast<const Sandbox*>(test::confinement().get()) == nullptr) {
    GTEST_SKIP() << "no sandbox here";
  }
  const auto programs = world().files() / "programs";
  std::filesystem::create_directory(programs);
  std::ofstream(programs / "tar") << "#!/bin/sh\ncd \"$5\" || exit 9\nls " << world().files()
                                  << " > seen\nls /root /home >> seen\ncat " << world().files()
                                  << "/secret >> seen\nid -un > who\ncat \"$3\" > read\n";
  ASSERT_EQ(::chmod((programs / "tar").c_str(), 0755), 0);
  std::ofstream(world().files() / "secret") << "salaries";
  const auto archive = world().files() / "a.tar";
  ASSERT_TRUE(write_file_durably(archive, "the archive", 0600));
  const std::string path = ::getenv("PATH");
  ::setenv("PATH", (programs.string() + ":" + path).c_str(), 1);
  const auto one = of({{"tar", archive}});
  const auto ingested = ingest(one);
  ::setenv("PATH", path.c_str(), 1);

  ASSERT_TRUE(ok(ingested)) << ingested.error().detail;
  EXPECT_EQ(read_file(one.directory / "read").value(), "the archive");
  EXPECT_EQ(read_file(one.directory / "seen").value(), "a.tar\nins_one\nprograms\n");
  if (::geteuid() == 0) {
    EXPECT_EQ(read_file(one.directory / "who").value(), test::run_user() + "\n");
  }
}

TEST_P(Files, RefusesAVariableThatNobodyCanKnow) {
  auto config = world().good();
  config.run = RunSection{.command = {"run", "${prot}"}, .env = {}};
  const auto refused = world().adapter().validate(config);
  ASSERT_FALSE(refused);
  EXPECT_THAT(refused.error().message, HasSubstr("prot"));
}

TEST_P(Files, GivesAnApplicationTheAddressesOfItsSiblings) {
  auto config = world().good();
  config.run =
      RunSection{.command = {"bin/app", "--port=${port}"}, .env = {{"DATABASE_URL", "${db.URL}"}}};
  auto one = world().instance("ins_one", config);
  EXPECT_FALSE(world().adapter().launch(one));
  one.siblings = {{.name = "db", .env = {{"URL", "postgresql://here"}}}};

  const auto spec = world().adapter().launch(one);

  ASSERT_TRUE(ok(spec));
  EXPECT_EQ((*spec)->argv.front(), (one.directory / "bin/app").string());
  EXPECT_EQ((*spec)->argv.back(), "--port=" + std::to_string(one.port));
  EXPECT_EQ((*spec)->env.at("DATABASE_URL"), "postgresql://here");
}

}  // namespace
}  // namespace slip
