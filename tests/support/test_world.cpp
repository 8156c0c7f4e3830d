// SPDX-License-Identifier: Apache-2.0
#include "tests/support/test_world.h"

#include <gtest/gtest.h>

#include "operations/lookup.h"
#include "operations/ownership.h"

namespace slip {

TestWorld::TestWorld()
    : database(std::make_shared<RowAdapter>(storage, RowAdapter::Role::database)),
      application(std::make_shared<RowAdapter>(storage, RowAdapter::Role::application)),
      machine{.storage = storage,
              .adapters = {{"rows", database}, {"app", application}},
              .runtime = runtime,
              .endpoints = endpoints,
              .clock = clock,
              .secrets = secrets},
      host(machine),
      world{.host = host,
            .storage = storage,
            .adapters = machine.adapters,
            .clock = clock,
            .secrets = secrets,
            .catalog = twice,
            .ids = ids},
      runner_(std::make_unique<Runner>(world)) {
  machine.machine_settings.ready_patience = Duration(30);
  database->use(clock);
  application->use(clock);
  storage.on_call([this](std::string_view call, FakeStorage::When) -> Result<> {
    EXPECT_EQ(TwiceCatalog::depth(), 0) << call << " within work of the catalog";
    hit();
    return {};
  });
  secrets.on_change([this] {
    EXPECT_EQ(TwiceCatalog::depth(), 0) << "a secret is changed within work of the catalog";
    hit();
  });
  catalog.set_hooks([this] { hit(); }, [this] { hit(); });
  database->on_sql([this](const InstanceContext&) { hit(); });
  runtime.on_ask_to_end([this](const InstanceId& instance) {
    const std::string& text = instance.str();
    if (!text.ends_with(".db")) return;
    const auto name = text.substr(InstanceId::prefix.size());
    const VolumeId volume(std::string(VolumeId::prefix) + name.substr(0, name.size() - 3));
    // A follower's volume may be gone by now.
    (void)database->end_in_good_order(volume, "db");
  });
  runtime.on_run([this](const InstanceId&, const OneRun&) {
    hit();
    return RunOutcome();
  });
}

void TestWorld::hit() {
  if (++hits_ != crash_at_) return;
  crash_at_ = 0;
  throw SimulatedCrash();
}

std::unique_ptr<TestWorld> TestWorld::with_containers() {
  auto made = std::make_unique<TestWorld>();
  TestWorld& self = *made;
  for (const char* name : {"qa", "dev"}) {
    const User user{.id = UserId(std::string("usr_") + name),
                    .name = name,
                    .role = SystemRole::member,
                    .password_hash = "",
                    .created_at = self.clock.now()};
    EXPECT_TRUE(self.catalog.write([&](CatalogUnit& unit) { return unit.users().put(user); }));
  }
  EXPECT_TRUE(self.must(LinkSource{"shop.db", {"rows", {}, {}}}));
  EXPECT_TRUE(self.must(LinkSource{"shop.app", {"app", {}, {}}}));
  EXPECT_TRUE(self.must(
      CreateTemplate{"shop", {{"db", "shop.db", 1, 5433, {}}, {"app", "shop.app", 2, 1080, {}}}}));
  for (const char* name : {"qa", "dev"}) {
    const Member owner{UserId(std::string("usr_") + name), ContainerRole::owner};
    EXPECT_TRUE(self.must(CreateContainer{name, "shop", {owner}}));
  }
  return made;
}

Result<Operation> TestWorld::finish(const OperationId& operation) {
  TRY(runner_->run(operation));
  TRY(Reaper(world).destroy_doomed());
  return catalog.read([&](CatalogUnit& unit) -> Result<Operation> {
    return *TRY(unit.operations().find(operation));
  });
}

void TestWorld::crash() {
  endpoints.forget_all();
  runner_ = std::make_unique<Runner>(world);
}

Result<> TestWorld::restart() {
  crash();
  const auto left = TRY(twice.write([&](CatalogUnit& unit) -> Result<std::vector<Operation>> {
    std::vector<Operation> ours;
    for (const auto& operation : TRY(unit.operations().unfinished())) {
      if (!is_left_to(world.settings.daemon, operation)) continue;
      ours.push_back(TRY(claim(unit, operation, world.settings.daemon)));
    }
    return ours;
  }));
  return go_on(world, left);
}

Result<> TestWorld::take_over() {
  endpoints.forget_all();
  World another = world;
  another.settings.daemon = "another daemon";
  Ownership ownership(another);
  const auto first_look = std::chrono::steady_clock::now();
  for (const Duration later : {Duration::zero(), another.settings.lease - Duration(1)}) {
    if (TRY(ownership.look(first_look + later)).claimed.empty()) continue;
    return Error{.message = "claimed before the lease of its owner has expired"};
  }
  return go_on(another, TRY(ownership.look(first_look + another.settings.lease)).claimed);
}

Result<> TestWorld::go_on(World& daemon, const std::vector<Operation>& left) {
  Runner runner(daemon);
  Keeper keeper(daemon);
  TRY(keeper.open_endpoints());
  for (const auto& operation : left) TRY(runner.take_up(operation.id));
  TRY(keeper.reconcile());
  TRY(Reaper(daemon).destroy_doomed());
  return {};
}

Actor TestWorld::actor_named(std::string_view name) const {
  return {UserId("usr_" + std::string(name)), std::string(name),
          name == "admin" ? SystemRole::admin : SystemRole::member};
}

Container TestWorld::container(std::string_view name) {
  return catalog
      .read([&](CatalogUnit& unit) {
        return find_container(unit, actor_named("admin"), Right::look, name);
      })
      .value();
}

Branch TestWorld::branch(std::string_view owner, std::string_view name) {
  const auto of = container(owner);
  return catalog.read([&](CatalogUnit& unit) { return find_branch(unit, of, name); }).value();
}

Branch TestWorld::active(std::string_view name) {
  const auto id = container(name).active;
  return catalog.read([&](CatalogUnit& unit) { return branch_of(unit, id); }).value();
}

std::vector<Segment> TestWorld::segments(std::string_view name) {
  const auto id = active(name).id;
  return catalog.read([&](CatalogUnit& unit) { return unit.segments().of_branch(id); }).value();
}

std::vector<Point> TestWorld::points(std::string_view name) {
  const auto id = active(name).id;
  return catalog.read([&](CatalogUnit& unit) { return unit.points().of_branch(id); }).value();
}

std::string TestWorld::rows(const Branch& of) {
  return storage.read(of.volume, "db/rows").value_or("(none)");
}
std::string TestWorld::rows(std::string_view name) {
  return rows(active(name));
}
std::string TestWorld::rows(const Point& of) {
  return storage.read(of.snapshot, "db/rows").value_or("(none)");
}

void TestWorld::write(std::string_view name, const std::string& row) {
  write(active(name), row);
}

void TestWorld::write(const Branch& to, const std::string& row) {
  ASSERT_TRUE(runtime.running(instance_on(to.volume, "db"))) << "the database is not running";
  ASSERT_TRUE(storage.write(to.volume, "db/rows", rows(to) + row + ";"));
  const std::string log = storage.read(to.volume, "db/log").value_or("");
  const std::string entry = std::to_string(clock.now().ms) + " " + row + "\n";
  ASSERT_TRUE(storage.write(to.volume, "db/log", log + entry));
}

Result<Operation> TestWorld::bookmark(std::string_view name, const std::string& title,
                                      Audience audience) {
  CreateBookmark request;
  request.container = name;
  request.name = title;
  request.audience = audience;
  return must(request, name);
}

Result<Operation> TestWorld::restore(std::string_view name, const std::string& title) {
  return must(RestoreContainer{std::string(name), FromBookmark{title}, Safety::take_point}, name);
}

}  // namespace slip
