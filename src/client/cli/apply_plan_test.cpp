// SPDX-License-Identifier: Apache-2.0
#include "client/cli/apply_plan.h"

#include <gmock/gmock.h>

#include "base/file.h"

namespace slip::cli {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

constexpr std::string_view employees = R"(name = "employees"

[[source]]
name = "db"
kind = "postgresql"
dump = "database.sql"
conf.shared_buffers = "64MB"
port = 5433

[[source]]
name = "app"
kind = "files"
path = "application"
port = 1080
priority = 2

[source.run]
command = ["bin/employees"]
health = "/health"
[source.run.env]
PORT = "${port}"
)";

TemplateFile file() {
  return read_template_text(employees, "/srv/demo/template.toml").value();
}

// The message of the error that reading the text ends with.
std::string refusal(std::string_view text) {
  const auto read = read_template_text(text, "t.toml");
  return read ? "no error" : read.error().message;
}

TEST(TemplateFile, IsReadWithItsSettingsAndItsPathsMadeAbsolute) {
  const TemplateFile read = file();
  EXPECT_EQ(read.name, "employees");
  ASSERT_EQ(read.sources.size(), 2U);
  const FileSource& db = read.sources[0];
  EXPECT_EQ(db.linked, "employees.db");
  EXPECT_EQ(db.port, 5433);
  EXPECT_EQ(db.priority, 1);
  EXPECT_EQ(db.config.kind, "postgresql");
  EXPECT_EQ(db.config.settings.at("dump"), "/srv/demo/database.sql");
  EXPECT_EQ(db.config.settings.at("conf.shared_buffers"), "64MB");
  const FileSource& app = read.sources[1];
  EXPECT_EQ(app.config.settings.at("path"), "/srv/demo/application");
  ASSERT_TRUE(app.config.run);
  EXPECT_THAT(app.config.run->command, ElementsAre("bin/employees"));
  EXPECT_EQ(app.config.run->env.at("PORT"), "${port}");
}

TEST(TemplateFile, LeavesAbsoluteAndRemotePathsAlone) {
  const auto read = read_template_text(R"(name = "t"
[[source]]
name = "a"
kind = "files"
path = "/data/a"
[[source]]
name = "b"
kind = "files"
path = "backup@host:files"
[[source]]
name = "c"
kind = "files"
path = "../c/./d"
)",
                                       "/srv/t.toml")
                        .value();
  EXPECT_EQ(read.sources[0].config.settings.at("path"), "/data/a");
  EXPECT_EQ(read.sources[1].config.settings.at("path"), "backup@host:files");
  EXPECT_EQ(read.sources[2].config.settings.at("path"), "/c/d");
}

TEST(TemplateFile, RefusesUnknownKeysWithTheirLine) {
  EXPECT_THAT(refusal("name = \"t\"\ncolour = \"red\"\n"),
              HasSubstr("t.toml:2: unknown key \"colour\""));
  EXPECT_THAT(refusal("name = \"t\"\n[[source]]\nname = \"a\"\nkind = \"files\"\n[source.run]\n"
                      "command = [\"x\"]\nport = 1\n"),
              HasSubstr("t.toml:7: unknown key \"port\""));
}

TEST(TemplateFile, RefusesWhatIsIncompleteOrOfTheWrongKind) {
  EXPECT_THAT(refusal(""), HasSubstr("the template has no name"));
  EXPECT_THAT(refusal("name = \"t\""), HasSubstr("the template has no sources"));
  EXPECT_THAT(refusal("name = 3"), HasSubstr("t.toml:1: name must be a text"));
  EXPECT_THAT(refusal("name = \"t\"\n[[source]]\nname = \"a\"\n"), HasSubstr("has no kind"));
  EXPECT_THAT(refusal("name = \"t\"\n[[source]]\nname = \"a\"\nkind = \"files\"\nport = 70000\n"),
              HasSubstr("t.toml:5: port must be a whole number from 0 to 65535"));
  EXPECT_THAT(refusal("name = \"t\"\n[[source]]\nname = \"a\"\nkind = \"x\"\n"
                      "[[source]]\nname = \"a\"\nkind = \"x\"\n"),
              HasSubstr("t.toml:5: a second source is called \"a\""));
  EXPECT_THAT(refusal("name = \"t\"\n[[source]]\nname = \"a\"\nsource = \"b\"\nkind = \"x\"\n"),
              HasSubstr("names a linked source and configures one as well"));
  EXPECT_THAT(refusal("name = [\n"), HasSubstr("t.toml:"));
  EXPECT_THAT(refusal("[#"), HasSubstr("t.toml is no TOML"));
}

// The employees with hooks, whose files lie beside the template's.
class HooksOfATemplate : public testing::Test {
 protected:
  HooksOfATemplate() {
    EXPECT_TRUE(write_file_durably(directory_.path() / "mask.sql", "UPDATE people SET name = ''"));
    EXPECT_TRUE(write_file_durably(directory_.path() / "register.sh", "#!/bin/sh\n"));
  }
  Result<TemplateFile> read(const std::string& hooks) const {
    return read_template_text(
        "name = \"employees\"\n[[source]]\nname = \"db\"\n"
        "source = \"employees.db\"\nport = 5433\n" +
            hooks,
        directory_.path() / "t.toml");
  }
  std::string refusal_of(const std::string& hooks) const {
    const auto file = read(hooks);
    return file ? "no error" : file.error().message;
  }

  TemporaryDirectory directory_;
};

TEST_F(HooksOfATemplate, AreReadWithWhatTheirFilesContain) {
  const auto file = read(R"(
[source.subset]
orders = "placed > now() - interval '30 days'"
[[source.hook]]
when = "mask"
sql_file = "mask.sql"
[[source.hook]]
when = "configure_clone"
command = ["register.sh", "--quiet"]
time_limit_s = 120
on_error = "continue"
[[source.hook]]
when = "post_stop"
command = ["/usr/bin/logger", "stopped"]
)");

  ASSERT_TRUE(file) << file.error().message;
  const auto& source = file->sources.front();
  EXPECT_EQ(source.subset.at("orders"), "placed > now() - interval '30 days'");
  ASSERT_EQ(source.hooks.size(), 3U);
  EXPECT_EQ(source.hooks[0],
            (Hook{.when = HookMoment::mask, .sql = "UPDATE people SET name = ''"}));
  EXPECT_EQ(source.hooks[1], (Hook{.when = HookMoment::configure_clone,
                                   .command = {"register.sh", "--quiet"},
                                   .program = "#!/bin/sh\n",
                                   .time_limit_s = 120,
                                   .on_error = OnHookError::continue_}));
  EXPECT_EQ(source.hooks[2].program, "");
}

TEST_F(HooksOfATemplate, AreRefusedWithTheirLine) {
  EXPECT_THAT(refusal_of("[[source.hook]]\nwhen = \"later\"\n"),
              HasSubstr("t.toml:7: when: expected one of mask, configure_clone"));
  EXPECT_THAT(refusal_of("[[source.hook]]\nsql = \"x\"\n"), HasSubstr("does not say when"));
  EXPECT_THAT(refusal_of("[[source.hook]]\nwhen = \"mask\"\nsql_file = \"nowhere.sql\"\n"),
              HasSubstr("t.toml:8: "));
  EXPECT_THAT(refusal_of("[[source.hook]]\nwhen = \"mask\"\nsqk = \"x\"\n"),
              HasSubstr("unknown key \"sqk\""));
  EXPECT_THAT(refusal_of("hook = 3\n"), HasSubstr("hooks are tables: [[source.hook]]"));
}

TEST_F(HooksOfATemplate, MakeANewVersionWhenTheyDiffer) {
  const json::array linked{json::object{{"id", "src_1"}, {"name", "employees.db"}}};
  auto existing = parse_json(R"({"versions": [{"number": 1, "sources": [
    {"name": "db", "source": {"id": "src_1", "name": "employees.db"}, "priority": 1, "port": 5433,
     "settings": {}, "subset": {}, "hooks": [{"when": "mask", "sql": "UPDATE people SET name = ''",
     "command": [], "program": "", "time_limit_s": 60, "on_error": "fail"}]}]}]})")
                      .value();
  const std::string mask = "[[source.hook]]\nwhen = \"mask\"\nsql_file = \"mask.sql\"\n";
  const auto differences = [&](const std::string& hooks) {
    return plan_apply(read(hooks).value(), linked, existing).value().differences;
  };

  EXPECT_THAT(differences(mask), IsEmpty());
  EXPECT_THAT(differences(mask + "time_limit_s = 61\n"), ElementsAre("db: hooks"));
  EXPECT_THAT(differences(mask + mask), ElementsAre("db: hooks"));
  EXPECT_THAT(differences(""), ElementsAre("db: hooks"));
  EXPECT_THAT(differences("[source.subset]\npeople = \"true\"\n" + mask),
              ElementsAre("db: subset"));
}

json::array linked_sources() {
  return parse_json(R"([
    {"id": "src_1", "name": "employees.db", "config": {"kind": "postgresql", "settings": {
       "dump": "/srv/demo/database.sql", "conf.shared_buffers": "64MB"}, "run": null}},
    {"id": "src_2", "name": "employees.app", "config": {"kind": "files",
       "settings": {"path": "/srv/demo/application"},
       "run": {"command": ["bin/employees"], "env": {"PORT": "${port}"}, "health": "/health",
               "stop_signal": "TERM"}}}])")
      .value()
      .get_array();
}

json::value existing_template() {
  return parse_json(R"({"id": "tpl_1", "name": "employees", "versions": [{"number": 1, "sources": [
    {"name": "db", "source": {"id": "src_1", "name": "employees.db"}, "priority": 1, "port": 5433,
     "settings": {}},
    {"name": "app", "source": "src_2", "priority": 2, "port": 1080, "settings": {}}]}]})")
      .value();
}

TEST(PlanApply, LinksAndCreatesEverythingWhereThereIsNothing) {
  const auto plan = plan_apply(file(), {}, nullptr).value();
  EXPECT_EQ(plan.to_link.size(), 2U);
  EXPECT_EQ(plan.change, ApplyPlan::TemplateChange::create);
  EXPECT_EQ(plan.places.size(), 2U);
  EXPECT_THAT(plan.notes, IsEmpty());
}

TEST(PlanApply, ChangesNothingTheSecondTime) {
  const auto plan = plan_apply(file(), linked_sources(), existing_template()).value();
  EXPECT_TRUE(plan.changes_nothing());
  EXPECT_THAT(plan.notes, IsEmpty());
}

TEST(PlanApply, TakesAMaskedValueOfTheEnvironmentForTheSame) {
  TemplateFile with_password = file();
  with_password.sources[1].config.run->env["DB_PASSWORD"] = "${db.PASSWORD}";
  json::array linked = linked_sources();
  auto& env = linked[1].at("config").at("run").at("env").as_object();
  env["DB_PASSWORD"] = "***";
  EXPECT_THAT(plan_apply(with_password, linked, existing_template()).value().notes, IsEmpty());
  env["PORT"] = "8080";
  EXPECT_THAT(plan_apply(with_password, linked, existing_template()).value().notes,
              ElementsAre(HasSubstr("(run)")));
}

TEST(PlanApply, GivesTheTemplateANewVersionWhenItsSourcesDiffer) {
  TemplateFile changed = file();
  changed.sources[1].port = 2080;
  const auto plan = plan_apply(changed, linked_sources(), existing_template()).value();
  EXPECT_THAT(plan.to_link, IsEmpty());
  EXPECT_EQ(plan.change, ApplyPlan::TemplateChange::new_version);
  EXPECT_THAT(plan.differences, ElementsAre("app: port"));
}

TEST(PlanApply, NamesTheSourcesThatComeAndGo) {
  TemplateFile changed = file();
  changed.sources[1].name = "web";
  EXPECT_THAT(plan_apply(changed, linked_sources(), existing_template()).value().differences,
              ElementsAre("web is new", "app goes"));
  changed = file();
  std::swap(changed.sources[0], changed.sources[1]);
  EXPECT_THAT(plan_apply(changed, linked_sources(), existing_template()).value().differences,
              ElementsAre("the order of the sources"));
}

TEST(PlanApply, SaysWhatDiffersInALinkedSourceAndLeavesItAlone) {
  TemplateFile changed = file();
  changed.sources[0].config.settings["dump"] = "/srv/other.sql";
  changed.sources[1].config.run->health = "/";
  const auto plan = plan_apply(changed, linked_sources(), existing_template()).value();
  EXPECT_TRUE(plan.changes_nothing());
  EXPECT_THAT(plan.notes,
              ElementsAre(HasSubstr("employees.db is linked already, but otherwise than "
                                    "the file says (dump)"),
                          HasSubstr("(run)")));
}

TEST(PlanApply, SaysHowASourceIsChangedThatCanBe) {
  TemplateFile changed = file();
  changed.sources[0].schedule = "every 15min";
  EXPECT_THAT(plan_apply(changed, linked_sources(), existing_template()).value().notes,
              ElementsAre(HasSubstr("slip source schedule employees.db 'every 15min'")));
}

TEST(PlanApply, TakesASecretThatIsNotShownForTheSame) {
  TemplateFile secret = file();
  secret.sources[0].config.settings = {{"url", "postgresql://me:pass@host/db"}};
  auto sources = linked_sources();
  auto& settings = sources[0].get_object()["config"].get_object()["settings"];
  settings = json::object{{"url", "postgresql://me:***@host/db"}};
  EXPECT_THAT(plan_apply(secret, sources, existing_template()).value().notes, IsEmpty());
  settings = json::object{{"url", "postgresql://me:***@elsewhere/db"}};
  EXPECT_THAT(plan_apply(secret, sources, existing_template()).value().notes,
              ElementsAre(HasSubstr("(url)")));
}

TEST(PlanApply, RefusesALinkedSourceThatThereIsNot) {
  const auto read =
      read_template_text("name = \"t\"\n[[source]]\nname = \"a\"\nsource = \"golden\"\n", "t.toml");
  const auto plan = plan_apply(read.value(), linked_sources(), nullptr);
  ASSERT_FALSE(plan);
  EXPECT_EQ(plan.error().code, ErrorCode::not_found);
  EXPECT_THAT(plan.error().message, HasSubstr("\"golden\""));
}

}  // namespace
}  // namespace slip::cli
