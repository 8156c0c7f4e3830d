// SPDX-License-Identifier: Apache-2.0
// The program against a daemon that answers as the test says.
#include <gmock/gmock.h>

#include <mutex>

#include "base/file.h"
#include "base/subprocess.h"
#include "client/cli/json_view.h"
#include "server/http/problem.h"
#include "server/http/server.h"

namespace slip::cli {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

class Conversation : public testing::Test {
 protected:
  void SetUp() override {
    http::ServerOptions options;
    options.tcp = {{.address = "127.0.0.1", .port = 0}};
    server_.emplace(options, [this](const http::Request& request) { return answer(request); });
    ASSERT_TRUE(server_->start());
  }

  // Answers to "POST containers/qa/restore"; the last one is repeated.
  void on(const std::string& request, int status, const std::string& body) {
    const std::lock_guard guard(mutex_);
    answers_[request].push_back(http::json_response(status, body));
  }
  void on(const std::string& request, const Error& error) {
    const std::lock_guard guard(mutex_);
    answers_[request].push_back(http::problem(error));
  }

  CommandOutput slip(std::vector<std::string> arguments, std::string input = "") {
    arguments.insert(arguments.begin(), SLIP_PROGRAM);
    const auto url = "http://127.0.0.1:" + std::to_string(server_->port());
    auto output = run({.argv = std::move(arguments),
                       .env = {{"HOME", home_.path().string()}, {"SLIP_URL", url}},
                       .input = std::move(input)});
    EXPECT_TRUE(output);
    return output ? *output : CommandOutput{.exit_status = -1, .out = {}, .err = {}};
  }

  std::vector<std::string> requests() {
    const std::lock_guard guard(mutex_);
    return requests_;
  }
  std::string last_token() {
    const std::lock_guard guard(mutex_);
    return last_token_;
  }
  std::string last_body() {
    const std::lock_guard guard(mutex_);
    return last_body_;
  }

 private:
  http::Response answer(const http::Request& request) {
    const std::lock_guard guard(mutex_);
    std::string name = request.method;
    for (std::size_t i = 2; i < request.path.size(); ++i) {
      name += (i == 2 ? " " : "/") + request.path[i];
    }
    requests_.push_back(name);
    last_token_ = request.bearer_token().value_or("");
    if (!request.body.empty()) last_body_ = request.body;
    auto& left = answers_[name];
    if (left.empty()) return http::problem({.code = ErrorCode::not_found, .message = "no " + name});
    auto next = left.front();
    if (left.size() > 1) left.erase(left.begin());
    return next;
  }

  TemporaryDirectory home_;
  std::mutex mutex_;
  std::map<std::string, std::vector<http::Response>> answers_;
  std::vector<std::string> requests_;
  std::string last_token_;
  std::string last_body_;
  std::optional<http::Server> server_;
};

std::string restore_operation(const std::string& state, const std::string& step,
                              const std::string& more = "") {
  return R"({"id": "op_1", "kind": "restore", "words": "restore qa", "state": ")" + state +
         R"(", "parent": {"at": "2020-05-04T03:02:01.000Z", "words": "bookmark \"x\""},
             "created_at": "2026-11-22T14:00:00.000Z", "ended_at": "2026-11-22T14:00:01.200Z",
             "steps": [{"kind": "a", "words": "Getting the data ready", "state": "done"},
                       {"kind": "b", "words": "Switching over", "state": ")" +
         step + "\"}]" + more + "}";
}

TEST_F(Conversation, WaitsForTheOperationAndSaysWhereTheDataIs) {
  on("POST containers/qa/restore", 202, restore_operation("running", "pending"));
  on("GET operations/op_1", 200, restore_operation("running", "running"));
  on("GET operations/op_1", 200, restore_operation("succeeded", "done"));

  const auto output = slip({"restore", "qa", "x"});

  EXPECT_EQ(output.exit_status, 0);
  EXPECT_THAT(output.out,
              HasSubstr("qa is back at Mon 4 May 2020 03:02:01 (bookmark \"x\") after 1.2 s."));
  EXPECT_THAT(output.out, HasSubstr("Undo: slip undo qa"));
  EXPECT_EQ(output.err, "  Getting the data ready\n  Switching over\n");
  EXPECT_EQ(text_in(parse_json(last_body()).value(), "bookmark"), "x");
}

TEST_F(Conversation, SaysThatWhatWasStoppedBeforeARestoreStillIs) {
  on("POST containers/qa/restore", 202, restore_operation("succeeded", "done"));
  on("GET containers/qa", 200, R"({"name": "qa", "state": "stopped"})");

  const auto output = slip({"restore", "qa", "x"});

  EXPECT_THAT(output.out,
              HasSubstr("It is stopped, as it was before. Start it: slip container start qa."));
  EXPECT_THAT(output.out, HasSubstr("Undo: slip undo qa"));
}

// "qa" with a database whose port another program has, and an application.
std::string container_with_a_taken_port() {
  return R"({"name": "qa", "state": "running", "endpoints": [
    {"source": "db", "kind": "postgresql", "host": "127.0.0.1", "port": 15000, "connection": null,
     "notes": ["Another program listens on port 15000."]},
    {"source": "app", "kind": "app", "host": "127.0.0.1", "port": 15001, "notes": [],
     "connection": {"url": "http://127.0.0.1:15001", "formats": {}}}]})";
}

TEST_F(Conversation, GivesNoAddressThatLeadsToAnotherProgram) {
  on("GET containers/qa", 200, container_with_a_taken_port());

  const auto refused = slip({"connect", "qa", "db"});
  EXPECT_NE(refused.exit_status, 0);
  EXPECT_EQ(refused.out, "");
  EXPECT_THAT(refused.err, HasSubstr("db has no address now: Another program listens on port"));
  const auto all = slip({"connect", "qa"});
  EXPECT_THAT(all.out, HasSubstr("no address now: Another program listens on port 15000."));
  EXPECT_THAT(all.out, HasSubstr("http://127.0.0.1:15001"));
  EXPECT_EQ(slip({"connect", "qa", "app"}).out, "http://127.0.0.1:15001\n");
}

TEST_F(Conversation, NamesAnAddressThatLeadsToAnotherProgramAmongWhatIsNotInOrder) {
  on("GET status", 200, R"({"version": "0", "ready": true})");
  on("GET sessions/current", 200, R"({"user": {"name": "admin", "role": "admin"}})");
  on("GET pool", 200, R"({"total": 100, "free": 90})");
  on("GET containers", 200,
     R"({"items": [)" + container_with_a_taken_port() + R"(], "next": null})");

  const auto output = slip({"doctor"});
  EXPECT_NE(output.exit_status, 0);
  EXPECT_THAT(output.out, testing::ContainsRegex(
                              "BAD +container qa +db: Another program listens on port 15000"));
  EXPECT_THAT(output.out, HasSubstr("0 as they should be"));
}

TEST_F(Conversation, RestoresABranchThatIsNotActive) {
  on("POST containers/qa/branches/bug/restore", 202, restore_operation("succeeded", "done"));
  on("GET containers/qa/branches/bug", 200, R"({"name": "bug", "state": "running"})");

  const auto output = slip({"restore", "qa", "x", "--branch", "bug"});

  EXPECT_THAT(output.out, HasSubstr("The branch bug of qa is back at Mon 4 May 2020 03:02:01"));
  EXPECT_THAT(output.out, HasSubstr("Undo: slip undo qa --branch bug"));
}

// Only its data is back.
TEST_F(Conversation, DoesNotSayOfAStoppedBranchThatItIsBack) {
  on("POST containers/qa/branches/bug/reset", 202, restore_operation("succeeded", "done"));
  on("GET containers/qa/branches/bug", 200, R"({"name": "bug", "state": "stopped"})");

  const auto output = slip({"reset", "qa", "--branch", "bug"});

  EXPECT_THAT(output.out, HasSubstr("The data of the branch bug of qa is reset to"));
  EXPECT_THAT(output.out,
              HasSubstr("It is stopped, as it was before. Start it: slip container start qa "
                        "--branch bug. Undo: slip undo qa --branch bug"));
}

TEST_F(Conversation, BranchesFromAnotherAsItIsNow) {
  on("POST containers/qa/branches", 202, restore_operation("succeeded", "done"));

  const auto output = slip({"branch", "create", "qa", "next", "--from-branch", "bug", "--beside"});

  EXPECT_EQ(output.exit_status, 0);
  EXPECT_EQ(text_in(parse_json(last_body()).value(), "from.branch"), "bug");
}

TEST_F(Conversation, ChecksADumpForAsLongAsThatTakesAndSaysWhatWouldBeRefused) {
  on("POST dump-checks", 202, R"({"id": "chk_1", "state": "running"})");
  on("GET dump-checks/chk_1", 200, R"({"id": "chk_1", "state": "running"})");
  on("GET dump-checks/chk_1", 200,
     R"({"id": "chk_1", "state": "succeeded", "report": {"format": "plain SQL",
         "made_by": "pg_dump 17", "loaded_by": "PostgreSQL 15.18", "bytes": 10,
         "bytes_unpacked": 10, "databases": ["shop"],
         "needs": [{"what": "role", "name": "ann", "is_met": true, "note": "made"}],
         "refusals": [{"line": 8, "message": "it needs the extension x", "hint": "Install it."}]}})");

  const auto output = slip({"source", "check", "shop.sql", "--set", "database=shop"});

  EXPECT_EQ(output.exit_status, 6);
  EXPECT_THAT(output.out, HasSubstr("line 8: it needs the extension x\n    Install it."));
  EXPECT_THAT(output.out, HasSubstr("PostgreSQL 15.18"));
  EXPECT_THAT(output.err, HasSubstr("would be refused for one reason"));
  const auto sent = parse_json(last_body()).value();
  EXPECT_EQ(text_in(sent, "kind"), "postgresql");
  EXPECT_EQ(text_in(sent, "settings.database"), "shop");
  EXPECT_THAT(text_in(sent, "settings.dump"), testing::StartsWith("/"));
}

TEST_F(Conversation, NamesTheKindsOfSourceAndWhatCanBeSetOfOne) {
  const char* kinds = R"({"items": [{"kind": "shop", "label": "Shop", "words": "A shop's data.",
      "settings": [{"name": "conf", "type": "options", "label": "Options", "words": "",
                    "example": "", "choices": []},
                   {"name": "durability", "type": "choice", "label": "Durability",
                    "words": "In containers.", "example": "",
                    "choices": [{"value": "full"}, {"value": "relaxed"}]}]}]})";
  on("GET kinds", 200, kinds);
  on("GET kinds", 200, kinds);
  on("GET kinds", 200, kinds);

  EXPECT_THAT(slip({"source", "kinds"}).out, HasSubstr("A shop's data."));
  const auto one = slip({"source", "kinds", "shop"});
  EXPECT_THAT(one.out, HasSubstr("conf.NAME"));
  EXPECT_THAT(one.out, HasSubstr("full or relaxed"));
  EXPECT_NE(slip({"source", "kinds", "none"}).exit_status, 0);
}

TEST_F(Conversation, SaysOfASourceWhatIsInDoubtAndWhatToDo) {
  on("GET sources/shop", 200,
     R"({"name": "shop", "config": {"kind": "postgresql", "settings": {}},
         "position": {"at": "2026-11-22T14:00:00.500Z", "position": "0/1",
                      "doubts": ["an index may miss rows"]}})");

  const auto output = slip({"source", "show", "shop"});

  EXPECT_THAT(output.out, HasSubstr("In doubt\n  an index may miss rows\n"));
  EXPECT_THAT(output.out, HasSubstr("slip source reindex shop"));
}

TEST_F(Conversation, SaysWhatAMomentLacksBeforeItGoesThere) {
  on("GET containers/qa/moment", 200,
     R"({"asked": "2026-11-22T14:00:00Z", "at": "2026-11-22T14:00:00Z", "exact": true,
         "point": "pnt_1", "asks": false,
         "sources": [{"source": "app", "at": "2026-11-22T13:59:00Z", "lacks": []},
                     {"source": "db", "at": "2026-11-22T14:00:00Z",
                      "lacks": ["the rows of the MEMORY table shop.cache"]},
                     {"source": "old", "at": "2026-11-22T14:00:00Z", "lacks": null}]})");
  on("POST containers/qa/restore", Error{.code = ErrorCode::busy, .message = "later"});

  const auto output = slip({"restore", "qa", "--to", "2026-11-22T14:00:00Z"});

  EXPECT_THAT(output.out, HasSubstr("Not in it:\n  db: the rows of the MEMORY table shop.cache\n"));
}

TEST_F(Conversation, AsksForAnExactBookmarkAndSaysWhetherItIs) {
  on("POST containers/qa/bookmarks", 202,
     R"({"id": "op_1", "kind": "bookmark", "words": "bookmark qa", "state": "succeeded",
         "created_at": "2026-11-22T14:00:00.000Z", "ended_at": "2026-11-22T14:00:00.900Z"})");
  on("GET containers/qa/bookmarks/x", 200,
     R"({"name": "x", "at": "2026-11-22T14:00:00.500Z", "exact": true})");

  const auto output = slip({"bookmark", "create", "qa", "x", "--exact", "--branch", "bug 7"});

  EXPECT_EQ(parse_json(last_body()).value().at("exact"), true);
  EXPECT_THAT(output.out, HasSubstr("as \"x\" in 0.90 s: exact. Go back to it: "
                                    "slip restore qa x --branch 'bug 7'"));
}

TEST_F(Conversation, ShowsWhatABookmarkLacks) {
  on("GET containers/qa/bookmarks", 200,
     R"({"items": [{"name": "x", "id": "bmk_1", "at": "2026-11-22T14:00:00.500Z", "exact": false,
         "positions": {"db": {"at": "2026-11-22T14:00:00.500Z", "position": "0/1",
                              "lacks": ["the rows of the unlogged table public.u"]}}}],
         "next": null})");

  const auto output = slip({"bookmark", "show", "qa", "x"});

  EXPECT_THAT(output.out, HasSubstr("not all is in it"));
  EXPECT_THAT(output.out, HasSubstr("Not in it\n  db: the rows of the unlogged table public.u"));
}

TEST_F(Conversation, SaysWhatFailedAndEndsWithItsExitCode) {
  on("POST containers/qa/restore", 202, restore_operation("queued", "pending"));
  on("GET operations/op_1", 200,
     restore_operation("failed", "undone", R"(, "failure": {"code": "timed_out",
       "message": "app did not answer", "hint": "Look at its log.", "step": "Starting",
       "detail": "panic: no table"})"));

  const auto output = slip({"restore", "qa", "x"});

  EXPECT_EQ(output.exit_status, 14);
  EXPECT_THAT(output.err, HasSubstr("slip: cannot restore qa: app did not answer\n"));
  EXPECT_THAT(output.err, HasSubstr("  | panic: no table\n"));
  EXPECT_THAT(output.err, HasSubstr("operation: op_1"));
  EXPECT_THAT(output.err, HasSubstr("Look at its log."));
  EXPECT_EQ(output.out, "");
}

TEST_F(Conversation, DoesNotWaitWhenToldSo) {
  on("POST containers/qa/refresh", 202, restore_operation("queued", "pending"));
  const auto output = slip({"refresh", "qa", "--no-wait", "--json"});
  EXPECT_EQ(output.exit_status, 0);
  EXPECT_EQ(text_in(parse_json(output.out).value(), "id"), "op_1");
  EXPECT_THAT(requests(), ElementsAre("POST containers/qa/refresh"));
}

TEST_F(Conversation, GoesOnWaitingWhileTheDaemonIsRestarted) {
  on("POST containers/qa/reset", 202, restore_operation("running", "pending"));
  on("GET operations/op_1", {.code = ErrorCode::unavailable, .message = "stopping"});
  on("GET operations/op_1", 200, restore_operation("succeeded", "done"));
  const auto output = slip({"reset", "qa"});
  EXPECT_EQ(output.exit_status, 0);
  EXPECT_THAT(output.err, HasSubstr("waiting for it to come back"));
}

TEST_F(Conversation, PrintsTheProblemOfARefusal) {
  on("POST containers/qa/undo", {.code = ErrorCode::busy,
                                 .message = "dev is in the middle of: refresh qa",
                                 .hint = "Wait until it has ended."});
  const auto output = slip({"undo", "qa"});
  EXPECT_EQ(output.exit_status, 7);
  EXPECT_EQ(output.err,
            "slip: cannot undo qa: dev is in the middle of: refresh qa\n"
            "  Wait until it has ended.\n");
}

TEST_F(Conversation, LogsInStaysLoggedInAndLogsOut) {
  on("POST sessions", 200, R"({"user": {"name": "qa", "role": "member"}, "token": "slp_secret"})");
  on("GET containers", 200, R"({"items": [], "next": null})");
  on("DELETE sessions/current", 200, "{}");

  const auto login = slip({"login", "--user", "qa", "--password-file", "-"}, "pass word\n");
  EXPECT_EQ(login.exit_status, 0) << login.err;
  EXPECT_EQ(text_in(parse_json(last_body()).value(), "password"), "pass word");
  EXPECT_THAT(login.out + login.err, testing::Not(HasSubstr("slp_secret")));

  slip({"container", "list"});
  EXPECT_EQ(last_token(), "slp_secret");
  EXPECT_EQ(slip({"logout"}).exit_status, 0);
  EXPECT_EQ(last_token(), "slp_secret");
  slip({"container", "list"});
  EXPECT_EQ(last_token(), "");
}

// Where nobody can be asked, the daemon's words say what is missing.
TEST_F(Conversation, TellsThatAPasswordIsWantedWhereThereIsNoTerminal) {
  Error refusal{.code = ErrorCode::permission_denied,
                .message = "a token that expires is not enough",
                .hint = "Send your password too."};
  refusal.context = {"present password"};
  on("POST users", refusal);
  const auto output = slip({"user", "create", "zoe"});
  EXPECT_EQ(output.exit_status, 8);
  EXPECT_THAT(output.err, HasSubstr("a token that expires is not enough"));
  EXPECT_THAT(output.err, HasSubstr("Send your password too."));
  EXPECT_THAT(requests(), ElementsAre("POST users"));
}

TEST_F(Conversation, ReadsAllPagesOfAList) {
  on("GET users", 200, R"({"items": [{"name": "admin"}], "next": "1"})");
  on("GET users", 200, R"({"items": [{"name": "qa"}], "next": null})");
  const auto output = slip({"user", "list", "--json"});
  const auto all = parse_json(output.out).value();
  EXPECT_EQ(list_in(all, "items").size(), 2U);
  EXPECT_EQ(find_in(all, "next"), nullptr);
}

TEST_F(Conversation, AppliesAFileOnlyAsFarAsItMust) {
  const TemporaryDirectory directory;
  const auto file = directory.path() / "t.toml";
  ASSERT_TRUE(write_file_durably(
      file, "name = \"t\"\n[[source]]\nname = \"db\"\nkind = \"postgresql\"\ndump = \"a.sql\"\n"));
  on("GET sources", 200, R"({"items": [], "next": null})");
  on("POST sources", 202, R"({"id": "op_1", "state": "succeeded", "words": "link"})");
  on("POST templates", 202, R"({"id": "op_2", "state": "succeeded", "words": "create"})");

  const auto dry = slip({"apply", file.string(), "--dry-run"});
  EXPECT_EQ(dry.out, "Would link the source t.db (postgresql).\nWould create the template t.\n");
  EXPECT_THAT(requests(), ElementsAre("GET sources", "GET templates/t"));

  const auto done = slip({"apply", file.string()});
  EXPECT_EQ(done.exit_status, 0) << done.err;
  EXPECT_THAT(done.out, HasSubstr("Linked the source t.db"));
  EXPECT_THAT(done.out, HasSubstr("Created the template t."));
}

TEST_F(Conversation, ApplyingWaitsForWhatIsInTheMiddleAndThenPlansAnew) {
  const TemporaryDirectory directory;
  const auto file = directory.path() / "t.toml";
  ASSERT_TRUE(write_file_durably(
      file, "name = \"t\"\n[[source]]\nname = \"db\"\nkind = \"postgresql\"\ndump = \"a.sql\"\n"));
  on("GET sources", 200, R"({"items": [], "next": null})");
  on("GET templates/t", {.code = ErrorCode::not_found, .message = "no template t"});
  on("POST sources",
     {.code = ErrorCode::busy, .message = "dev is in the middle of: link source t.db"});
  on("GET sources", 200,
     R"({"items": [{"name": "t.db", "schedule": "", "config":
       {"kind": "postgresql", "settings": {"dump": ")" +
         (directory.path() / "a.sql").string() + R"("}}}], "next": null})");
  on("GET templates/t", {.code = ErrorCode::not_found, .message = "no template t"});
  on("POST templates", 201, R"({"name": "t"})");

  const auto output = slip({"apply", file.string()});

  EXPECT_EQ(output.exit_status, 0) << output.err;
  EXPECT_EQ(output.err,
            "slip: dev is in the middle of: link source t.db; waiting until it has ended\n");
  EXPECT_THAT(requests(), ElementsAre("GET sources", "GET templates/t", "POST sources",
                                      "GET sources", "GET templates/t", "POST templates"));
}

}  // namespace
}  // namespace slip::cli
