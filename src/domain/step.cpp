// SPDX-License-Identifier: Apache-2.0
#include "domain/step.h"

namespace slip {
namespace {

struct Words {
  std::string_view operator()(const CreateVolume&) const { return "Making room"; }
  std::string_view operator()(const CloneSnapshot&) const { return "Getting the data ready"; }
  std::string_view operator()(const ReplayLog&) const { return "Fetching the log of that time"; }
  std::string_view operator()(const IngestSource&) const { return "Fetching the data"; }
  std::string_view operator()(const ComposeVolume&) const {
    return "Bringing the sources together";
  }
  std::string_view operator()(const TakeSnapshot& step) const {
    switch (step.after) {
      case AfterSnapshot::stay_frozen:
        return "Saving where you are";
      case AfterSnapshot::start_again:
        return "Stopping, saving this moment and starting again";
      case AfterSnapshot::go_on:
        break;
    }
    return "Saving this moment";
  }
  std::string_view operator()(const StartInstances& step) const {
    return step.what == StartWhat::databases_that_replay
               ? "Replaying the log up to that time"
               : "Starting the databases and applications";
  }
  std::string_view operator()(const StopInstances&) const { return "Stopping what ran before"; }
  std::string_view operator()(const HoldEndpoints&) const {
    return "Asking new connections to wait";
  }
  std::string_view operator()(const ReleaseEndpoints&) const { return "Connecting"; }
  std::string_view operator()(const Commit&) const { return "Switching over"; }
  std::string_view operator()(const DropVolume&) const { return "Tidying up"; }
  std::string_view operator()(const RunHooks& step) const {
    return step.when == HookMoment::mask ? "Masking the data" : "Running the template's hooks";
  }
  std::string_view operator()(const CatchUp&) const { return "Catching up with production"; }
  std::string_view operator()(const FindDataTime&) const { return "Looking how far its data goes"; }
  std::string_view operator()(const Detach&) const { return "Making a copy that stands alone"; }
  std::string_view operator()(const KeepWhatIsLeft&) const {
    return "Stopping what ran before, and keeping all of it";
  }
  std::string_view operator()(const WriteOut&) const { return "Writing out what is in memory"; }
  std::string_view operator()(const SortAnew&) const { return "Building indexes again"; }
};

}  // namespace

std::string_view words(const Step& step) {
  return std::visit(Words(), step);
}

std::string_view kind_of(const Step& step) {
  return std::visit([](const auto& chosen) { return chosen.kind; }, step);
}

}  // namespace slip
