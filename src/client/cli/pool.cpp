#include <fmt/format.h>

#include "client/cli/commands.h"
#include "client/cli/figures.h"
#include "client/cli/pool_view.h"
#include "client/cli/table.h"
#include "client/cli/text_width.h"
#include "client/cli/words.h"

namespace slip::cli {

std::string pool_in_short(const json::value& pool) {
  return fmt::format("{}, {} of {} free", printable(text_in(pool, "kind", text_in(pool, "driver"))),
                     size(number_in(pool, "free")), size(number_in(pool, "total")));
}

std::string pool_page(const json::value& pool) {
  const auto total = number_in(pool, "total");
  const auto free = number_in(pool, "free");
  const auto percent = total > 0 ? fmt::format(" ({} %)", free * 100 / total) : "";
  return fields({{"kind", text_in(pool, "kind")},
                 {"driver", text_in(pool, "driver")},
                 {"why", text_in(pool, "why")},
                 {"where", text_in(pool, "root")},
                 {"size", size(total)},
                 {"free", size(free) + percent},
                 {"isolation", text_in(pool, "isolation")},
                 {"because", text_in(pool, "isolation_reason")},
                 {"warning", text_in(pool, "warning")},
                 {"unknown", joined(list_in(pool, "unknown"))}});
}

void add_pool(Command& slip) {
  auto* command = slip.add_subcommand("pool", "Where all data lives, and how much space is left");
  command->on_chosen([](Session& session) -> Result<> {
    const json::value pool = TRY(session.get(api_path({"pool"})));
    if (session.json()) {
      session.print_json(pool);
    } else {
      session.print(pool_page(pool));
    }
    return {};
  });
}

}  // namespace slip::cli
