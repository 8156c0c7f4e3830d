// SPDX-License-Identifier: Apache-2.0
#include "operations/source_notes.h"

namespace slip {

using namespace std::chrono_literals;

namespace {

constexpr auto kFresh = 2s;
constexpr auto kPatience = 150ms;
constexpr auto kForgotten = 10min;

}  // namespace

std::vector<std::string> SourceNotes::of(const VolumeSpec& volume, const std::string& source) {
  const std::lock_guard guard(lock_);
  const auto now = Clock::now();
  forget_old(now);
  Known& known = known_[{volume.id, source}];
  if (!known.answer.valid() && now - known.asked > kFresh) {
    known.asked = now;
    known.answer = std::async(std::launch::async, [this, volume, source] {
      return host_.ask(volume, AskNotes{source}).value_or(std::vector<std::string>());
    });
  }
  if (known.answer.valid() && known.answer.wait_for(kPatience) == std::future_status::ready) {
    known.notes = known.answer.get();
  }
  return known.notes;
}

void SourceNotes::forget_old(Clock::time_point now) {
  std::erase_if(known_, [&](const auto& one) {
    const Known& known = one.second;
    const bool answered =
        !known.answer.valid() || known.answer.wait_for(0s) == std::future_status::ready;
    return answered && now - known.asked > kForgotten;
  });
}

}  // namespace slip
