// SPDX-License-Identifier: Apache-2.0
#include "client/cli/error_report.h"

#include <gmock/gmock.h>

#include "client/cli/operation_wait.h"
#include "client/cli/words.h"

namespace slip::cli {
namespace {

const json::value failed_operation = parse_json(R"({
  "id": "op_1", "words": "restore qa to bookmark \"clean base\"", "state": "failed",
  "steps": [{"kind": "start_instances", "words": "Starting the database", "state": "undone"}],
  "failure": {"code": "timed_out", "message": "the application did not answer in 30 s",
              "hint": "See its log.", "step": "Starting the application",
              "detail": "listening on 1080\nfatal: no such table\n"}})")
                                         .value();

TEST(ErrorReport, TellsWhatWasTriedWhatHappenedAndWhatToDo) {
  const auto outcome = check_outcome(failed_operation);
  ASSERT_FALSE(outcome);
  EXPECT_EQ(outcome.error().code, ErrorCode::timed_out);
  EXPECT_EQ(
      error_report(outcome.error(), "op_1"),
      R"(slip: cannot restore qa to bookmark "clean base": the application did not answer in 30 s
  while: Starting the application
  | listening on 1080
  | fatal: no such table
  operation: op_1 (slip operations show op_1)
  See its log.
)");
}

TEST(ErrorReport, ShowsOnlyTheEndOfALongLog) {
  Error error{.code = ErrorCode::failed, .message = "no"};
  for (int i = 0; i < 100; ++i) error.detail += "line " + std::to_string(i) + "\n";
  const auto report = error_report(error, "");
  EXPECT_THAT(report, testing::StartsWith("slip: no\n  | line 60\n"));
  EXPECT_THAT(report, testing::EndsWith("  | line 99\n"));
}

TEST(ErrorReport, IsOneObjectForPrograms) {
  const Error error{.code = ErrorCode::busy, .message = "qa is busy", .hint = "Wait."};
  const auto read = parse_json(error_report_json(error, "op_2")).value();
  EXPECT_EQ(text_in(read, "error.code"), "busy");
  EXPECT_EQ(text_in(read, "error.operation"), "op_2");
  EXPECT_EQ(text_in(read, "error.hint"), "Wait.");
}

TEST(ProgressWords, NameTheStepThatRuns) {
  const auto operation = parse_json(R"({"state": "running", "progress": "40 %", "steps": [
    {"words": "Copying", "state": "done"}, {"words": "Starting the database", "state": "running"},
    {"words": "Switching", "state": "pending"}]})")
                             .value();
  EXPECT_EQ(progress_words(operation), "Starting the database (2 of 3): 40 %");
  EXPECT_EQ(progress_words(parse_json(R"({"state": "queued"})").value()), "Waiting for its turn");
  const auto between = parse_json(R"({"state": "running", "progress": "Saving", "steps": []})");
  EXPECT_EQ(progress_words(between.value()), "Saving");
}

TEST(DataOrigin, DoesNotSayTheTimeTwice) {
  EXPECT_EQ(origin_words("branch default as of 2026-11-22T17:31:04.549Z"), "branch default");
  EXPECT_EQ(origin_words("bookmark \"as of now\" of qa"), "bookmark \"as of now\" of qa");
}

TEST(ShellWord, QuotesWhatAShellWouldTakeApart) {
  EXPECT_EQ(shell_word("qa"), "qa");
  EXPECT_EQ(shell_word("Bug 4711 data"), "'Bug 4711 data'");
  EXPECT_EQ(shell_word("it's"), "'it'\\''s'");
  EXPECT_EQ(shell_word("-1"), "'-1'");
  EXPECT_EQ(shell_word(""), "''");
}

TEST(Paths, EncodeEachPart) {
  EXPECT_EQ(api_path({"containers", "a/b", "bookmarks", "Bug 4711"}),
            "/api/v1/containers/a%2Fb/bookmarks/Bug%204711");
  EXPECT_EQ(with_query("/x", {{"a", ""}, {"b", "1 2"}, {"c", "3"}}), "/x?b=1%202&c=3");
}

}  // namespace
}  // namespace slip::cli
