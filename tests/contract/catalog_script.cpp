// SPDX-License-Identifier: Apache-2.0
#include "tests/contract/catalog_script.h"

#include "tests/contract/catalog_records.h"

namespace slip::test {
namespace {

constexpr std::uint32_t few = 3;  // records of each kind

// Draws small numbers out of one number.
class Dice {
 public:
  explicit Dice(std::uint32_t seed) : state_(seed) {}

  std::uint32_t below(std::uint32_t bound) {
    state_ = state_ * 6364136223846793005ULL + 1442695040888963407ULL;
    return static_cast<std::uint32_t>(state_ >> 33) % bound;
  }
  bool rarely() { return below(4) == 0; }
  std::string name() { return std::string(1, static_cast<char>('a' + below(few))); }
  template <class SomeId>
  SomeId id() {
    return SomeId(std::string(SomeId::prefix) + name());
  }
  std::optional<Timestamp> rarely_a_time() {
    if (!rarely()) return std::nullopt;
    return at(below(9));
  }

 private:
  std::uint64_t state_;
};

Result<> put_user(CatalogUnit& unit, Dice& dice) {
  User user = full_user(dice.name());
  user.id = dice.id<UserId>();
  return unit.users().put(user);
}

Result<> put_access(CatalogUnit& unit, Dice& dice) {
  Access access = full_access(dice.name(), dice.id<UserId>());
  access.id = dice.id<AccessId>();
  access.expires_at = dice.rarely_a_time();
  return unit.accesses().put(access);
}

Result<> put_source(CatalogUnit& unit, Dice& dice) {
  Source source = full_source(dice.name());
  source.id = dice.id<SourceId>();
  source.deleted_at = dice.rarely_a_time();
  return unit.sources().put(source);
}

Result<> put_template(CatalogUnit& unit, Dice& dice) {
  Template mould = full_template(dice.name());
  mould.id = dice.id<TemplateId>();
  if (dice.rarely()) mould.master = dice.id<BranchId>();
  mould.deleted_at = dice.rarely_a_time();
  return unit.templates().put(mould);
}

Result<> put_container(CatalogUnit& unit, Dice& dice) {
  Container container = full_container(dice.name(), dice.id<TemplateId>());
  container.id = dice.id<ContainerId>();
  if (dice.rarely()) container.active = dice.id<BranchId>();
  container.deleted_at = dice.rarely_a_time();
  return unit.containers().put(container);
}

Result<> put_branch(CatalogUnit& unit, Dice& dice) {
  Branch branch = full_branch(dice.name(), dice.id<ContainerId>());
  branch.id = dice.id<BranchId>();
  if (dice.rarely()) {
    branch.container = {};
    branch.template_id = dice.id<TemplateId>();
  }
  if (dice.rarely()) branch.segment = dice.id<SegmentId>();
  branch.deleted_at = dice.rarely_a_time();
  return unit.branches().put(branch);
}

Result<> put_segment(CatalogUnit& unit, Dice& dice) {
  Segment segment = full_segment(dice.name(), dice.id<BranchId>());
  if (dice.rarely()) segment.previous = dice.id<SegmentId>();
  return unit.segments().put(segment);
}

Result<> put_point(CatalogUnit& unit, Dice& dice) {
  const Segment segment = full_segment(dice.name(), dice.id<BranchId>());
  Point point = full_point(dice.name() + dice.name(), segment, at(dice.below(9)));
  if (dice.rarely()) point.snapshot = {};
  return unit.points().put(point);
}

Result<> put_bookmark(CatalogUnit& unit, Dice& dice) {
  Container container = full_container(dice.name(), dice.id<TemplateId>());
  if (dice.rarely()) container.id = {};
  Point point = full_point(dice.name() + dice.name(), {}, at(dice.below(9)));
  Bookmark bookmark = full_bookmark(dice.name(), point, container);
  bookmark.id = dice.id<BookmarkId>();
  bookmark.deleted_at = dice.rarely_a_time();
  return unit.bookmarks().put(bookmark);
}

Result<> put_operation(CatalogUnit& unit, Dice& dice) {
  Operation operation = full_operation(dice.name() + dice.name());
  operation.actor.user = dice.id<UserId>();
  operation.container = dice.rarely() ? ContainerId() : dice.id<ContainerId>();
  operation.state = static_cast<OperationState>(dice.below(6));
  operation.idempotency_key = dice.rarely() ? "" : dice.name() + dice.name();
  if (dice.rarely()) operation.kind = OperationKind::bake;
  if (dice.rarely()) operation.locks = {"ctr_" + dice.name()};
  if (dice.rarely()) operation.shared = {"ctr_" + dice.name(), "ctr_" + dice.name()};
  return unit.operations().put(operation);
}

// A household that makes most references lead somewhere.
Result<> put_all_kinds(CatalogUnit& unit, Dice& dice) {
  TRY(put_template(unit, dice));
  TRY(put_container(unit, dice));
  TRY(put_segment(unit, dice));
  TRY(put_branch(unit, dice));
  TRY(put_point(unit, dice));
  return put_bookmark(unit, dice);
}

Result<> remove_something(CatalogUnit& unit, Dice& dice) {
  switch (dice.below(6)) {
    case 0:
      return unit.users().remove(dice.id<UserId>());
    case 1:
      return unit.accesses().remove(dice.id<AccessId>());
    case 2:
      return unit.accesses().remove_expired(at(dice.below(9)));
    case 3:
      return unit.containers().remove(dice.id<ContainerId>());
    case 4:
      return unit.volumes().remove(dice.id<VolumeId>());
    default:
      return unit.snapshots().remove(dice.id<SnapshotId>());
  }
}

Result<> act(CatalogUnit& unit, std::uint32_t action) {
  Dice dice(action);
  using Action = Result<> (*)(CatalogUnit&, Dice&);
  static constexpr Action actions[] = {
      put_user,
      put_access,
      put_source,
      put_template,
      put_container,
      put_branch,
      put_segment,
      put_point,
      put_point,
      put_bookmark,
      put_operation,
      put_operation,
      put_all_kinds,
      put_all_kinds,
      remove_something,
      [](CatalogUnit& in, Dice& d) { return in.volumes().put(full_volume(d.name())); },
      [](CatalogUnit& in, Dice& d) { return in.snapshots().put(full_snapshot(d.name())); },
      [](CatalogUnit& in, Dice& d) { return in.events().append(bare_event(d.name())); }};
  return actions[dice.below(std::size(actions))](unit, dice);
}

std::string answer(const Result<>& result) {
  if (result) return "ok";
  if (result.error().code == ErrorCode::already_exists) return result.error().message;
  return std::string(to_string(result.error().code));
}

template <class Record>
void note(std::vector<std::string>& answers, const Result<std::vector<Record>>& found) {
  answers.push_back(found ? "list" : found.error().describe());
  if (!found) return;
  for (const Record& record : *found) answers.push_back(text_of(record));
}

template <class Record>
void note(std::vector<std::string>& answers, const Result<std::optional<Record>>& found) {
  answers.push_back(found ? text_of(*found) : found.error().describe());
}

std::string time_text(const std::optional<Timestamp>& time) {
  return time ? std::to_string(time->ms) : "none";
}

void note_people(CatalogUnit& unit, const std::string& name, std::vector<std::string>& answers) {
  note(answers, unit.users().find(UserId("usr_" + name)));
  note(answers, unit.users().find_named(name));
  note(answers, unit.accesses().of_user(UserId("usr_" + name)));
  note(answers, unit.accesses().find_by_hash("hash of " + name));
  note(answers, unit.sources().find_named(name));
  note(answers, unit.templates().find_named(name));
  note(answers, unit.containers().find_named(name));
}

void note_timeline(CatalogUnit& unit, const std::string& name, std::vector<std::string>& answers) {
  const BranchId branch("brn_" + name);
  note(answers, unit.segments().of_branch(branch));
  note(answers, unit.points().of_branch(branch));
  note(answers, unit.points().newest(branch));
  const auto range = unit.points().range(branch);
  answers.push_back(range ? time_text(range->first) + time_text(range->last) : "failed");
  for (int second = 0; second < 10; second += 3) {
    note(answers, unit.points().at_or_before(branch, at(second)));
    PointWindow window;
    window.around = at(second);
    window.before = 2;
    window.after = 1;
    note(answers, unit.points().window(branch, window));
  }
  note(answers, unit.bookmarks().newest_point_of(SegmentId("seg_" + name)));
  for (const Trash trash : {Trash::without, Trash::with}) {
    note(answers, unit.branches().of_container(ContainerId("ctr_" + name), trash));
    note(answers, unit.bookmarks().of_container(ContainerId("ctr_" + name), trash));
    note(answers, unit.bookmarks().of_template(TemplateId("tpl_" + name), trash));
  }
}

void note_operations(CatalogUnit& unit, const std::string& name,
                     std::vector<std::string>& answers) {
  OperationQuery query;
  query.background = name == "a";
  note(answers, unit.operations().query(query));
  query.limit = 2;
  query.before = OperationId("op_" + name + name);
  note(answers, unit.operations().query(query));
  query.container = ContainerId("ctr_" + name);
  note(answers, unit.operations().query(query));
  query.container = ContainerId();
  query.before.reset();
  note(answers, unit.operations().query(query));
  note(answers, unit.operations().find_idempotent(UserId("usr_" + name), name + name));
  note(answers, unit.operations().in_the_way({"ctr_" + name}, {}, OperationId()));
  note(answers, unit.operations().in_the_way({}, {"ctr_" + name}, OperationId("op_aa")));
}

void note_lists(CatalogUnit& unit, std::vector<std::string>& answers) {
  for (const Trash trash : {Trash::without, Trash::with}) {
    note(answers, unit.sources().all(trash));
    note(answers, unit.templates().all(trash));
    note(answers, unit.containers().all(trash));
    note(answers, unit.branches().all(trash));
    note(answers, unit.bookmarks().all(trash));
  }
  note(answers, unit.users().all());
  note(answers, unit.points().older_than(at(6)));
  note(answers, unit.operations().unfinished());
  note(answers, unit.volumes().all());
  note(answers, unit.snapshots().all());
  // How large the gaps between their numbers are is the catalog's affair.
  auto events = unit.events().after(0, 1000);
  if (events) {
    for (auto& event : *events) event.sequence = 0;
  }
  note(answers, events);
  const auto last = unit.events().last();
  const auto after_last = last ? unit.events().after(*last, 1) : events;
  answers.push_back(after_last && after_last->empty() ? "all" : "failed");
}

}  // namespace

Result<> furnish(Catalog& catalog) {
  return catalog.write([](CatalogUnit& unit) -> Result<> {
    for (const std::string name : {"a", "b", "c"}) {
      const Template mould = full_template(name);
      const Container container = full_container(name, mould.id);
      const Branch branch = full_branch(name, container.id);
      const Segment segment = full_segment(name, branch.id);
      TRY(unit.users().put(full_user(name)));
      TRY(unit.templates().put(mould));
      TRY(unit.containers().put(container));
      TRY(unit.branches().put(branch));
      TRY(unit.segments().put(segment));
      for (const char* second : {"a", "b"}) {
        TRY(unit.points().put(full_point(name + second, segment, at(second[0] - 'a'))));
      }
    }
    return {};
  });
}

std::vector<std::string> run_transaction(Catalog& catalog,
                                         const std::vector<std::uint32_t>& actions) {
  std::vector<std::string> answers;
  const Result<> written = catalog.write([&](CatalogUnit& unit) -> Result<> {
    for (const std::uint32_t action : actions) {
      answers.push_back(answer(act(unit, action)));
      if (action % 29 == 28) return Error{.code = ErrorCode::busy, .message = "no"};
    }
    return {};
  });
  answers.push_back(answer(written));
  return answers;
}

std::vector<std::string> everything_in(Catalog& catalog) {
  std::vector<std::string> answers;
  const Result<> done = catalog.read([&](CatalogUnit& unit) -> Result<> {
    note_lists(unit, answers);
    for (const std::string name : {"a", "b", "c"}) {
      note_people(unit, name, answers);
      note_timeline(unit, name, answers);
      note_operations(unit, name, answers);
    }
    return {};
  });
  answers.push_back(answer(done));
  return answers;
}

}  // namespace slip::test
