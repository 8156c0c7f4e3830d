// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <boost/describe.hpp>
#include <cstdint>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "domain/change.h"
#include "domain/hook.h"
#include "domain/ids.h"

namespace slip {

// What operations are made of. A step is data: it is journaled before it runs, shown to people, and
// run again after a crash. Carrying one out and taking it back are both idempotent.

struct CreateVolume {
  static constexpr std::string_view kind = "create_volume";
  VolumeId volume;
};
BOOST_DESCRIBE_STRUCT(CreateVolume, (), (volume))

struct CloneSnapshot {
  static constexpr std::string_view kind = "clone_snapshot";
  SnapshotId snapshot;
  VolumeId volume;
};
BOOST_DESCRIBE_STRUCT(CloneSnapshot, (), (snapshot, volume))

// Brings a source's newest data into the volume.
struct IngestSource {
  static constexpr std::string_view kind = "ingest_source";
  SourceConfig config;
  VolumeId volume;
};
BOOST_DESCRIBE_STRUCT(IngestSource, (), (config, volume))

// Gets the volume, just cloned and not started yet, ready to go on from its own moment to `until`:
// its databases replay the log that `later` has, a snapshot of the same segment, when they start;
// or, a clone of what follows production, of the same follower, when it is detached.
struct ReplayLog {
  static constexpr std::string_view kind = "replay_log";
  VolumeId volume;
  SnapshotId later;
  Timestamp until;
};
BOOST_DESCRIBE_STRUCT(ReplayLog, (), (volume, later, until))

// One source's data on its way into a template's volume.
struct VolumePart {
  std::string source_name;
  SnapshotId snapshot;
};
BOOST_DESCRIBE_STRUCT(VolumePart, (), (source_name, snapshot))

// Brings one snapshot of every source together in one new volume.
struct ComposeVolume {
  static constexpr std::string_view kind = "compose_volume";
  VolumeId volume;
  std::vector<VolumePart> parts;
};
BOOST_DESCRIBE_STRUCT(ComposeVolume, (), (volume, parts))

enum class AfterSnapshot { go_on, stay_frozen, start_again };
BOOST_DESCRIBE_ENUM(AfterSnapshot, go_on, stay_frozen, start_again)

// Flushes what runs on the volume, then freezes its data at one instant as `snapshot`. With
// `stay_frozen` nothing more is written to the volume: what was committed by then is in it. With
// `start_again` what runs is ended cleanly before, so that nothing is missing, and started
// again afterwards. What does not answer is not waited for: the point says what it lacks.
struct TakeSnapshot {
  static constexpr std::string_view kind = "take_snapshot";
  VolumeId volume;
  SnapshotId snapshot;
  AfterSnapshot after = AfterSnapshot::go_on;
};
BOOST_DESCRIBE_STRUCT(TakeSnapshot, (), (volume, snapshot, after))

// `databases_in_background`: alone, for what nobody waits for. `databases_that_replay`: they may
// have hours of log to read first.
enum class StartWhat { everything, databases, databases_in_background, databases_that_replay };
BOOST_DESCRIBE_ENUM(StartWhat, everything, databases, databases_in_background,
                    databases_that_replay)

// Starts what runs on the volume, in the template's order, and waits until each answers.
struct StartInstances {
  static constexpr std::string_view kind = "start_instances";
  VolumeId volume;
  StartWhat what = StartWhat::everything;
};
BOOST_DESCRIBE_STRUCT(StartInstances, (), (volume, what))

enum class StopHow { in_order, at_once };
BOOST_DESCRIBE_ENUM(StopHow, in_order, at_once)

struct StopInstances {
  static constexpr std::string_view kind = "stop_instances";
  VolumeId volume;
  StopHow how = StopHow::in_order;
};
BOOST_DESCRIBE_STRUCT(StopInstances, (), (volume, how))

// New connections wait, old ones are closed.
struct HoldEndpoints {
  static constexpr std::string_view kind = "hold_endpoints";
  ContainerId container;
  std::vector<std::uint16_t> ports;
};
BOOST_DESCRIBE_STRUCT(HoldEndpoints, (), (container, ports))

// The endpoints lead to where the catalog says now.
struct ReleaseEndpoints {
  static constexpr std::string_view kind = "release_endpoints";
  ContainerId container;
  std::vector<std::uint16_t> ports;
};
BOOST_DESCRIBE_STRUCT(ReleaseEndpoints, (), (container, ports))

// The point of no return: before it an operation is rolled back, after it carried to its end.
struct Commit {
  static constexpr std::string_view kind = "commit";
  std::vector<Change> changes;
};
BOOST_DESCRIBE_STRUCT(Commit, (), (changes))

// After the switch, of a volume that nobody uses any more: ends what runs on it, databases in good
// order, and freezes what they leave as `snapshot`, which becomes that of the point, so that it
// has all that they had. Where they do not end so the point stays as it is, and says what it lacks.
struct KeepWhatIsLeft {
  static constexpr std::string_view kind = "keep_what_is_left";
  VolumeId volume;
  PointId point;
  SnapshotId snapshot;
};
BOOST_DESCRIBE_STRUCT(KeepWhatIsLeft, (), (volume, point, snapshot))

// Lets the databases on the volume write out what they have in memory, so that the stop that comes
// next is a short one. One that does not answer is passed over.
struct WriteOut {
  static constexpr std::string_view kind = "write_out";
  VolumeId volume;
};
BOOST_DESCRIBE_STRUCT(WriteOut, (), (volume))

// The volume is no longer needed; the reaper takes it.
struct DropVolume {
  static constexpr std::string_view kind = "drop_volume";
  VolumeId volume;
};
BOOST_DESCRIBE_STRUCT(DropVolume, (), (volume))

// Runs what the sources on the volume have as hooks of that moment. Taken back, a pre_snapshot runs
// the volume's post_snapshot, if that has not begun; else what a hook did is not taken back.
struct RunHooks {
  static constexpr std::string_view kind = "run_hooks";
  VolumeId volume;
  HookMoment when = HookMoment::configure_clone;
};
BOOST_DESCRIBE_STRUCT(RunHooks, (), (volume, when))

// Waits until the source that is kept up with production on the volume has all that production had
// when the step began. With `reach`, what production had by then is enough.
struct CatchUp {
  static constexpr std::string_view kind = "catch_up";
  SourceConfig config;
  VolumeId volume;
  std::optional<Timestamp> reach = {};
};
BOOST_DESCRIBE_STRUCT(CatchUp, (), (config, volume, reach))

// Finds out as of when the data is that follows production on the volume, if that can be told.
// Neither has to run, or to answer.
struct FindDataTime {
  static constexpr std::string_view kind = "find_data_time";
  VolumeId volume;
};
BOOST_DESCRIBE_STRUCT(FindDataTime, (), (volume))

// Makes of the volume, a clone of one that is kept up with production, what IngestSource leaves:
// data that goes on by itself.
struct Detach {
  static constexpr std::string_view kind = "detach";
  SourceConfig config;
  VolumeId volume;
};
BOOST_DESCRIBE_STRUCT(Detach, (), (config, volume))

// Sorts anew what of the source's data on the volume another version of this machine's libraries
// has put in order.
struct SortAnew {
  static constexpr std::string_view kind = "sort_anew";
  SourceConfig config;
  VolumeId volume;
};
BOOST_DESCRIBE_STRUCT(SortAnew, (), (config, volume))

using Step =
    std::variant<CreateVolume, CloneSnapshot, ReplayLog, IngestSource, ComposeVolume, TakeSnapshot,
                 StartInstances, StopInstances, HoldEndpoints, ReleaseEndpoints, Commit, DropVolume,
                 RunHooks, CatchUp, Detach, FindDataTime, KeepWhatIsLeft, WriteOut, SortAnew>;

// What a person is told while it runs: "Starting the database and the application".
std::string_view words(const Step& step);

std::string_view kind_of(const Step& step);

}  // namespace slip
