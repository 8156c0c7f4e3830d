#pragma once

#include "operations/instances.h"

namespace slip {

// The only one who deletes. It destroys what the catalog says is doomed, and dooms what the
// retention policy no longer keeps: old points that nobody named, and the trash.
// It never touches what the catalog does not know.
class Reaper {
 public:
  Reaper(World& world, Instances& instances) : world_(world), instances_(instances) {}

  // Destroys everything doomed. Goes on past what fails, which is tried again next time.
  // Returns how much is left doomed.
  Result<std::size_t> destroy_doomed();

  // Dooms what is past its time.
  Result<> retire(Timestamp now);

 private:
  Result<> destroy(const Volume& volume);
  Result<> retire_points(CatalogUnit& catalog, Timestamp now);
  Result<> purge_trash(CatalogUnit& catalog, Timestamp now);

  World& world_;
  Instances& instances_;
};

// What is in the pool and not in the catalog, in words; it is reported and left alone.
Result<std::vector<std::string>> unknown_in_pool(World& world);

}  // namespace slip
