// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

namespace slip::bench {

// Milliseconds measured several times; prints a row "name  n  min  median  max".
void print_heading();
void print_row(const std::string& name, std::vector<double> milliseconds);

}  // namespace slip::bench
