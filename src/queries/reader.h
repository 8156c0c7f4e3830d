// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <atomic>
#include <string>
#include <utility>

#include "operations/engine.h"
#include "queries/pool.h"
#include "queries/surveys.h"

namespace slip::queries {

// What views are computed from: the catalog, what runs, and the pool. Whoever shows views has it
// from the product and hands it on; only this folder looks inside. Thread-safe.
class Reader {
 public:
  // `host` is of endpoints, in the connection strings that people see.
  Reader(Engine& engine, std::string host, PoolFacts pool)
      : engine_(engine),
        host_(std::move(host)),
        pool_(std::move(pool)),
        surveys_(engine.world().catalog) {}

  // What `work` returns, read in one consistent state. Nothing may be asked of what runs in it.
  template <class Work>
  auto read(Work work) {
    return world().catalog.read(std::move(work));
  }
  World& world() { return engine_.world(); }
  Engine& engine() { return engine_; }
  Timestamp now() { return world().clock.now(); }
  const std::string& host() const { return host_; }
  const PoolFacts& pool() const { return pool_; }
  Surveys& surveys() { return surveys_; }
  const std::atomic<bool>& is_closing() const { return is_closing_; }

  // What takes long gives up, and nobody waits for it any longer.
  void close() {
    is_closing_ = true;
    surveys_.close();
  }

 private:
  Engine& engine_;
  const std::string host_;
  const PoolFacts pool_;
  std::atomic<bool> is_closing_ = false;
  Surveys surveys_;  // last: its threads use the rest
};

}  // namespace slip::queries
