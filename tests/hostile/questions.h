// SPDX-License-Identifier: Apache-2.0
#pragma once

// Whatever an adapter is asked about an instance: each of its methods, and of those of its facets,
// that goes to the instance's tree or to the server that runs there.

#include <chrono>
#include <functional>
#include <string>
#include <vector>

#include "ports/adapter.h"

namespace slip::test {

struct Question {
  std::string name;
  std::function<Result<>()> ask;
};

template <class T>
Result<> without_answer(const Result<T>& answer) {
  return answer ? Result<>() : Result<>(answer.error());
}

// What a server says that cannot start because of something in its directory.
inline std::string complaint_about(const std::filesystem::path& name) {
  const std::string file = "/copy/" + name.string();
  return "FATAL:  could not open file \"" + file + "\": Permission denied\n" +
         "LOG:  syntax error in file \"" + file + "\" line 1, near token \"x\"\n" +
         "FATAL:  configuration file \"" + file + "\" contains errors\n" +
         "[ERROR] mariadbd: Can't find file: '" + file + "' (errno: 13 \"Permission denied\")\n" +
         "[ERROR] InnoDB: Operating system error number 13 in a file operation: " + file + "\n" +
         "*** FATAL CONFIG FILE ERROR ***\nBad file format reading the append only file " + file +
         "\n";
}

// Asked while the server may or may not run. `name` is what is wrong in the tree.
inline std::vector<Question> questions_of(const Adapter& adapter, const InstanceContext& of,
                                          const std::filesystem::path& name = "data") {
  const Timestamp now{std::chrono::duration_cast<std::chrono::milliseconds>(
                          std::chrono::system_clock::now().time_since_epoch())
                          .count()};
  std::vector<Question> all = {
      {"launch", [&adapter, of] { return without_answer(adapter.launch(of)); }},
      {"ready", [&adapter, of] { return adapter.ready(of); }},
      {"flush", [&adapter, of] { return adapter.flush(of); }},
      {"write out", [&adapter, of] { return adapter.write_out(of, WriteOutHow::if_quiet); }},
      {"write all out", [&adapter, of] { return adapter.write_out(of, WriteOutHow::all); }},
      {"lacks", [&adapter, of] { return without_answer(adapter.lacks(of)); }},
      {"ending", [&adapter, of] { return without_answer(adapter.ending(of)); }},
      {"position", [&adapter, of] { return without_answer(adapter.position(of)); }},
      {"left out", [&adapter, of] { return without_answer(adapter.left_out(of)); }},
      {"admits", [&adapter, of] { return adapter.admits(of); }},
      {"why it ended",
       [&adapter, of, name]() -> Result<> {
         (void)adapter.why_it_ended(of, complaint_about(name)).has_value();
         return {};
       }},
  };
  if (const auto* log = adapter.log_replay()) {
    all.push_back({"trim", [log, of, now] { return log->trim_log(of, now); }});
    all.push_back({"replays again", [log, of, name] {
                     return without_answer(log->replays_again(of, complaint_about(name)));
                   }});
    all.push_back({"watch the log", [log, of]() -> Result<> {
                     const auto watch = TRY(log->watch_log(of));
                     if (watch == nullptr) return {};
                     TRY(watch->look());
                     return watch->ask();
                   }});
  }
  if (const auto* scripts = adapter.sql_scripts()) {
    all.push_back({"run SQL", [scripts, of] {
                     return without_answer(scripts->run_sql(
                         of, {.text = "SELECT 1", .time_limit = std::chrono::seconds(5)}));
                   }});
  }
  if (const auto* order = adapter.text_order()) {
    all.push_back({"doubts", [order, of] { return without_answer(order->doubts(of)); }});
  }
  if (const auto* masking = adapter.masking()) {
    all.push_back({"forget the past", [masking, of] {
                     const auto end = std::chrono::steady_clock::now() + std::chrono::seconds(8);
                     return masking->forget_the_past(of, Timestamp{0}, [end] {
                       return std::chrono::steady_clock::now() < end;
                     });
                   }});
  }
  if (const auto* following = adapter.following()) {
    all.push_back({"follow state", [following, of] {
                     return without_answer(following->follow_state(of, "the end of its log"));
                   }});
  }
  return all;
}

}  // namespace slip::test
