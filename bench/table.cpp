// SPDX-License-Identifier: Apache-2.0
#include "bench/table.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstdio>

namespace slip::bench {

void print_heading() {
  fmt::print("{:<58} {:>3} {:>9} {:>9} {:>9}\n", "milliseconds", "n", "min", "median", "max");
}

void print_row(const std::string& name, std::vector<double> all) {
  if (all.empty()) return;
  std::sort(all.begin(), all.end());
  fmt::print("{:<58} {:>3} {:>9.1f} {:>9.1f} {:>9.1f}\n", name, all.size(), all.front(),
             all[all.size() / 2], all.back());
  std::fflush(stdout);
}

}  // namespace slip::bench
