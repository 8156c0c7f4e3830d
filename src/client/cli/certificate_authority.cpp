// SPDX-License-Identifier: Apache-2.0
#include "client/cli/commands.h"
#include "client/cli/table.h"

namespace slip::cli {

void add_certificate_authority(Command& slip) {
  auto* command = slip.add_subcommand(
      "ca",
      "The certificate that databases', applications' and the page's certificates are signed "
      "by (PEM): what clients on other machines are told to trust");
  command->on_chosen([](Session& session) -> Result<> {
    const json::value found = TRY(session.get(api_path({"certificate-authority"})));
    if (session.json()) {
      session.print_json(found);
    } else {
      session.print(text_in(found, "certificate"));
    }
    return {};
  });
}

}  // namespace slip::cli
