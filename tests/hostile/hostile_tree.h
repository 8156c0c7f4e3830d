// SPDX-License-Identifier: Apache-2.0
#pragma once

// What every Adapter must hold to whatever a tenant puts into the tree of an instance. The names
// are learned from what is there in a normal life of one, so that none is forgotten. An
// implementation's test instantiates it, as AdapterContract.

#include <fcntl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <sys/un.h>
#include <unistd.h>

#include <atomic>
#include <cctype>
#include <chrono>
#include <cstdio>
#include <cstring>
#include <fstream>
#include <functional>
#include <future>
#include <map>
#include <set>
#include <thread>
#include <utility>
#include <vector>

#include "base/fd.h"
#include "base/temporary_directory.h"
#include "tests/contract/adapter_fixture.h"
#include "tests/hostile/questions.h"

namespace slip {

class HostileTree : public AdapterTest {
 protected:
  using Path = std::filesystem::path;
  static constexpr auto kPatience = std::chrono::seconds(20);
  // A server may take a minute to write everything out.
  static constexpr auto kStuckPatience = std::chrono::seconds(75);

  enum class Impostor { link_to_file, link_to_folder, link_to_socket, fifo, device, huge, swapped };
  static constexpr Impostor kImpostors[] = {
      Impostor::link_to_file, Impostor::link_to_folder, Impostor::link_to_socket, Impostor::fifo,
      Impostor::device,       Impostor::huge,           Impostor::swapped};

  void SetUp() override {
    std::filesystem::create_directory(outside_ / "folder");
    std::ofstream(outside_ / "file") << "of root's";
    std::ofstream(outside_ / "folder" / "file") << "of root's, too";
    socket_ = UniqueFd(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    std::snprintf(address.sun_path, sizeof address.sun_path, "%s", (outside_ / "socket").c_str());
    ASSERT_EQ(::bind(socket_.get(), reinterpret_cast<sockaddr*>(&address), sizeof address), 0);
    ASSERT_EQ(::listen(socket_.get(), 16), 0);
    // A read is seen by the time of access, which is renewed where it is older than that of change.
    for (const Path& one : {outside_ / "file", outside_ / "folder", outside_ / "folder" / "file"}) {
      const timespec times[2] = {{.tv_sec = 1, .tv_nsec = 0}, {.tv_sec = 0, .tv_nsec = UTIME_OMIT}};
      ASSERT_EQ(::utimensat(AT_FDCWD, one.c_str(), times, 0), 0);
    }
    before_ = look_outside();
  }

  // All that is told of what is outside without reading it.
  std::map<std::string, std::string> look_outside() const {
    std::map<std::string, std::string> seen;
    for (const char* name : {"", "file", "folder", "folder/file", "socket"}) {
      struct stat about {};
      if (::lstat((outside_ / name).c_str(), &about) != 0) {
        seen[name] = "gone";
        continue;
      }
      std::string& told = seen[name];
      told = std::to_string(about.st_mode) + " " + std::to_string(about.st_uid) + " " +
             std::to_string(about.st_size) + " " + std::to_string(about.st_ctim.tv_sec) + "." +
             std::to_string(about.st_ctim.tv_nsec);
      if (*name != '\0') told += " read at " + std::to_string(about.st_atim.tv_sec);
    }
    return seen;
  }
  bool somebody_called() const { return ::accept(socket_.get(), nullptr, nullptr) >= 0; }

  // Every name in a tree. Of a folder's files that are numbered one stands for all, and of those
  // that many of one ending are in.
  static std::set<Path> names_in(const Path& tree) {
    constexpr std::size_t many = 8;
    std::set<Path> names;
    std::map<Path, std::set<Path>> alike;  // by folder and kind
    for (const auto& entry : std::filesystem::recursive_directory_iterator(tree)) {
      const Path name = entry.path().lexically_relative(tree);
      const bool is_numbered =
          std::isdigit(static_cast<unsigned char>(name.filename().string().front())) != 0;
      if (is_numbered) {
        alike[name.parent_path() / "0"].insert(name);
      } else if (entry.is_regular_file() && name.has_extension()) {
        alike[name.parent_path() / ("*" + name.extension().string())].insert(name);
      } else {
        names.insert(name);
      }
    }
    for (auto& [kind, files] : alike) {
      if (kind.filename() == "0" || files.size() > many) {
        names.insert(*files.begin());
      } else {
        names.merge(files);
      }
    }
    return names;
  }

  // Puts it in the place of `name`, which lies aside until `put_back`. False: not possible here.
  bool put_in(const Path& tree, const Path& name, Impostor what) {
    return put_in(tree, name, what, aside_);
  }
  bool put_in(const Path& tree, const Path& name, Impostor what, const Path& aside) const {
    const Path at = tree / name;
    std::error_code none;
    const bool was_folder =
        std::filesystem::is_directory(std::filesystem::symlink_status(at, none));
    std::filesystem::rename(at, aside, none);
    switch (what) {
      case Impostor::link_to_file:
        return ::symlink((outside_ / "file").c_str(), at.c_str()) == 0;
      case Impostor::link_to_folder:
        return ::symlink((outside_ / "folder").c_str(), at.c_str()) == 0;
      case Impostor::link_to_socket:
        return ::symlink((outside_ / "socket").c_str(), at.c_str()) == 0;
      case Impostor::fifo:
        return ::mkfifo(at.c_str(), 0666) == 0;
      case Impostor::device:
        return ::mknod(at.c_str(), S_IFCHR | 0666, makedev(1, 5)) == 0;  // zeros, without end
      case Impostor::huge: {
        const UniqueFd file(::open(at.c_str(), O_WRONLY | O_CREAT | O_CLOEXEC, 0666));
        return file && ::ftruncate(file.get(), off_t{1} << 40) == 0;
      }
      case Impostor::swapped:
        if (was_folder) return static_cast<bool>(std::ofstream(at) << "no folder");
        return ::mkdir(at.c_str(), 0777) == 0;
    }
    return false;
  }
  void put_back(const Path& tree, const Path& name) const { put_back(tree, name, aside_); }
  static void put_back(const Path& tree, const Path& name, const Path& aside) {
    std::error_code none;
    std::filesystem::remove_all(tree / name);
    std::filesystem::rename(aside, tree / name, none);
  }

  // The call ends soon; what fails says what was in its way, if that is not `usual`: what it says
  // of a server that does not run.
  template <class Call>
  void attempt(const char* what, const Path& tree, const Path& name, Call call,
               const std::string& usual = "nothing") {
    const auto began = std::chrono::steady_clock::now();
    const auto done = call();
    EXPECT_LT(std::chrono::steady_clock::now() - began, kPatience) << what;
    if (done || done.error().code == ErrorCode::unavailable) return;
    if (done.error().describe() == usual) return;
    EXPECT_NE(done.error().code, ErrorCode::internal) << done.error().describe();
    // A file of the log that is missing is named by its number.
    if (done.error().code == ErrorCode::out_of_range) return;
    // A server says so in its own words.
    if (done.error().detail.find(name.filename().string()) != std::string::npos) return;
    EXPECT_THAT(done.error().describe(), testing::HasSubstr(tree / *name.begin())) << what;
  }

  void expect_untouched(const std::string& by) {
    EXPECT_EQ(look_outside(), before_) << by;
    EXPECT_FALSE(somebody_called()) << by;
  }

  TemporaryDirectory made_;
  const Path outside_ = made_.path() / "outside";
  const bool is_made_ = std::filesystem::create_directory(outside_);
  UniqueFd socket_;
  std::map<std::string, std::string> before_;
  Path aside_;
};

TEST_P(HostileTree, LeadsNobodyOutWhateverLiesInThePlaceOfAnyName) {
  const auto& adapter = world_->adapter();
  const auto one = world_->instance("ins_one", world_->good());
  ASSERT_TRUE(ok(ingest(one)));
  ASSERT_TRUE(ok(bring_up(one)));
  world_->put(one, "a row");
  std::set<Path> names = names_in(one.directory);
  ASSERT_TRUE(ok(adapter.flush(one)));
  ASSERT_TRUE(ok(stop(one)));
  names.merge(names_in(one.directory));
  const auto later = world_->instance("ins_later", world_->good());
  copy(one, later);
  aside_ = one.directory.parent_path() / "aside";
  const auto* log = adapter.log_replay();
  const Timestamp until{std::chrono::duration_cast<std::chrono::milliseconds>(
                            std::chrono::system_clock::now().time_since_epoch())
                            .count() /
                        1000 * 1000};
  const auto prepare = [&] { return adapter.prepare(one); };
  const auto replay = [&] { return log->replay(one, later.directory, until, unasked); };
  const auto replay_of_it = [&] { return log->replay(later, one.directory, until, unasked); };

  std::map<std::string, std::string> usual;
  for (const auto& question : test::questions_of(adapter, one)) {
    const auto told = question.ask();
    if (!told) usual[question.name] = told.error().describe();
  }

  std::size_t tried = 0;
  for (const auto& name : names) {
    for (const Impostor what : kImpostors) {
      SCOPED_TRACE(name.string() + " is no. " + std::to_string(static_cast<int>(what)));
      const auto try_all = [&] {
        if (!put_in(one.directory, name, what)) return put_back(one.directory, name);
        if (log != nullptr) {
          attempt("replay of it", one.directory, name, replay_of_it);
          attempt("replay", one.directory, name, replay);
        }
        const auto ask_all = [&] {
          for (const auto& question : test::questions_of(adapter, one, name)) {
            attempt(question.name.c_str(), one.directory, name, question.ask, usual[question.name]);
          }
        };
        ask_all();
        attempt("prepare", one.directory, name, prepare);
        ask_all();
        ++tried;
        put_back(one.directory, name);
      };
      try_all();
      expect_untouched(name);
      if (HasFailure()) return;
    }
  }
  RecordProperty("names", static_cast<int>(names.size()));
  RecordProperty("tried", static_cast<int>(tried));
  std::printf("%zu names, %zu impostors\n", names.size(), tried);
  EXPECT_GT(tried, names.size());
}

// What fills a directory, or makes of a follower's one that stands alone, finds one that is not
// what it was.
TEST_P(HostileTree, LeadsNobodyOutWhoFillsATreeThatIsThereAlready) {
  const auto& adapter = world_->adapter();
  const auto whole = world_->instance("ins_whole", world_->good());
  ASSERT_TRUE(ok(ingest(whole)));
  ASSERT_TRUE(ok(bring_up(whole)));
  world_->put(whole, "a row");
  ASSERT_TRUE(ok(stop(whole)));
  // Of a production where nobody answers; kinds that take no such address are not asked.
  SourceConfig followed = world_->good();
  followed.settings["follow"] = "replication";
  followed.settings["url"] = "mysql://nobody:secret@127.0.0.1:1/none";
  const auto* following = adapter.validate(followed) ? adapter.following() : nullptr;
  std::size_t tried = 0;
  for (const auto& name : names_in(whole.directory)) {
    if (name.has_parent_path()) continue;
    for (const Impostor what : {Impostor::link_to_folder, Impostor::fifo, Impostor::swapped}) {
      SCOPED_TRACE(name.string() + " is no. " + std::to_string(static_cast<int>(what)));
      // One copy for all of them, as one takes seconds where it is large.
      const auto one = world_->instance("ins_one", world_->good());
      copy(whole, one);
      aside_ = one.directory.parent_path() / "aside";
      const auto expect_harmless = [&](const char* by, const auto& call) {
        std::filesystem::remove_all(aside_);
        if (put_in(one.directory, name, what)) {
          const auto done = call(one);
          EXPECT_TRUE(done || done.error().code != ErrorCode::internal) << by;
          ++tried;
        }
        expect_untouched(by);
        EXPECT_EQ(world_->processes_in(one.directory), 0) << by;
        put_back(one.directory, name);
      };
      if (following != nullptr) {
        expect_harmless("follow state", [&](auto of) {
          of.config = followed;
          return following->follow_state(of, "");
        });
        expect_harmless("catch up", [&](auto of) {
          of.config = followed;
          return following->catch_up(of, unasked);
        });
        expect_harmless("detach", [&](const auto& of) {
          return following->detach({.config = followed,
                                    .directory = of.directory,
                                    .trusted = of.trusted,
                                    .progress = unasked,
                                    .user = of.user});
        });
      }
      if (const auto* order = adapter.text_order()) {
        expect_harmless("sort anew", [&](const auto& of) {
          return order->sort_anew({.config = of.config,
                                   .directory = of.directory,
                                   .trusted = of.trusted,
                                   .progress = unasked,
                                   .user = of.user});
        });
      }
      expect_harmless("ingest", [&](const auto& of) { return ingest(of); });
      std::filesystem::remove_all(one.directory);
      std::filesystem::remove_all(aside_);
      if (HasFailure()) return;
    }
  }
  EXPECT_GT(tried, 0U);
}

// Under a server that runs, which may end of it. Names deep in its own data are its affair. Where
// it is stuck every answer takes a minute, so several servers have the names between them.
TEST_P(HostileTree, LeadsNobodyOutWhileItRuns) {
  const auto& adapter = world_->adapter();
  const auto whole = world_->instance("ins_whole", world_->good());
  ASSERT_TRUE(ok(ingest(whole)));
  const auto begin_anew = [&](const InstanceContext& one) {
    (void)stop(one).has_value();
    for (const auto& entry : std::filesystem::directory_iterator(one.directory)) {
      std::filesystem::remove_all(entry.path());
    }
    copy(whole, one);
    ASSERT_TRUE(ok(bring_up(one)));
  };
  std::vector<InstanceContext> servers;
  for (const char* id : {"ins_one", "ins_two", "ins_three", "ins_four"}) {
    servers.push_back(world_->instance(id, world_->good()));
    begin_anew(servers.back());
    world_->put(servers.back(), "a row");
  }
  std::vector<std::pair<Path, Impostor>> to_try;
  for (const auto& name : names_in(servers.front().directory)) {
    if (std::distance(name.begin(), name.end()) > 2) continue;
    for (const Impostor what :
         {Impostor::link_to_file, Impostor::link_to_folder, Impostor::fifo, Impostor::huge}) {
      to_try.emplace_back(name, what);
    }
  }

  std::atomic<std::size_t> next = 0;
  std::atomic<std::size_t> tried = 0;
  const auto try_some = [&](const InstanceContext& one) {
    const Path aside = one.directory.string() + ".aside";
    for (std::size_t i = next++; i < to_try.size() && !HasFailure(); i = next++) {
      const auto& [name, what] = to_try[i];
      SCOPED_TRACE(name.string() + " is no. " + std::to_string(static_cast<int>(what)));
      std::filesystem::remove_all(aside);
      const auto questions = test::questions_of(adapter, one, name);
      if (put_in(one.directory, name, what, aside)) {
        // All at once, as a server that is stuck has each wait as long as there is patience.
        std::vector<std::future<void>> asked;
        for (const auto& question : questions) {
          if (question.name == "forget the past") continue;  // all that comes then is the end
          asked.push_back(std::async(std::launch::async, [&] {
            const auto begin = std::chrono::steady_clock::now();
            const auto told = question.ask();
            EXPECT_LT(std::chrono::steady_clock::now() - begin, kStuckPatience) << question.name;
            EXPECT_TRUE(told || told.error().code != ErrorCode::internal)
                << question.name << ": " << told.error().describe();
          }));
        }
        for (auto& answer : asked) answer.wait();
        ++tried;
      }
      put_back(one.directory, name, aside);
      expect_untouched(name);
      if (!adapter.ready(one)) begin_anew(one);
    }
  };
  std::vector<std::thread> at_once;
  for (const auto& one : servers) at_once.emplace_back(try_some, std::cref(one));
  for (auto& each : at_once) each.join();
  std::printf("%zu impostors\n", tried.load());
  EXPECT_GT(tried, 0U);
  for (const auto& one : servers) (void)stop(one).has_value();
}

// The names that are there only while it runs, under it.
TEST_P(HostileTree, TellsNothingToWhoeverListensInTheServersPlace) {
  const auto& adapter = world_->adapter();
  const auto one = world_->instance("ins_one", world_->good());
  ASSERT_TRUE(ok(ingest(one)));
  ASSERT_TRUE(ok(bring_up(one)));
  aside_ = one.directory.parent_path() / "aside";

  for (const auto& name : names_in(one.directory)) {
    if (!std::filesystem::is_socket(std::filesystem::symlink_status(one.directory / name))) {
      continue;
    }
    for (const Impostor what : kImpostors) {
      SCOPED_TRACE(name.string() + " is no. " + std::to_string(static_cast<int>(what)));
      if (put_in(one.directory, name, what)) {
        EXPECT_FALSE(adapter.position(one));
        EXPECT_FALSE(adapter.ready(one));
      }
      put_back(one.directory, name);
      expect_untouched(name);
    }
  }
  EXPECT_TRUE(ok(adapter.position(one)));
  EXPECT_TRUE(ok(stop(one)));
}

// Everything of a tree that has the bytes in it.
inline std::vector<std::string> files_with(const std::filesystem::path& tree,
                                           const std::string& bytes) {
  std::vector<std::string> found;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(tree)) {
    if (!entry.is_regular_file()) continue;
    std::ifstream file(entry.path(), std::ios::binary);
    const std::string content{std::istreambuf_iterator<char>(file), {}};
    if (content.find(bytes) != content.npos) found.push_back(entry.path());
  }
  return found;
}

TEST_P(HostileTree, HoldsNothingOfWhatWasMasked) {
  const auto& adapter = world_->adapter();
  if (adapter.masking() == nullptr || adapter.sql_scripts() == nullptr) return;
  const auto one = world_->instance("ins_one", world_->good());
  ASSERT_TRUE(ok(ingest(one)));
  ASSERT_TRUE(ok(bring_up(one)));
  world_->put(one, "salary of Anna 4711 thalers");
  ASSERT_TRUE(ok(adapter.flush(one)));
  ASSERT_FALSE(files_with(one.directory, "Anna 4711").empty()) << "or this test shows nothing";

  ASSERT_TRUE(ok(adapter.sql_scripts()->run_sql(one, {.text = "DELETE FROM notes"})));
  ASSERT_TRUE(ok(adapter.masking()->forget_the_past(one, Timestamp{0}, [] { return true; })));
  ASSERT_TRUE(ok(stop(one)));

  EXPECT_THAT(files_with(one.directory, "Anna 4711"), testing::IsEmpty());
}

GTEST_ALLOW_UNINSTANTIATED_PARAMETERIZED_TEST(HostileTree);

}  // namespace slip
