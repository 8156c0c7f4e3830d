#include "adapters/mariadb/mariadb_world.h"

namespace slip::test {

std::vector<MakeAdapterWorld> worlds() {
  return world_of_each_series(mariadb::mariadb_dialect());
}

}  // namespace slip::test
