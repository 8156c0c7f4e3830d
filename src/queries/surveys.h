// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <condition_variable>
#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "base/result.h"
#include "base/time.h"
#include "ports/catalog.h"

namespace slip::queries {

// Measures what takes as long as trees are large, on a few threads of its own: however many ask,
// and however long it takes, whoever asks is answered soon. Thread-safe.
class Surveys {
 public:
  // The catalog counts exceptions that nobody was to throw; it outlives this.
  explicit Surveys(Catalog& catalog);
  ~Surveys();
  Surveys(const Surveys&) = delete;
  Surveys& operator=(const Surveys&) = delete;

  // What `measure` finds (it returns a Result), which is begun after this was called: those who ask
  // for the same `what` meanwhile get the same. When `patience` is over, what was found last; the
  // measuring goes on. Each `what` is of one type.
  // Errors: those of `measure`; `unavailable` (nothing was found yet, too much is being measured,
  // or after `close`).
  template <class Measure>
  auto ask(const std::string& what, Duration patience, Measure measure) -> decltype(measure()) {
    using Found = typename decltype(measure())::value_type;
    const auto found =
        TRY(ask_any(what, patience, [measure = std::move(measure)]() -> Result<AnyFound> {
          return AnyFound(std::make_shared<const Found>(TRY(measure())));
        }));
    return *static_cast<const Found*>(found.get());
  }

  // Nobody waits any longer, and nothing more is begun.
  void close();

  static constexpr std::size_t at_once = 2;
  static constexpr std::size_t known_max = 64;

 private:
  using AnyFound = std::shared_ptr<const void>;
  using AnyMeasure = std::function<Result<AnyFound>()>;
  struct Known {
    std::uint64_t begun = 0;  // how often, of which so many have ended, one after the other
    std::uint64_t ended = 0;
    std::uint64_t wanted = 0;            // the one that whoever asked last waits for
    std::uint64_t asked = 0;             // when, in the order of all
    AnyMeasure measure = {};             // for the next
    Result<AnyFound> last = AnyFound();  // of the one that ended last
    AnyFound found = {};                 // by the last that went well
  };
  Result<AnyFound> ask_any(const std::string& what, Duration patience, AnyMeasure measure);
  void work();
  std::shared_ptr<Known> next();
  bool make_room();

  Catalog& catalog_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::map<std::string, std::shared_ptr<Known>> known_;  // guarded by mutex_, as all that follows
  std::deque<std::shared_ptr<Known>> queue_;
  std::uint64_t asked_ = 0;
  bool is_closed_ = false;
  std::vector<std::thread> threads_;
};

}  // namespace slip::queries
