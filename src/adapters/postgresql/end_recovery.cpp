// SPDX-License-Identifier: Apache-2.0
#include <functional>

#include "adapters/postgresql/follow.h"
#include "adapters/postgresql/ingest.h"
#include "adapters/postgresql/log_files.h"
#include "adapters/postgresql/replay_check.h"
#include "adapters/postgresql/tablespace_places.h"
#include "adapters/postgresql/tablespaces.h"
#include "adapters/postgresql/write_ahead_log.h"

namespace slip::postgresql {

namespace {

// The recovery of a clone of a follower, begun again as long as that helps.
class Recovery {
 public:
  Recovery(const Ingest& ingest, const ServerVersion& version)
      : ingest_(ingest), layout_(ingest.layout), version_(version) {}

  // `arguments` are the server's; asked for anew each time.
  using Arguments = std::function<Result<std::vector<std::string>>()>;
  Result<> run(std::string_view what, const Arguments& arguments) const {
    for (;;) {
      auto done = run_once(what, TRY(arguments()));
      if (done || !TRY(gets_further(done.error().detail))) return done;
    }
  }

 private:
  Result<> run_once(std::string_view what, const std::vector<std::string>& arguments) const {
    TRY(lead_tablespaces_here(ingest_));
    TRY(write_owned(TRY(layout_.open_data()), "standby.signal", "", ingest_.user));
    PrivatePlace place = ingest_.place(version_);
    if (const auto& follow = ingest_.settings.follow; follow && !follow->archive.empty()) {
      place.readable.push_back(follow->archive);
    }
    place.links = TRY(links_to_places(layout_));
    auto server = TRY(PrivateServer::start(
        place, [&] { return ingest_.go_on(what); }, PrivateServer::Recovery::promote, arguments));
    return server.stop();
  }

  Result<bool> gets_further(const std::string& said) const {
    const Confinement& confinement = *ingest_.confinement;
    return TRY(lacked_a_place(said, layout_, confinement, ingest_.user)) ||
           TRY(lacked_a_file(said, layout_, confinement, ingest_.user)) ||
           TRY(replay_needs_more(layout_, said, ingest_.user));
  }

  const Ingest& ingest_;
  const Layout& layout_;
  const ServerVersion& version_;
};

}  // namespace

// A follower's own server finds some by links that only its sandbox has.
Result<> lead_tablespaces_here(const Ingest& ingest) {
  return adopt_tablespaces(
      ingest.layout,
      ingest.confinement->hides_the_rest() ? Outside::out_of_reach : Outside::within_reach,
      ingest.user);
}

// One that has only just been seeded still has its backup's label, and is recovered like a backup
// unless it is to replay a log. The log that a backup needs may be in the archive only.
Result<> end_recovery(const Ingest& ingest, const ServerVersion& version) {
  const Layout& layout = ingest.layout;
  const bool is_seed = TRY(is_there(TRY(layout.open_data()), "backup_label"));
  const auto& follow = ingest.settings.follow;
  const bool has_archive = follow && !follow->archive.empty();
  const Recovery recovery(ingest, version);
  if (!TRY(has_replay(layout))) {
    if (is_seed && !has_archive) return {};
    std::vector<std::string> arguments;
    if (is_seed) arguments = {"-c", "restore_command=" + restore_command(follow->archive)};
    return recovery.run("ending the recovery",
                        [&] { return Result<std::vector<std::string>>(arguments); });
  }
  const auto replay = [&](ReplayEnd end) {
    return recovery.run("replaying the log", [&] { return replay_arguments(layout, end); });
  };
  auto replayed = replay(ReplayEnd::target);
  // Whoever has asked for the time knows that the log reaches it; that nothing was committed from
  // then to its end is no fault.
  if (!replayed && replayed.error().detail.find(kEndedBeforeTarget) != std::string::npos) {
    TRY(replay(ReplayEnd::end_of_log));
    return end_replay(layout);
  }
  TRY(replayed);
  TRY(check_replay(layout, *ingest.confinement, ingest.user));
  return end_replay(layout);
}

}  // namespace slip::postgresql
