// SPDX-License-Identifier: Apache-2.0
#include "operations/instances.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <future>
#include <ranges>
#include <thread>

#include "base/log.h"
#include "domain/run_settings.h"
#include "operations/facets.h"
#include "operations/free_ports.h"
#include "operations/lookup.h"
#include "operations/secrets.h"

namespace slip {

using namespace std::chrono_literals;

namespace {

constexpr std::size_t follower_log_bytes = 32 << 10;
constexpr std::size_t replay_log_bytes = 64 << 10;

bool is_running(const InstanceStatus& status) {
  return status.state == InstanceState::running || status.state == InstanceState::frozen;
}

}  // namespace

std::filesystem::path source_directory(const std::filesystem::path& volume,
                                       const std::string& source_name) {
  return volume / source_name;
}

Result<std::optional<std::uint32_t>> own_user(const World& world, std::uint32_t number) {
  const auto& range = world.settings.container_users;
  if (!range || !world.runtime.info().own_users) return std::optional<std::uint32_t>();
  if (number <= range->last - range->first) return std::optional(range->first + number);
  return Error{.code = ErrorCode::unavailable,
               .message = fmt::format("no user from {} to {} is left for the container",
                                      range->first, range->last),
               .hint = "Give containers more users: slipstreamd --container-users."};
}

Result<std::vector<Instances::Member>> Instances::members(const VolumeId& id, Tree need) {
  struct Found {
    Volume volume;
    TemplateVersion version;
    std::map<SourceId, Source> sources;
    bool is_shown = false;  // to people and applications
    Purpose purpose = Purpose::work;
  };
  const auto found = TRY(world_.catalog.read([&](CatalogUnit& catalog) -> Result<Found> {
    Found out;
    out.volume = TRY(volume_of(catalog, id));
    out.version = TRY(version_on(catalog, out.volume));
    for (const auto& place : out.version.sources) {
      auto source = TRY(catalog.sources().find(place.source));
      if (source) out.sources.emplace(place.source, *std::move(source));
    }
    out.is_shown = out.volume.places.empty() && out.volume.follows.empty();
    if (!out.volume.follows.empty()) {
      out.purpose = Purpose::follow;
    } else if (out.volume.read_only) {
      out.purpose = Purpose::look;
    }
    return out;
  }));
  std::vector<Member> members;
  if (found.version.sources.empty()) return members;
  std::string password;
  if (!found.volume.login.empty()) {
    auto kept = world_.secrets.get(found.volume.login);
    if (!kept && need == Tree::needed) return std::move(kept).error();
    if (kept) password = kept->reveal();
  }
  std::filesystem::path tree;
  if (need == Tree::needed) tree = TRY(world_.storage.attach(id));
  std::optional<std::uint32_t> user;
  if (need == Tree::needed) user = TRY(own_user(world_, found.volume.number.value_or(kNobodys)));
  std::vector<Sibling> before;  // of the groups already gone through
  for (const auto& group : start_order(found.version)) {
    std::vector<Sibling> these;
    for (const auto& place : group) {
      Source source = found.sources.at(place.source);
      // What copies need of a source is not what lets one in at production; a follower does.
      source.config = found.purpose == Purpose::follow
                          ? TRY(reveal(world_.secrets, source.config))
                          : reveal_what_there_is(world_.secrets, source.config);
      Member member{TRY(world_.adapter(source.config.kind)), {}, place};
      // Most applications cannot even start where nothing can be written.
      if (found.purpose == Purpose::look && !member.adapter->info().recovers) continue;
      member.context = InstanceContext{
          .id = instance_on(id, place.name),
          .source_name = place.name,
          .config = effective_config(source, reveal_what_there_is(world_.secrets, place)),
          .directory = found.volume.follows.empty() ? source_directory(tree, place.name) : tree,
          .trusted = {},
          .port = 0,
          .login = {"", password},
          .siblings = before,
          .reach = found.is_shown ? Reach::everybody : Reach::hooks_only,
          .purpose = found.purpose,
          .user = user};
      // What runs already is still who it was.
      const auto status = TRY(world_.runtime.status(member.context.id));
      if (is_running(status)) member.context.user = status.user;
      if (need == Tree::needed) {
        const auto name = found.volume.follows.empty() ? place.name : std::string(kWholeVolume);
        member.context.trusted = TRY(world_.storage.trusted(id, name));
      }
      const auto port = found.volume.ports.find(place.name);
      if (port != found.volume.ports.end()) member.context.port = port->second;
      member.context.connect = [&runtime = world_.runtime, instance = member.context.id,
                                port = member.context.port] {
        return runtime.begin_connect(instance, port);
      };
      these.push_back(member.adapter->as_sibling(member.context));
      members.push_back(std::move(member));
    }
    before.insert(before.end(), these.begin(), these.end());
  }
  return members;
}

// What one of them may reach all reach, since they must reach each other. A follower talks to
// production; and what runs already stays in the network that it is in.
Result<std::vector<Instances::Member>> Instances::members_to_run(const VolumeId& volume) {
  auto all = TRY(members(volume));
  bool is_host = false;
  for (const auto& member : all) {
    const auto status = TRY(world_.runtime.status(member.context.id));
    const bool runs = is_running(status);
    is_host = is_host || member.context.purpose == Purpose::follow ||
              TRY(run_settings(member.context.config)).network == RunSettings::Network::host ||
              (runs && status.network.empty());
  }
  for (auto& member : all) member.network = is_host ? VolumeId() : volume;
  return all;
}

namespace {

// What is started learns the password that its container has today.
Result<> use_newest_login(CatalogUnit& catalog, Volume& volume) {
  if (volume.branch.empty()) return {};
  const auto branch = TRY(catalog.branches().find(volume.branch));
  if (!branch) return {};
  const auto container = TRY(catalog.containers().find(branch->container));
  if (container) volume.login = container->login;
  if (container) volume.number = container->number;
  return {};
}

}  // namespace

// Gives every source of the volume a port that is free now, keeping those it has where possible.
Result<> Instances::assign_ports(const VolumeId& id) {
  const std::lock_guard guard(ports_);
  return world_.catalog.write([&](CatalogUnit& catalog) -> Result<> {
    auto volume = TRY(volume_of(catalog, id));
    const auto version = TRY(version_on(catalog, volume));
    if (version.sources.empty()) return {};
    TRY(use_newest_login(catalog, volume));
    auto free = TRY(FreePorts::find(world_, catalog, std::hash<VolumeId>()(id), id));
    for (const auto& place : version.sources) {
      const auto status = TRY(world_.runtime.status(instance_on(id, place.name)));
      std::uint16_t& port = volume.ports[place.name];
      if (port != 0 && (is_running(status) || free.has(port))) {
        free.take(port);
      } else {
        port = TRY(free.take_next());
      }
    }
    return catalog.volumes().put(volume);
  });
}

Result<InstanceState> Instances::state(const Member& member) {
  return TRY(world_.runtime.status(member.context.id)).state;
}

Error Instances::with_log(const Member& member, Error error) {
  const auto log = world_.runtime.log(member.context.id, 8192);
  if (log && !log->empty()) error.detail += (error.detail.empty() ? "" : "\n") + *log;
  return error;
}

Result<> Instances::wait_ready(const Member& member, StartWhat what, const KeepGoing& keep_going) {
  const bool replays = what == StartWhat::databases_that_replay;
  const auto patience = replays ? world_.settings.replay_patience : world_.settings.ready_patience;
  const auto deadline = std::chrono::steady_clock::now() + patience;
  for (auto pause = 3ms;; pause = std::min<std::chrono::milliseconds>(pause * 5 / 4 + 1ms, 100ms)) {
    const auto answer = member.adapter->ready(member.context);
    if (answer) return {};
    if (answer.error().code != ErrorCode::unavailable) return with_log(member, answer.error());
    const auto status = TRY(world_.runtime.status(member.context.id));
    if (status.state != InstanceState::running) {
      return with_log(
          member,
          Error{.code = ErrorCode::failed,
                .message = fmt::format(
                    "{} ended by itself{}{}", member.context.source_name,
                    status.exit_status ? fmt::format(" with status {}", *status.exit_status) : "",
                    replays ? " while it replayed its log" : ""),
                .hint = replays ? "A file of that may be damaged: what the database said names it. "
                                  "Choose a point of the timeline, or a time before that file."
                                : "Its log says why."});
    }
    if (!keep_going()) {
      return Error{.code = ErrorCode::canceled, .message = "the operation was canceled"};
    }
    if (std::chrono::steady_clock::now() > deadline) {
      return with_log(
          member, Error{.code = ErrorCode::timed_out,
                        .message = fmt::format("{} did not answer within {} seconds: {}",
                                               member.context.source_name, patience.count() / 1000,
                                               answer.error().message),
                        .hint = replays ? "Choose a time sooner after a point on the timeline: "
                                          "there is less to replay then."
                                        : "Its log says what it was doing."});
    }
    std::this_thread::sleep_for(pause);
  }
}

Result<> Instances::start_one(const Member& member, StartWhat what, const KeepGoing& keep_going) {
  auto started = launch_and_wait(member, what, keep_going);
  if (started || what != StartWhat::databases_that_replay) return started;
  if (TRY(state(member)) != InstanceState::exited) return started;
  const auto log = world_.runtime.log(member.context.id, replay_log_bytes);
  const auto* replay = member.adapter->log_replay();
  if (!log || replay == nullptr || !TRY(replay->replays_again(member.context, *log))) {
    return started;
  }
  return launch_and_wait(member, what, keep_going);
}

Result<> Instances::launch_and_wait(const Member& member, StartWhat what,
                                    const KeepGoing& keep_going) {
  const auto before = TRY(state(member));
  if (before == InstanceState::frozen) TRY(world_.runtime.thaw(member.context.id));
  if (before == InstanceState::absent || before == InstanceState::exited) {
    if (before == InstanceState::exited) TRY(world_.runtime.stop(member.context.id, Duration(0)));
    TRY(member.adapter->prepare(member.context));
    auto spec = TRY(member.adapter->launch(member.context));
    if (!spec) return {};
    const bool waited_for = what != StartWhat::databases_in_background;
    spec->network = member.network;
    spec->user = member.context.user;
    spec->limits = TRY(run_settings(member.context.config)).limits;
    spec->urgency = waited_for ? Urgency::normal : Urgency::background;
    TRY(world_.runtime.start(member.context.id, *spec));
  }
  return wait_ready(member, what, keep_going);
}

Result<bool> Instances::lost_a_port(const VolumeId& volume) {
  for (const auto& member : TRY(members(volume))) {
    if (TRY(state(member)) == InstanceState::running || member.context.port == 0) continue;
    if (!world_.endpoints.available(member.context.port)) return true;
  }
  return false;
}

Result<> Instances::start(const VolumeId& volume, StartWhat what, const KeepGoing& keep_going) {
  constexpr int tries = 3;
  for (int left = tries - 1;; --left) {
    auto started = start_in_order(volume, what, keep_going);
    // Another program may take a port between our choice and the instance's start.
    if (started || left == 0 || !TRY(lost_a_port(volume))) return started;
    spdlog::warn("{}: another program has taken a port; trying others", volume.str());
  }
}

Result<> Instances::start_in_order(const VolumeId& volume, StartWhat what,
                                   const KeepGoing& keep_going) {
  TRY(assign_ports(volume));
  auto all = TRY(members_to_run(volume));
  for (std::size_t begin = 0; begin < all.size();) {
    if (!keep_going()) {
      return Error{.code = ErrorCode::canceled, .message = "the operation was canceled"};
    }
    std::size_t end = begin;
    std::vector<std::future<Result<>>> starting;
    for (; end < all.size() && all[end].place.priority == all[begin].place.priority; ++end) {
      const Member& member = all[end];
      if (what != StartWhat::everything && !member.adapter->info().recovers) continue;
      starting.push_back(std::async(std::launch::async, [this, &member, what, &keep_going] {
        return in_context("start " + member.context.source_name,
                          start_one(member, what, keep_going));
      }));
    }
    Result<> outcome;
    for (auto& one : starting) {
      auto started = one.get();
      if (!started && outcome) outcome = std::move(started);
    }
    if (!outcome) return outcome;
    begin = end;
  }
  return {};
}

Result<> Instances::stop(const VolumeId& volume, StopHow how) {
  const auto all = TRY(members(volume, Tree::not_needed));
  Result<> outcome;
  for (const auto& member : all | std::views::reverse) {
    const Duration grace = how == StopHow::in_order ? member.adapter->stop_patience() : Duration(0);
    auto stopped = stop_one(member, grace);
    if (!stopped && outcome) outcome = std::move(stopped);
  }
  return outcome;
}

Result<> Instances::stop_one(const Member& member, Duration grace) {
  TRY(end_hook(member));
  if (grace > Duration(0)) TRY(world_.runtime.thaw(member.context.id));
  return in_context("stop " + member.context.source_name,
                    world_.runtime.stop(member.context.id, grace));
}

Result<> Instances::replay(const VolumeId& volume, const std::filesystem::path& later,
                           Timestamp until, const Progress& progress) {
  const auto all = TRY(members(volume));
  Duration grain(1);
  for (const auto& member : all) {
    if (const auto* log = member.adapter->log_replay()) grain = std::max(grain, log->log_grain());
  }
  for (const auto& member : all) {
    const auto* log = member.adapter->log_replay();
    if (log == nullptr) continue;
    // Beside a log that knows no finer time than seconds, of which it has all before `until`, the
    // millisecond of `until` would be more than that: an effect without its cause.
    const bool is_finer = log->log_grain() < grain;
    const Timestamp target = is_finer ? until - Duration(1) : until;
    const auto& source = member.context.source_name;
    const bool is_whole = member.context.purpose == Purpose::follow;
    const auto tree = is_whole ? later : source_directory(later, source);
    TRY(in_context("the log of " + source, log->replay(member.context, tree, target, progress)));
  }
  return {};
}

Result<Instances::Member> Instances::follower(const VolumeId& volume) {
  auto all = TRY(members(volume));
  if (all.size() == 1) return std::move(all.front());
  return Error{.message = "no source follows production on " + volume.str()};
}

Result<FollowState> Instances::follow_state(const VolumeId& volume) {
  const auto member = TRY(follower(volume));
  const auto log = world_.runtime.log(member.context.id, follower_log_bytes);
  const auto* following = TRY(following_of(*member.adapter));
  return following->follow_state(member.context, log.value_or(std::string()));
}

Result<Timestamp> Instances::catch_up(const VolumeId& volume, const Progress& progress) {
  const auto member = TRY(follower(volume));
  const auto* following = TRY(following_of(*member.adapter));
  const auto state = TRY(follow_state(volume));
  if (state.health == FollowHealth::lost) {
    return Error{.code = ErrorCode::failed, .message = state.problem, .hint = state.hint};
  }
  auto caught_up = following->catch_up(member.context, progress);
  if (!caught_up && caught_up.error().code == ErrorCode::precondition_failed) {
    TRY(stop(volume, StopHow::in_order));
    TRY(start(volume, StartWhat::databases, [&] { return progress("", std::nullopt); }));
    caught_up = following->catch_up(member.context, progress);
  }
  if (!caught_up) return with_log(member, caught_up.error());
  return caught_up;
}

Result<std::map<InstanceId, std::unique_ptr<LogWatch>>> Instances::watch_logs(
    const VolumeId& volume) {
  std::map<InstanceId, std::unique_ptr<LogWatch>> watches;
  for (const auto& member : TRY(members(volume))) {
    const auto* log = member.adapter->log_replay();
    if (log == nullptr) continue;
    auto watch = TRY(log->watch_log(member.context));
    if (watch != nullptr) watches.emplace(member.context.id, std::move(watch));
  }
  return watches;
}

Result<> Instances::trim_logs(const VolumeId& volume, Timestamp keep_since) {
  for (const auto& member : TRY(members(volume))) {
    const auto* log = member.adapter->log_replay();
    if (log == nullptr) continue;
    TRY(in_context("shorten the log of " + member.context.source_name,
                   log->trim_log(member.context, keep_since)));
  }
  return {};
}

Result<std::vector<std::string>> Instances::left_out(const VolumeId& volume) {
  std::vector<std::string> all;
  for (const auto& member : TRY(members(volume))) {
    for (const auto& one : TRY(member.adapter->left_out(member.context))) {
      all.push_back(fmt::format("{}: {}", member.context.source_name, one));
    }
  }
  return all;
}

Result<std::vector<std::string>> Instances::notes(const VolumeId& volume,
                                                  const std::string& source) {
  std::vector<std::string> notes;
  for (const auto& member : TRY(members(volume))) {
    if (member.context.source_name != source) continue;
    if (TRY(state(member)) != InstanceState::running) break;
    const auto admitted = member.adapter->admits(member.context);
    if (!admitted && admitted.error().code == ErrorCode::unavailable) return admitted.error();
    if (!admitted) notes.push_back(admitted.error().describe());
    for (const auto& one : TRY(member.adapter->left_out(member.context))) {
      notes.push_back(one + ": no bookmark has it");
    }
    const auto* order = member.adapter->text_order();
    if (order == nullptr) continue;
    // One that has not said so in time is not in the way of the others.
    const auto doubts = order->doubts(member.context).value_or(std::vector<std::string>());
    notes.insert(notes.end(), doubts.begin(), doubts.end());
  }
  return notes;
}

Result<> Instances::freeze(const VolumeId& volume, const std::function<Result<>()>& between) {
  const auto all = TRY(members(volume));
  for (const auto& member : all | std::views::reverse) {
    if (member.adapter->info().recovers) continue;
    TRY(world_.runtime.freeze(member.context.id));
  }
  TRY(between());
  for (const auto& member : all) {
    if (!member.adapter->info().recovers) continue;
    TRY(world_.runtime.freeze(member.context.id));
  }
  return {};
}

Result<> Instances::thaw(const VolumeId& volume) {
  Result<> outcome;
  for (const auto& member : TRY(members(volume, Tree::not_needed))) {
    auto thawed = world_.runtime.thaw(member.context.id);
    if (!thawed && outcome) outcome = std::move(thawed);
  }
  return outcome;
}

Result<> Instances::thaw_databases(const VolumeId& volume) {
  for (const auto& member : TRY(members(volume, Tree::not_needed))) {
    if (member.adapter->info().recovers) TRY(world_.runtime.thaw(member.context.id));
  }
  return {};
}

Result<std::map<std::string, DataPosition>> Instances::positions(const VolumeId& volume,
                                                                 Timestamp now) {
  std::map<std::string, DataPosition> out;
  for (const auto& member : TRY(members(volume))) {
    DataPosition position{now, ""};
    if (TRY(state(member)) == InstanceState::running) {
      auto exact = member.adapter->position(member.context);
      if (exact) position = *exact;
    }
    out.emplace(member.context.source_name, position);
  }
  return out;
}

Result<std::int64_t> Instances::log_between(const VolumeId& volume,
                                            const std::map<std::string, DataPosition>& from,
                                            const std::map<std::string, DataPosition>& to) {
  std::int64_t bytes = 0;
  for (const auto& member : TRY(members(volume, Tree::not_needed))) {
    const auto first = from.find(member.context.source_name);
    const auto last = to.find(member.context.source_name);
    const auto* log = member.adapter->log_replay();
    if (first == from.end() || last == to.end() || log == nullptr) continue;
    bytes += log->log_between(first->second, last->second);
  }
  return bytes;
}

Result<std::size_t> Instances::sources(const VolumeId& volume) {
  return TRY(members(volume, Tree::not_needed)).size();
}

Result<bool> Instances::all_running(const VolumeId& volume) {
  for (const auto& member : TRY(members(volume))) {
    if (TRY(state(member)) == InstanceState::running) continue;
    if (TRY(member.adapter->launch(member.context))) return false;
  }
  return true;
}

Result<std::optional<Connection>> Instances::connection(const VolumeId& volume,
                                                        const std::string& source,
                                                        const std::string& host, std::uint16_t port,
                                                        ShowPassword show) {
  for (auto& member : TRY(members(volume))) {
    if (member.context.source_name != source) continue;
    if (show == ShowPassword::no) member.context.login.password.clear();
    return member.adapter->connection(member.context, host, port);
  }
  return std::optional<Connection>();
}

}  // namespace slip
