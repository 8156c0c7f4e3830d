// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <atomic>
#include <filesystem>
#include <functional>
#include <map>
#include <sstream>
#include <stdexcept>
#include <string>
#include <thread>

#include "ports/adapter.h"
#include "ports/clock.h"
#include "storage/fake/fake_storage.h"

namespace slip {

// A kind of source whose data is one file of rows in a FakeStorage, with its log (a line a row: the
// time in milliseconds, and the row) in another, and whose instances are FakeRuntime's. For tests
// of operations: everything but the operations is in memory.
class RowAdapter : public Adapter,
                   private LogReplay,
                   private Following,
                   private SqlScripts,
                   private Masking,
                   private TextOrder,
                   private DumpCheck {
 public:
  enum class Role { database, application };

  RowAdapter(FakeStorage& storage, Role role) : storage_(storage), role_(role) {}

  // What the next ingest finds in production.
  void set_production(std::string rows) { production_ = std::move(rows); }
  // Production adds a row, at the clock's time, and logs it.
  void use(Clock& clock) { clock_ = &clock; }
  Timestamp write_in_production(const std::string& row) {
    const Timestamp at = clock_->now();
    production_ += row + ";";
    production_log_ += std::to_string(at.ms) + " " + row + "\n";
    return at;
  }
  // What production has is there without waiting for it.
  void come_by_itself(bool comes) { comes_by_itself_ = comes; }
  // Every script that has this in it fails.
  void refuse_sql(std::string text) { refused_sql_ = std::move(text); }
  // Called when a script runs, before it has any effect.
  void on_sql(std::function<void(const InstanceContext&)> look) { on_sql_ = std::move(look); }
  // As a database of which only points can be gone back to.
  void keep_no_log(bool none = true) { keeps_log_ = !none; }
  // As a kind that cannot be masked.
  void be_unmaskable() { can_be_masked_ = false; }
  // Production does not answer those who follow it.
  void be_unreachable(bool unreachable) { unreachable_ = unreachable; }
  // It has not noticed yet that production is gone.
  void take_itself_for_connected() { takes_itself_for_connected_ = true; }
  // Production's clock before this machine's; nothing: it cannot be asked.
  void set_clock_ahead(std::optional<std::int64_t> ms) { clock_ahead_ms_ = ms; }
  int times_seeded() const { return times_seeded_; }
  // How often each instance's log was looked at.
  const std::map<InstanceId, int>& looks() const { return looks_; }
  int times_left() const { return times_left_; }
  // Of the instance started last.
  Purpose last_purpose() const { return last_purpose_; }
  // What runs on the volume accepts nothing more; it can still be ended.
  void fall_silent(const VolumeId& volume) { silent_ = volume; }
  // As a kind that loses this in any restart.
  void lose_when_stopped(std::string what) { lost_when_stopped_ = {std::move(what)}; }
  std::string unlogged(const VolumeId& volume) const { return memory_[volume]; }
  // A row that only a clean stop writes to disk.
  void write_unlogged(const VolumeId& volume, const std::string& row) {
    memory_[volume] += row + ";";
  }
  // What of its data lies elsewhere.
  void leave_out(std::vector<std::string> places) { left_out_ = std::move(places); }
  // Dumps have no end.
  void read_without_end(bool endless) { reads_without_end_ = endless; }
  // Its rows may be in another order than this machine's, until they are sorted anew.
  void be_in_doubt(std::vector<std::string> doubts) { doubts_ = std::move(doubts); }
  // Nobody gets in by the address.
  void admit_nobody(bool nobody = true) { admits_ = !nobody; }
  // What its owner has done lets us in no more, until it has been prepared for another start.
  void lock_us_out() { lets_us_in_ = false; }
  // Every instance started from now on never answers.
  void never_ready(bool never) { never_ready_ = never; }

  AdapterInfo info() const override {
    const bool is_database = role_ == Role::database;
    return {.kind = is_database ? "rows" : "app",
            .recovers = is_database,
            .stops_whole = lost_when_stopped_.empty(),
            .notes = {}};
  }
  Result<> validate(const SourceConfig&) const override { return {}; }
  bool incremental(const SourceConfig&) const override { return false; }

  Result<DataPosition> ingest(const IngestRequest& request) const override {
    const auto place = FakeStorage::place_of(request.directory);
    if (!place) return Error{.message = "no place " + request.directory.string()};
    if (follows(request.config)) {
      if (unreachable_) return unreachable();
      ++times_seeded_;
      TRY(storage_.write(place->volume, "address", "of production"));
      TRY(storage_.write(place->volume, "log", production_log_));
    }
    TRY(storage_.write(place->volume, "rows", production_));
    return DataPosition{
        .at = Timestamp{1}, .position = "production", .mark = "0", .doubts = doubts_};
  }

  // A server that did not end cleanly empties what is unlogged when it starts.
  Result<> prepare(const InstanceContext& instance) const override {
    const auto place = FakeStorage::place_of(instance.directory);
    if (has_refused_us_) lets_us_in_ = true;
    if (role_ == Role::application || instance.purpose == Purpose::follow) return {};
    std::string unlogged;
    if (TRY(ending(instance)) == Ending::in_good_order) {
      unlogged = storage_.read(place->volume, place->path + "/unlogged").value_or("");
    }
    memory_[place->volume] = unlogged;
    return storage_.write(place->volume, place->path + "/ended", "no");
  }
  // What its program does when it is asked to end.
  Result<> end_in_good_order(const VolumeId& volume, const std::string& folder) const {
    TRY(storage_.write(volume, folder + "/unlogged", memory_[volume]));
    return storage_.write(volume, folder + "/ended", "yes");
  }

  Result<std::optional<LaunchSpec>> launch(const InstanceContext& instance) const override {
    last_purpose_ = instance.purpose;
    LaunchSpec spec;
    spec.argv = {"/bin/rows"};
    spec.writable = {instance.directory};
    return std::optional(spec);
  }
  Result<> ready(const InstanceContext&) const override {
    if (never_ready_) {
      return Error{.code = ErrorCode::unavailable, .message = "it does not answer"};
    }
    if (lets_us_in_) return {};
    has_refused_us_ = true;
    return Error{.code = ErrorCode::permission_denied, .message = "it lets us in no more"};
  }
  Result<> flush(const InstanceContext& instance) const override { return answer_of(instance); }
  Result<> write_out(const InstanceContext& instance, WriteOutHow) const override {
    return answer_of(instance);
  }
  Result<Lacks> lacks(const InstanceContext& instance) const override {
    TRY(answer_of(instance));
    return Lacks{.as_it_runs = {"what is unlogged"}, .once_stopped = lost_when_stopped_};
  }
  Result<Ending> ending(const InstanceContext& instance) const override {
    const auto place = FakeStorage::place_of(instance.directory);
    const auto ended = storage_.read(place->volume, place->path + "/ended").value_or("yes");
    return ended == "yes" ? Ending::in_good_order : Ending::otherwise;
  }
  Result<DataPosition> position(const InstanceContext& instance) const override {
    if (role_ == Role::application) return DataPosition{Timestamp{2}, ""};
    const auto place = FakeStorage::place_of(instance.directory);
    if (instance.purpose == Purpose::follow) {
      return DataPosition{Timestamp{2}, storage_.read(place->volume, "rows").value_or("")};
    }
    const auto log = storage_.read(place->volume, place->path + "/log").value_or("");
    return DataPosition{Timestamp{2}, "running", std::to_string(log.size())};
  }
  Result<std::vector<std::string>> left_out(const InstanceContext&) const override {
    return left_out_;
  }
  Result<> admits(const InstanceContext&) const override {
    if (admits_) return {};
    return Error{.code = ErrorCode::not_found, .message = "the database \"rows\" is not there"};
  }
  const LogReplay* log_replay() const override {
    return role_ == Role::database && keeps_log_ ? this : nullptr;
  }
  const Following* following() const override { return this; }
  const SqlScripts* sql_scripts() const override {
    return role_ == Role::database ? this : nullptr;
  }
  const Masking* masking() const override { return can_be_masked_ ? this : nullptr; }
  const TextOrder* text_order() const override { return role_ == Role::database ? this : nullptr; }
  const DumpCheck* dump_check() const override { return role_ == Role::database ? this : nullptr; }
  Duration stop_patience() const override { return Duration(100); }
  Sibling as_sibling(const InstanceContext& instance) const override {
    return {instance.source_name, {{"PORT", std::to_string(instance.port)}}};
  }
  std::optional<Connection> connection(const InstanceContext& instance, std::string_view host,
                                       std::uint16_t port) const override {
    const std::string place = std::string(host) + ":" + std::to_string(port);
    if (role_ != Role::database) return Connection{.url = "app://" + place, .formats = {}};
    const std::string& password = instance.login.password;
    const std::string url = "rows://slip" + (password.empty() ? "" : ":" + password) + "@" + place;
    return Connection{.url = url, .formats = {{"url", url}}};
  }

 private:
  Duration log_grain() const override { return Duration(1); }
  // At once, not at the next start; a log that does not go on from the clone's own is refused.
  // A follower's is the whole volume.
  Result<> replay(const InstanceContext& instance, const std::filesystem::path& later,
                  Timestamp until, const Progress&) const override {
    const auto place = FakeStorage::place_of(instance.directory);
    const bool follows = instance.purpose == Purpose::follow;
    const auto tree = follows ? later : later.parent_path();
    const SnapshotId snapshot(tree.filename().string());
    const std::string folder = follows ? "" : place->path + "/";
    std::string rows = TRY(storage_.read(place->volume, folder + "rows"));
    std::string ours = storage_.read(place->volume, folder + "log").value_or("");
    const std::string theirs = storage_.read(snapshot, folder + "log").value_or("");
    if (!theirs.starts_with(ours)) {
      return Error{.code = ErrorCode::out_of_range, .message = "the log goes another way"};
    }
    std::istringstream rest(theirs.substr(ours.size()));
    std::int64_t at = 0;
    for (std::string row; rest >> at && std::getline(rest.ignore(), row) && at <= until.ms;) {
      rows += row + ";";
      ours += std::to_string(at) + " " + row + "\n";
    }
    TRY(storage_.write(place->volume, folder + "rows", rows));
    return storage_.write(place->volume, folder + "log", ours);
  }
  std::int64_t log_between(const DataPosition& from, const DataPosition& to) const override {
    const auto size = [](const DataPosition& at) { return std::stoll(at.mark.value_or("0")); };
    return size(to) - size(from);
  }
  // With the setting "follow": what production has comes when it is waited for.
  bool follows(const SourceConfig& config) const override {
    return config.setting("follow").has_value();
  }
  Result<FollowState> follow_state(const InstanceContext& instance,
                                   const std::string&) const override {
    FollowState state;
    state.health = unreachable_ ? FollowHealth::disconnected : FollowHealth::following;
    const auto place = FakeStorage::place_of(instance.directory);
    if (comes_by_itself_ && !unreachable_) {
      TRY(storage_.write(place->volume, "rows", production_));
      TRY(storage_.write(place->volume, "log", production_log_));
    }
    state.position = storage_.read(place->volume, "rows").value_or("");
    state.lag_ms = 0;
    if (!unreachable_) state.clock_ahead_ms = clock_ahead_ms_;
    if (takes_itself_for_connected_) state.health = FollowHealth::following;
    const std::string log = storage_.read(place->volume, "log").value_or("");
    if (!log.empty()) {
      state.data_time = Timestamp{std::stoll(log.substr(log.rfind('\n', log.size() - 2) + 1))};
    }
    return state;
  }
  Result<Timestamp> catch_up(const InstanceContext& instance, const Progress&) const override {
    if (unreachable_) return unreachable();
    const Timestamp asked = clock_->now();
    const auto place = FakeStorage::place_of(instance.directory);
    TRY(storage_.write(place->volume, "rows", production_));
    TRY(storage_.write(place->volume, "log", production_log_));
    return asked;
  }
  Result<DataPosition> detach(const IngestRequest& request) const override {
    const auto place = FakeStorage::place_of(request.directory);
    TRY(storage_.write(place->volume, "address", ""));
    TRY(storage_.write(place->volume, "log", ""));
    return DataPosition{.at = Timestamp{1}, .position = "detached", .mark = "0", .doubts = doubts_};
  }
  Result<> leave_origin(const SourceConfig&, const std::vector<SourceConfig>&) const override {
    ++times_left_;
    return {};
  }
  // "add TEXT" adds a row, "mask" makes every row "masked"; other scripts do nothing.
  Result<std::string> run_sql(const InstanceContext& instance,
                              const SqlScript& script) const override {
    if (on_sql_) on_sql_(instance);
    if (!refused_sql_.empty() && script.text.find(refused_sql_) != script.text.npos) {
      return Error{.code = ErrorCode::failed, .message = "no", .detail = "what it said\n"};
    }
    const auto place = FakeStorage::place_of(instance.directory);
    if (!place) return Error{.message = "no place " + instance.directory.string()};
    const std::string file = instance.source_name + "/rows";
    const std::string rows = storage_.read(place->volume, file).value_or("");
    if (script.text.starts_with("add ")) {
      TRY(storage_.write(place->volume, file, rows + script.text.substr(4) + ";"));
    } else if (script.text == "mask") {
      TRY(storage_.write(place->volume, file, "masked;"));
    }
    return "done: " + script.text + "\n";
  }
  Result<std::string> subset_script(
      const std::map<std::string, std::string>& conditions) const override {
    return "subset of " + std::to_string(conditions.size());
  }
  Result<bool> replays_again(const InstanceContext&, const std::string&) const override {
    return false;
  }
  Result<std::unique_ptr<LogWatch>> watch_log(const InstanceContext& instance) const override {
    struct Watch final : LogWatch {
      Watch(std::map<InstanceId, int>& all, InstanceId whose) : looks(all), id(std::move(whose)) {}
      Result<> look() override {
        ++looks[id];
        return {};
      }
      Result<> ask() override { return {}; }
      std::map<InstanceId, int>& looks;
      InstanceId id;
    };
    return std::unique_ptr<LogWatch>(std::make_unique<Watch>(looks_, instance.id));
  }
  Result<> trim_log(const InstanceContext&, Timestamp) const override { return {}; }
  Result<> forget_the_past(const InstanceContext&, Timestamp,
                           const std::function<bool()>&) const override {
    return {};
  }

  // Whether a dump is refused is in its name.
  Result<DumpReport> check_dump(const SourceConfig& config,
                                const Progress& progress) const override {
    while (reads_without_end_) {
      if (!progress("reading", std::nullopt)) {
        return Error{.code = ErrorCode::canceled, .message = "canceled"};
      }
      std::this_thread::yield();
    }
    const auto dump = config.setting("dump");
    if (!dump) return Error{.code = ErrorCode::invalid_argument, .message = "no dump is named"};
    if (dump->ends_with("defect")) throw std::runtime_error("nobody was to throw this");
    DumpReport report;
    report.format = report.loaded_by = "rows";
    if (dump->ends_with("refused")) report.refusals = {{.line = 3, .message = "no", .hint = "go"}};
    return report;
  }
  Result<std::vector<std::string>> doubts(const InstanceContext& instance) const override {
    const auto place = FakeStorage::place_of(instance.directory);
    const auto rows = storage_.read(place->volume, place->path + "/rows").value_or("");
    return rows.ends_with("sorted;") ? std::vector<std::string>() : doubts_;
  }
  Result<std::vector<std::string>> sort_anew(const IngestRequest& request) const override {
    const auto place = FakeStorage::place_of(request.directory);
    const auto rows = TRY(storage_.read(place->volume, "rows"));
    if (!rows.ends_with("sorted;")) TRY(storage_.write(place->volume, "rows", rows + "sorted;"));
    return std::vector<std::string>();
  }

  Result<> answer_of(const InstanceContext& instance) const {
    if (FakeStorage::place_of(instance.directory)->volume != silent_) return {};
    return Error{.code = ErrorCode::timed_out, .message = "it does not answer"};
  }
  static Error unreachable() {
    return Error{.code = ErrorCode::unavailable, .message = "production does not answer"};
  }

  FakeStorage& storage_;
  Role role_;
  Clock* clock_ = nullptr;
  std::string production_ = "production;";
  std::string production_log_;
  bool takes_itself_for_connected_ = false;
  std::optional<std::int64_t> clock_ahead_ms_ = 0;
  std::atomic<bool> never_ready_ = false;
  mutable std::atomic<bool> lets_us_in_ = true;
  mutable std::atomic<bool> has_refused_us_ = false;
  std::vector<std::string> left_out_;
  bool admits_ = true;
  std::vector<std::string> doubts_;
  std::atomic<bool> keeps_log_ = true;
  std::atomic<bool> reads_without_end_ = false;
  std::atomic<bool> can_be_masked_ = true;
  std::atomic<bool> unreachable_ = false;
  std::atomic<bool> comes_by_itself_ = false;
  mutable std::map<InstanceId, int> looks_;
  mutable std::atomic<int> times_seeded_ = 0;
  mutable std::atomic<int> times_left_ = 0;
  mutable std::atomic<Purpose> last_purpose_ = Purpose::work;
  std::string refused_sql_;
  VolumeId silent_;
  std::vector<std::string> lost_when_stopped_;
  mutable std::map<VolumeId, std::string> memory_;
  std::function<void(const InstanceContext&)> on_sql_;
};

}  // namespace slip
