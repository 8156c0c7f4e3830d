// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include "host/instances.h"
#include "host/told.h"

namespace slip {

Result<std::vector<std::string>> Instances::left_out(const VolumeSpec& volume) {
  std::vector<std::string> all;
  for (const auto& member : TRY(members(volume))) {
    for (const auto& one : as_told(TRY(member.adapter->left_out(member.context)))) {
      all.push_back(fmt::format("{}: {}", member.context.source_name, one));
    }
  }
  return all;
}

Result<std::vector<std::string>> Instances::notes(const VolumeSpec& volume,
                                                  const std::string& source) {
  std::vector<std::string> notes;
  for (const auto& one : volume.sources) {
    if (machine_.adapter(one.config.kind)) continue;
    notes.push_back(
        fmt::format("the kind \"{}\" of {} is not there any more: it can be stopped and deleted, "
                    "but not started",
                    one.config.kind, one.name));
  }
  if (!notes.empty()) return notes;
  for (const auto& member : TRY(members(volume))) {
    if (member.context.source_name != source) continue;
    const auto is = TRY(state(member));
    if (is == InstanceState::exited) {
      if (const auto why = why_it_ended(member)) notes.push_back(why->message + ". " + why->hint);
    }
    if (is != InstanceState::running) break;
    const auto admitted = member.adapter->admits(member.context);
    if (!admitted && admitted.error().code == ErrorCode::unavailable) return admitted.error();
    if (!admitted) notes.push_back(admitted.error().describe());
    for (const auto& one : as_told(TRY(member.adapter->left_out(member.context)))) {
      notes.push_back(one + ": no bookmark has it");
    }
    const auto* order = member.adapter->text_order();
    if (order == nullptr) continue;
    // One that has not said so in time is not in the way of the others.
    const auto doubts = as_told(order->doubts(member.context).value_or(std::vector<std::string>()));
    notes.insert(notes.end(), doubts.begin(), doubts.end());
  }
  return notes;
}

Result<std::map<std::string, DataPosition>> Instances::positions(const VolumeSpec& volume,
                                                                 Timestamp now) {
  std::map<std::string, DataPosition> out;
  for (const auto& member : TRY(members(volume))) {
    DataPosition position{now, ""};
    if (TRY(state(member)) == InstanceState::running) {
      auto exact = member.adapter->position(member.context);
      if (exact) position = as_told(*std::move(exact), now);
    }
    out.emplace(member.context.source_name, position);
  }
  return out;
}

Result<std::size_t> Instances::sources(const VolumeSpec& volume) {
  return TRY(members(volume, Tree::not_needed)).size();
}

Result<bool> Instances::all_running(const VolumeSpec& volume) {
  for (const auto& member : TRY(members(volume))) {
    if (TRY(state(member)) == InstanceState::running) {
      // Where it was begun in the middle of a stop, or its tree was not to be had before.
      hold_for_what_runs(volume.id, member.tree);
      continue;
    }
    if (TRY(member.adapter->launch(member.context))) return false;
  }
  return true;
}

Result<std::optional<Connection>> Instances::connection(const VolumeSpec& volume,
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
