// SPDX-License-Identifier: Apache-2.0
#include <ranges>

#include "base/log.h"
#include "host/instances.h"
#include "host/told.h"

namespace slip {
namespace {

// What a server that does not answer is given to end cleanly all the same.
constexpr Duration kPatienceWithoutAnswer{3000};

constexpr const char* kDidNotAnswer =
    "what it had not written to disk yet, and what only a clean stop writes: it did not "
    "answer when the copy was made";
constexpr const char* kDidNotEndInOrder = "what only a clean stop writes: it had ended otherwise";

}  // namespace

Result<Instances::Copyable> Instances::prepare_copy(const Member& member, Prepare how) {
  const auto& [adapter, context] = std::tie(member.adapter, member.context);
  Copyable found{.runs = TRY(state(member)) == InstanceState::running};
  if (!adapter->info().recovers) {
    // Its files are all that it has.
    found.as_it_runs.emplace();
    found.once_stopped.emplace();
    return found;
  }
  if (!found.runs) {
    const auto ended = adapter->ending(context);
    if (!ended) return found;
    found.as_it_runs.emplace();
    if (*ended == Ending::otherwise) found.as_it_runs->emplace_back(kDidNotEndInOrder);
    return found;
  }
  if (how == Prepare::look || context.purpose == Purpose::follow) return found;
  Result<> written;
  if (how == Prepare::write_out) written = adapter->write_out(context, WriteOutHow::if_quiet);
  found.answers = written || written.error().code != ErrorCode::timed_out;
  auto lacks = found.answers ? adapter->lacks(context) : Result<Lacks>(written.error());
  if (lacks) {
    found.as_it_runs = as_told(std::move(lacks->as_it_runs));
    found.once_stopped = as_told(std::move(lacks->once_stopped));
    return found;
  }
  found.answers = lacks.error().code != ErrorCode::timed_out;
  spdlog::warn("{} does not say what a copy of it lacks: {}", context.source_name,
               lacks.error().describe());
  return found;
}

Result<Instances::Copyables> Instances::prepare_copy(const VolumeSpec& volume, Prepare how) {
  Copyables all;
  for (const auto& member : TRY(members(volume))) {
    all.emplace(member.context.source_name, TRY(prepare_copy(member, how)));
  }
  return all;
}

Result<> Instances::write_out(const VolumeSpec& volume) {
  for (const auto& member : TRY(members(volume))) {
    if (TRY(state(member)) != InstanceState::running) continue;
    const auto written = member.adapter->write_out(member.context, WriteOutHow::all);
    if (!written) {
      spdlog::warn("{} does not write out what it has in memory: {}", member.context.source_name,
                   written.error().describe());
    }
  }
  return {};
}

Result<std::map<std::string, DataPosition>> Instances::flush(const VolumeSpec& volume,
                                                             Timestamp now,
                                                             const Copyables& copyables) {
  std::map<std::string, DataPosition> out;
  for (const auto& member : TRY(members(volume))) {
    const auto& context = member.context;
    DataPosition position{.at = now, .position = ""};
    const auto known = copyables.find(context.source_name);
    const Copyable copyable = known == copyables.end() ? Copyable() : known->second;
    position.lacks = copyable.as_it_runs;
    if (TRY(state(member)) == InstanceState::running) {
      Result<> flushed = Error{.code = ErrorCode::timed_out, .message = "it does not answer"};
      if (copyable.answers) flushed = member.adapter->flush(context);
      if (!flushed && context.purpose == Purpose::follow) {
        TRY(in_context("flush " + context.source_name, std::move(flushed)));
      }
      if (flushed) {
        auto exact = member.adapter->position(context);
        if (exact) position = as_told(*std::move(exact), now);
        position.lacks = copyable.as_it_runs;
      } else {
        spdlog::warn("flush {}: {}", context.source_name, flushed.error().describe());
        if (!position.lacks) position.lacks.emplace();
        position.lacks->emplace_back(kDidNotAnswer);
      }
    }
    out.emplace(context.source_name, std::move(position));
  }
  return out;
}

Result<std::map<std::string, Instances::Left>> Instances::stop_whole(const VolumeSpec& volume,
                                                                     StopHow applications,
                                                                     const Copyables& copyables) {
  std::map<std::string, Left> left;
  const auto all = TRY(members(volume));
  for (const auto& member : all | std::views::reverse) {
    const auto& context = member.context;
    const AdapterInfo info = member.adapter->info();
    const auto known = copyables.find(context.source_name);
    const Copyable copyable = known == copyables.end() ? Copyable() : known->second;
    Duration grace = member.adapter->stop_patience();
    if (!info.recovers && applications == StopHow::at_once) grace = Duration(0);
    if (info.recovers && !copyable.answers) grace = std::min(grace, kPatienceWithoutAnswer);
    TRY(stop_one(volume.id, *member.source, grace));
    Left& one = left[context.source_name];
    const auto ended = info.recovers ? member.adapter->ending(context) : Ending::in_good_order;
    one.is_whole = ended && *ended == Ending::in_good_order;
    if (!copyable.runs) {
      one.lacks = copyable.as_it_runs;
    } else if (one.is_whole) {
      one.lacks = copyable.once_stopped;
      if (!one.lacks && info.stops_whole) one.lacks.emplace();
    } else {
      one.lacks = copyable.as_it_runs;
      if (!one.lacks) one.lacks.emplace();
      one.lacks->emplace_back(kDidNotEndInOrder);
    }
  }
  let_go(volume.id);
  return left;
}

}  // namespace slip
