// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>

#include "live_application.h"
#include "web/text.h"

namespace employees {

using web::form_value;
using web::html_escaped;
using web::json_quoted;
namespace {

using ::testing::HasSubstr;
using ::testing::StartsWith;

TEST(Form, DecodesTheNamedField) {
  EXPECT_EQ(form_value("a=1&name=J%C3%B6rg+Gro%C3%9F%26&b=2", "name"), "Jörg Groß&");
  EXPECT_EQ(form_value("name=", "name"), "");
  EXPECT_EQ(form_value("names=x", "name"), std::nullopt);
  EXPECT_EQ(form_value("name=%4", "name"), std::nullopt);
  EXPECT_EQ(form_value("name=%zz", "name"), std::nullopt);
}

TEST(Text, CannotBreakOutOfHtmlOrJson) {
  EXPECT_EQ(html_escaped("<a b='\"'>&"), "&lt;a b=&#39;&quot;&#39;&gt;&amp;");
  EXPECT_EQ(json_quoted("a\"\\\n''"), "\"a\\\"\\\\\\u000a''\"");
}

class Employees : public ::testing::Test {
 protected:
  void SetUp() override { ASSERT_EQ(app.problem(), ""); }

  std::string count() { return app.sql("SELECT count(*) FROM employees"); }

  testing::LiveApplication app;
};

TEST_F(Employees, AreListedOnThePageAndAsJson) {
  const auto page = app.get("/");
  EXPECT_EQ(page.status, 200);
  EXPECT_THAT(page.body, HasSubstr("<title>Employees of &lt;qa&gt;</title>"));
  EXPECT_THAT(page.body, HasSubstr("Jörg Großmann"));

  const auto json = app.get("/employees.json");
  EXPECT_THAT(json.body, StartsWith(R"([{"id":1,"name":"Ada Lindqvist"},)"));
  EXPECT_THAT(json.body, HasSubstr(R"({"id":12,"name":"Leila Haddad"}])"));
}

TEST_F(Employees, ComeWithAPhotoFileAndLeaveWithIt) {
  EXPECT_THAT(app.get("/photos/12").body, StartsWith("<svg "));

  const auto added = app.submit("/employees/add", "deleted");
  EXPECT_EQ(added.status, 303);
  EXPECT_EQ(added.location, "/");
  EXPECT_TRUE(std::filesystem::exists(app.photo(13)));
  EXPECT_THAT(app.get("/photos/13").body, HasSubstr("<title>deleted</title>"));
  EXPECT_THAT(app.get("/employees.json").body, HasSubstr(R"({"id":13,"name":"deleted"}])"));

  EXPECT_EQ(app.submit("/employees/remove", "deleted").status, 303);
  EXPECT_FALSE(std::filesystem::exists(app.photo(13)));
  EXPECT_EQ(app.get("/photos/13").status, 404);
  EXPECT_EQ(count(), "12");
}

TEST_F(Employees, CanAllBeRemovedAtOnce) {
  const auto removed = app.post("/employees/remove-all");

  EXPECT_EQ(removed.status, 303);
  EXPECT_EQ(count(), "0");
  EXPECT_EQ(app.get("/employees.json").body, "[]\n");
  EXPECT_THAT(app.get("/").body, HasSubstr("There are no employees."));
  EXPECT_FALSE(std::filesystem::exists(app.photo(1)));
}

// The bug that story 2 shares; whoever mends it takes the story away.
TEST_F(Employees, CalledFourQuotesBecomesTwoAndCannotBeRemoved) {
  EXPECT_EQ(app.submit("/employees/add", "''''").status, 303);

  EXPECT_EQ(app.sql("SELECT name FROM employees WHERE id = 13"), "''");
  EXPECT_THAT(app.get("/employees.json").body, HasSubstr(R"("name":"''")"));
  EXPECT_THAT(app.get("/").body, HasSubstr("<strong>&#39;&#39;</strong>"));

  EXPECT_EQ(app.submit("/employees/remove", "''").status, 303);
  EXPECT_EQ(app.sql("SELECT name FROM employees WHERE id = 13"), "''");
  EXPECT_EQ(count(), "13");
}

TEST_F(Employees, ShowTheDatabasesErrorAndGoOn) {
  const auto refused = app.submit("/employees/add", "O'Hara");
  EXPECT_EQ(refused.status, 400);
  EXPECT_THAT(refused.body, HasSubstr("The database refused: "));
  EXPECT_THAT(refused.body, HasSubstr("Ada Lindqvist"));

  const auto two_statements = app.submit("/employees/add", "x'); DROP TABLE employees; --");
  EXPECT_THAT(two_statements.body, HasSubstr("multiple commands"));
  EXPECT_EQ(count(), "12");

  EXPECT_EQ(app.submit("/employees/add", "\xff\xfe").status, 400);
  EXPECT_EQ(app.submit("/employees/add", "").status, 400);
  EXPECT_EQ(app.submit("/employees/add", std::string(201, 'x')).status, 400);
  EXPECT_EQ(app.post("/employees/add", {"--data-raw", "name=a%00b"}).status, 400);
  EXPECT_EQ(count(), "12");
}

TEST_F(Employees, RefuseWhatIsNoRequestOfTheirs) {
  EXPECT_EQ(app.get("/elsewhere").status, 404);
  EXPECT_EQ(app.get("/photos/../program.log").status, 404);
  EXPECT_EQ(app.get("/employees/remove-all").status, 405);
  EXPECT_EQ(app.post("/employees/add", {"--data-raw", std::string(70000, 'x')}).status, 413);
  EXPECT_EQ(app.post("/employees/remove-all", {"--header", "Sec-Fetch-Site: cross-site"}).status,
            403);
  EXPECT_EQ(app.post("/", {"--header", "X: " + std::string(20000, 'x')}).status, 431);
  EXPECT_EQ(count(), "12");
}

TEST_F(Employees, AreBackWhenTheDatabaseIs) {
  app.stop_database();
  EXPECT_EQ(app.get("/health").status, 503);
  EXPECT_THAT(app.get("/").body, HasSubstr("The database does not answer"));

  app.start_database();
  ASSERT_TRUE(app.database_is_up());
  EXPECT_EQ(app.submit("/employees/add", "back").status, 303);
  EXPECT_EQ(app.get("/health").status, 200);
  EXPECT_EQ(count(), "13");
}

TEST_F(Employees, NoticeARestartedDatabaseBeforeTheNextChange) {
  app.stop_database();
  app.start_database();
  ASSERT_TRUE(app.database_is_up());

  EXPECT_EQ(app.submit("/employees/add", "after the restart").status, 303);
  EXPECT_EQ(count(), "13");
}

TEST_F(Employees, AnswerWhoConnectsInAdvanceAndAsksAfterABookmark) {
  EXPECT_THAT(app.get_late("/health"), StartsWith("HTTP/1.1 200 "));
}

TEST_F(Employees, EndAtOnceWhenAskedTo) {
  EXPECT_EQ(app.program().end(SIGTERM), 0);
  EXPECT_EQ(app.get("/").status, 0);
}

}  // namespace
}  // namespace employees
