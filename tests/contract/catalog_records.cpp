// SPDX-License-Identifier: Apache-2.0
#include "tests/contract/catalog_records.h"

#include "base/json.h"

namespace slip::test {

Timestamp at(std::int64_t seconds) {
  return {.ms = 1'700'000'000'000 + seconds * 1000};
}

User full_user(const std::string& name) {
  return {.id = UserId("usr_" + name),
          .name = name,
          .role = SystemRole::admin,
          .password_hash = "$argon2id$" + name,
          .created_at = at(1)};
}

Access full_access(const std::string& id, const UserId& user) {
  return {.id = AccessId("acc_" + id),
          .user = user,
          .kind = AccessKind::token,
          .secret_hash = "hash of " + id,
          .label = "the nightly job",
          .created_at = at(2),
          .expires_at = at(100)};
}

Source full_source(const std::string& name) {
  return {.id = SourceId("src_" + name),
          .name = name,
          .config = {.kind = "files",
                     .settings = {{"path", "/srv/ü \"quoted\"\n"}},
                     .run = RunSection{.command = {"bin/app", "${port}"}, .env = {{"A", "b"}}},
                     .secrets = {{"env.A", SecretId("sec_1")}}},
          .snapshot = SnapshotId("snp_" + name),
          .position = DataPosition{.at = at(3), .position = "0/3000060"},
          .synced_at = at(4),
          .created_at = at(3),
          .deleted_at = {},
          .schedule = "daily 02:30",
          .webhook_hash = "of a secret",
          .volume = VolumeId("vol_" + name),
          .history = {{.snapshot = SnapshotId("snp_past"),
                       .follower = VolumeId("vol_" + name),
                       .at = at(1),
                       .taken_by = at(2),
                       .position = "0/3000028",
                       .clock_ahead_ms = -250}}};
}

Template full_template(const std::string& name) {
  return {.id = TemplateId("tpl_" + name),
          .name = name,
          .versions = {{.number = 1,
                        .sources = {{.name = "db",
                                     .source = SourceId("src_db"),
                                     .priority = 2,
                                     .port = 1080,
                                     .settings = {{"durability", "relaxed"}},
                                     .hooks = {{.when = HookMoment::post_stop,
                                                .command = {"bye.sh", "now"},
                                                .program = "#!/bin/sh",
                                                .time_limit_s = 5,
                                                .on_error = OnHookError::continue_}},
                                     .subset = {{"orders", "id < 10"}},
                                     .secrets = {{"url", SecretId("sec_2")}}}}}},
          .master = {},
          .created_at = at(5),
          .deleted_at = {}};
}

Container full_container(const std::string& name, const TemplateId& owner) {
  return {.id = ContainerId("ctr_" + name),
          .name = name,
          .template_id = owner,
          .active = {},
          .members = {{.user = UserId("usr_qa"), .role = ContainerRole::operator_}},
          .endpoints = {{.source = "db", .port = 1080}},
          .login = SecretId("sec_1"),
          .lock = Lock{.by = UserId("usr_qa"), .by_name = "qa", .why = "demo", .at = at(6)},
          .created_at = at(6),
          .deleted_at = {},
          .renew_login = true,
          .number = 7,
          .quota = Quota{.memory_bytes = 1 << 30, .disk_bytes = 2 << 20}};
}

Branch full_branch(const std::string& name, const ContainerId& owner) {
  return {.id = BranchId("brn_" + name),
          .name = name,
          .container = owner,
          .template_id = {},
          .segment = {},
          .volume = VolumeId("vol_" + name),
          .wanted = RunState::running,
          .created_at = at(7),
          .deleted_at = {},
          .deleted_by = "ada",
          .ports = {{"db", 41000}}};
}

Segment full_segment(const std::string& id, const BranchId& branch) {
  return {.id = SegmentId("seg_" + id),
          .branch = branch,
          .previous = {},
          .kind = SegmentKind::restored,
          .parent = DataParent{.point = PointId("pnt_far"), .at = at(1), .words = "branch x of y"},
          .safety_point = PointId("pnt_safe"),
          .template_version = 3,
          .operation = OperationId("op_1"),
          .began_at = at(8),
          .base = SnapshotId("snp_base")};
}

Point full_point(const std::string& id, const Segment& segment, Timestamp when) {
  return {.id = PointId("pnt_" + id),
          .segment = segment.id,
          .branch = segment.branch,
          .kind = PointKind::safety,
          .at = when,
          .snapshot = SnapshotId("snp_" + id),
          .baked = SnapshotId("snp_baked_" + id),
          .positions = {{"db", {.at = when, .position = "0/1"}}},
          .operation = OperationId("op_1"),
          .taken_by = when + Duration(100),
          .replayed_from = PointId("pnt_from")};
}

Bookmark full_bookmark(const std::string& name, const Point& point, const Container& container) {
  return {.id = BookmarkId("bmk_" + name),
          .point = point.id,
          .container = container.id,
          .template_id = container.template_id,
          .creator = UserId("usr_qa"),
          .creator_name = "qa",
          .name = name,
          .note = "two\nlines",
          .tags = {"a", "b"},
          .audience = Audience::named,
          .shared_with = {UserId("usr_dev")},
          .at = point.at,
          .created_at = at(9),
          .expires_at = at(1000),
          .deleted_at = {}};
}

Operation full_operation(const std::string& id) {
  Operation operation{.id = OperationId("op_" + id),
                      .kind = OperationKind::restore,
                      .actor = {.user = UserId("usr_qa"), .name = "qa", .role = SystemRole::admin},
                      .words = "restore qa to bookmark \"clean base\"",
                      .state = OperationState::running,
                      .container = ContainerId("ctr_qa"),
                      .template_id = TemplateId("tpl_t"),
                      .source = SourceId("src_db"),
                      .branch = BranchId("brn_default"),
                      .parent = DataParent{.point = PointId("pnt_1"), .at = at(1), .words = "w"},
                      .point = PointId("pnt_2"),
                      .locks = {"ctr_" + id, "source " + id},
                      .shared = {"tpl_shop"},
                      .steps = {},
                      .failure = {},
                      .cancel_requested = true,
                      .progress = "30 %",
                      .idempotency_key = "key of " + id,
                      .owner = "the daemon",
                      .generation = 3,
                      .created_at = at(10),
                      .ended_at = at(11)};
  operation.steps.push_back({.step = TakeSnapshot{.volume = VolumeId("vol_1"),
                                                  .snapshot = SnapshotId("snp_1"),
                                                  .after = AfterSnapshot::stay_frozen},
                             .state = StepState::done,
                             .started_at = at(10),
                             .ended_at = at(11),
                             .findings = {.at = at(10),
                                          .taken_by = at(11),
                                          .positions = {{"db", {at(9), "0/2", "7"}}},
                                          .hooks = {{.source = "db",
                                                     .when = HookMoment::pre_snapshot,
                                                     .hook = "SQL",
                                                     .started_at = at(9),
                                                     .ended_at = at(10),
                                                     .error = "no",
                                                     .output = "what it said"}}}});
  operation.steps.push_back(
      {.step = Commit{.changes = {SetActive{.container = ContainerId("ctr_qa"),
                                            .branch = BranchId("brn_default")}}},
       .started_at = {},
       .ended_at = {},
       .findings = {}});
  // What a program said need not be UTF-8.
  operation.failure = OperationFailure{.code = "failed",
                                       .message = "it did not start",
                                       .hint = "look",
                                       .step = "Starting the database",
                                       .detail = "log: \xff\xfe end"};
  return operation;
}

Volume full_volume(const std::string& id) {
  return {.id = VolumeId("vol_" + id),
          .state = StorageState::live,
          .operation = OperationId("op_1"),
          .about = "branch default of qa",
          .template_id = TemplateId("tpl_t"),
          .template_version = 2,
          .places = {{.name = "db", .source = SourceId("src_db"), .settings = {}}},
          .branch = BranchId("brn_default"),
          .login = SecretId("sec_1"),
          .ports = {{"db", 40000}}};
}

Snapshot full_snapshot(const std::string& id) {
  return {.id = SnapshotId("snp_" + id),
          .state = StorageState::doomed,
          .operation = OperationId("op_1"),
          .about = "point of qa"};
}

Operation bare_operation(const std::string& id) {
  Operation operation;
  operation.id = OperationId("op_" + id);
  return operation;
}

Volume bare_volume(const std::string& id) {
  Volume volume;
  volume.id = VolumeId("vol_" + id);
  return volume;
}

Source bare_source(const std::string& id) {
  Source source;
  source.id = SourceId("src_" + id);
  return source;
}

Event bare_event(const std::string& topic) {
  Event event;
  event.topic = topic;
  return event;
}

template <class Record>
std::string text_of(const Record& record) {
  return to_json_text(record);
}

template std::string text_of(const User&);
template std::string text_of(const Access&);
template std::string text_of(const Source&);
template std::string text_of(const Template&);
template std::string text_of(const Container&);
template std::string text_of(const Branch&);
template std::string text_of(const Segment&);
template std::string text_of(const Point&);
template std::string text_of(const Bookmark&);
template std::string text_of(const Operation&);
template std::string text_of(const Volume&);
template std::string text_of(const Snapshot&);
template std::string text_of(const Event&);

}  // namespace slip::test
