// SPDX-License-Identifier: Apache-2.0
#include "adapters/postgresql/configuration.h"
#include "adapters/postgresql/ingest.h"
#include "adapters/postgresql/login.h"

namespace slip::postgresql {

Result<DataPosition> ingest_from(const Ingest& ingest, const EmptyOrigin&) {
  const ServerVersion version = TRY(choose_version(ingest, std::nullopt));
  TRY(make_layout(ingest.layout, ingest.user));
  TRY(initialize(ingest, version, text_kind(ingest.settings)));
  TRY(write_configuration(TRY(ingest.layout.open_data()), ingest.settings, ingest.user));
  auto server = TRY(PrivateServer::start(ingest.place(version),
                                         [&] { return ingest.go_on("making an empty database"); }));
  {
    auto session = TRY(server.session());
    TRY(ensure_role(session, ingest.settings.login));
    TRY(ensure_database(session, ingest.settings.database, ingest.settings.login));
  }
  TRY(server.stop());
  const ControlData control = TRY(read_control_data(TRY(ingest.layout.open_data())));
  return DataPosition{.at = machine_time(), .position = control.position.position};
}

}  // namespace slip::postgresql
