// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <boost/describe.hpp>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "base/time.h"
#include "domain/ids.h"

namespace slip {

// Makes a tree of files an application: the program that is run on every branch.
// In `command` and `env`, ${port}, ${directory} and ${NAME.KEY} (a sibling source's HOST, PORT,
// URL, ...) are replaced.
struct RunSection {
  std::vector<std::string> command;  // command[0] absolute, or relative to the tree
  std::map<std::string, std::string> env;
  std::string health = "/";  // GET on its port must answer below 500; "" = TCP connect
  std::string stop_signal = "TERM";
};
BOOST_DESCRIBE_STRUCT(RunSection, (), (command, env, health, stop_signal))

// What a source is and where its data comes from. The keys of `settings` belong to the adapter of
// that kind (docs/guides/sources.md). As it is kept and shown, what is secret in it is masked, and
// the whole value lies elsewhere, by handle (domain/masking.h).
struct SourceConfig {
  std::string kind;  // "postgresql", "files"
  std::map<std::string, std::string> settings;
  std::optional<RunSection> run;
  std::map<std::string, SecretId> secrets = {};  // by key of `settings`, or "env." and a variable

  auto setting(const std::string& key) const -> std::optional<std::string> {
    const auto found = settings.find(key);
    if (found == settings.end()) return std::nullopt;
    return found->second;
  }
};
BOOST_DESCRIBE_STRUCT(SourceConfig, (), (kind, settings, run, secrets))

// How far a source's data goes: the time of its newest change, and the exact place in the
// source's own log ("0/3000060" in PostgreSQL; empty where there is no log).
struct DataPosition {
  Timestamp at;
  std::string position;
  // Differs from the one of another moment if anything was written between them; nothing where the
  // source cannot tell. (`position` may move without that: a database also logs for itself.)
  std::optional<std::string> mark = {};
  // Of a point: what a copy made from it does not have of what the source had, in words for people;
  // empty: it is exact; nothing: not known.
  std::optional<std::vector<std::string>> lacks = {};
  // What of the data may be wrong on this machine, in words for people.
  std::vector<std::string> doubts = {};
};
BOOST_DESCRIBE_STRUCT(DataPosition, (), (at, position, mark, lacks, doubts))

// What a source's data was once. All times are by this machine's clock, but for `at` where an
// archive is followed: that is production's, which nothing tells apart from ours.
struct SourcePoint {
  SnapshotId snapshot;
  VolumeId follower;     // whose raw data it is, with its log; empty: a copy that stands alone
  Timestamp at;          // it has everything that production had by then
  Timestamp taken_by;    // and nothing later than that
  std::string position;  // of the follower, in its own log
  std::optional<std::int64_t> clock_ahead_ms = {};  // production's, then; nothing: not known
};
BOOST_DESCRIBE_STRUCT(SourcePoint, (), (snapshot, follower, at, taken_by, position, clock_ahead_ms))

// A linked database or file tree. Its newest data is a snapshot in the pool.
struct Source {
  SourceId id;
  std::string name;  // check_name; unique, the catalog checks
  SourceConfig config;
  SnapshotId snapshot;                   // empty until the first sync has succeeded
  std::optional<DataPosition> position;  // how far that data goes
  std::optional<Timestamp> synced_at;
  Timestamp created_at;
  std::optional<Timestamp> deleted_at;
  std::string schedule = {};      // parse_schedule: when it is synced automatically; "": never
  std::string webhook_hash = {};  // of the secret that lets anybody sync it; "": nobody
  VolumeId volume = {};           // where it is kept up with production; empty: it is not
  // Oldest first; what its templates can be brought back to, with the log of what follows.
  std::vector<SourcePoint> history = {};
};
BOOST_DESCRIBE_STRUCT(Source, (),
                      (id, name, config, snapshot, position, synced_at, created_at, deleted_at,
                       schedule, webhook_hash, volume, history))

}  // namespace slip
