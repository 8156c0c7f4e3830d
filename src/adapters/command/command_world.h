// SPDX-License-Identifier: Apache-2.0
#pragma once

// Engines that nobody here wrote code for, each by its file in `kinds`, for tests.

#include <unistd.h>

#include "adapters/command/command_adapter.h"
#include "tests/contract/server_world.h"

namespace slip::test {

// How one engine's client puts a text in, and finds it.
struct Engine {
  const char* kind;
  const char* program;  // that must be here
  std::string (*put)(const std::string& text);
  std::string (*has)(const std::string& text);  // says "found" if it is there
};

// In a shell with URL, PORT, LOGIN and PASSWORD.
inline const Engine kEngines[] = {
    {"openldap", "/usr/sbin/slapd",
     [](const std::string& text) {
       return "printf 'dn: cn=%s,dc=example,dc=org\\nobjectClass: person\\nsn: x\\n' '" + text +
              "' | ldapadd -H ldap://127.0.0.1:$PORT -x -D cn=$LOGIN,dc=example,dc=org -w "
              "\"$PASSWORD\"";
     },
     [](const std::string& text) {
       return "ldapsearch -LLL -H ldap://127.0.0.1:$PORT -x -b dc=example,dc=org '(cn=" + text +
              ")' cn | grep -q ^cn: && echo found";
     }},
    {"firebird", "/usr/sbin/firebird",
     [](const std::string& text) {
       return "echo \"RECREATE TABLE notes_of_$$ (t VARCHAR(100)); COMMIT; INSERT INTO "
              "notes_of_$$ VALUES ('" +
              text +
              "'); COMMIT;\" | isql-fb -q -bail -user $LOGIN -password \"$PASSWORD\" "
              "inet://127.0.0.1:$PORT//copy/data/main.fdb";
     },
     [](const std::string& text) {
       return "echo \"SHOW TABLES;\" | isql-fb -q -user $LOGIN -password \"$PASSWORD\" "
              "inet://127.0.0.1:$PORT//copy/data/main.fdb | grep -o 'NOTES_OF_[0-9]*' | while read "
              "t; do echo \"SELECT t FROM $t;\" | isql-fb -q -user $LOGIN -password \"$PASSWORD\" "
              "inet://127.0.0.1:$PORT//copy/data/main.fdb; done | grep -q '^" +
              text + "' && echo found";
     }}};

class CommandWorld : public ServerWorld {
 public:
  explicit CommandWorld(const Engine& engine) : engine_(engine) {}

  const Adapter& adapter() override { return adapter_; }
  SourceConfig good() override {
    return SourceConfig{.kind = engine_.kind, .settings = {}, .run = {}};
  }
  SourceConfig malformed() override {
    return SourceConfig{.kind = engine_.kind, .settings = {{"colour", "red"}}, .run = {}};
  }
  InstanceContext instance(const std::string& id, const SourceConfig& config) override {
    InstanceContext made = ServerWorld::instance(id, config);
    made.login = {.user = "", .password = "secretof" + id.substr(4)};
    made.connect = [this, at = made.id, port = made.port] {
      return runtime().begin_connect(at, port);
    };
    return made;
  }
  void put(const InstanceContext& instance, const std::string& text) override {
    const auto done = shell(instance, engine_.put(text));
    EXPECT_TRUE(done) << (done ? "" : done.error().detail);
  }
  bool has(const InstanceContext& instance, const std::string& text) override {
    const auto said = shell(instance, engine_.has(text));
    return said && said->find("found") != std::string::npos;
  }

 private:
  Result<std::string> shell(const InstanceContext& instance, const std::string& line) {
    const auto env = adapter_.as_sibling(instance).env;
    return run_ok({.argv = {"/bin/sh", "-c", line},
                   .env = {{"PORT", env.at("PORT")},
                           {"LOGIN", env.at("USER")},
                           {"PASSWORD", env.at("PASSWORD")}}});
  }
  command::KindFile kind() const {
    const auto path = std::filesystem::path(KINDS) / (std::string(engine_.kind) + ".toml");
    auto read = command::read_kind_file(read_file(path, 1 << 20).value(), path.string());
    EXPECT_TRUE(read) << (read ? "" : read.error().describe() + " " + read.error().hint);
    return *std::move(read);
  }

  const Engine& engine_;
  CommandAdapter adapter_{kind(), CommandOptions{.user = run_user(), .confinement = confinement()}};
};

// Of the engines that are installed.
inline std::vector<MakeAdapterWorld> engine_worlds() {
  std::vector<MakeAdapterWorld> made;
  for (const Engine& engine : kEngines) {
    if (::access(engine.program, X_OK) != 0) continue;
    made.push_back([&engine] { return std::make_unique<CommandWorld>(engine); });
  }
  return made;
}

}  // namespace slip::test
