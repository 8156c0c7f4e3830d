// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <sys/types.h>

#include <string>
#include <vector>

#include "base/file.h"

namespace slip::bench {

struct Transaction {
  double ended;  // seconds since 1970
  double latency_ms;
};

// pgbench -c 4 against an address, in the background; ended with the object.
class Load {
 public:
  explicit Load(const std::string& address);
  ~Load();

  // Ends it and tells what it did.
  std::vector<Transaction> end();

 private:
  TemporaryDirectory logs_;
  pid_t child_ = -1;
};

struct Second {
  double transactions_a_second;
  double p99_ms;
};

// What was done in the second that begins `offset` seconds after each of the moments, together.
Second second_after(const std::vector<Transaction>& transactions,
                    const std::vector<double>& moments, int offset);

double epoch_seconds();

}  // namespace slip::bench
