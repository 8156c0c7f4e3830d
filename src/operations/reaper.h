// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "operations/world.h"

namespace slip {

// The only one who deletes. It destroys what the catalog says is doomed, and dooms what the
// retention policy no longer keeps: old points that nobody named, and the trash.
// It never touches what the catalog does not know.
class Reaper {
 public:
  explicit Reaper(World& world) : world_(world) {}

  // Destroys everything doomed. Goes on past what fails, which is tried again next time.
  // Returns how much is left doomed.
  Result<std::size_t> destroy_doomed();

  // Dooms what has been in the trash for its time.
  Result<> purge_trash(Timestamp now);

  // Dooms points that the retention policy no longer keeps. Where the pool runs short of space, all
  // automatic ones but one an hour: they only make going back quicker.
  Result<> retire_points(Timestamp now);

  // Dooms what is no longer kept of the history of sources.
  Result<> retire_source_points(Timestamp now);

  // Deletes what databases' logs hold from before the time that they are kept for.
  Result<> trim_database_logs(Timestamp now);

 private:
  Result<> destroy(const Volume& volume);
  Result<> trim_logs(const VolumeId& volume, Timestamp keep_since);
  void leave_origin(const Volume& follower);
  Result<RetentionPolicy> policy();

  World& world_;
};

// What is in the pool and not in the catalog, in words; it is reported and left alone.
Result<std::vector<std::string>> unknown_in_pool(World& world);

}  // namespace slip
