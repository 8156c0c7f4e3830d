// SPDX-License-Identifier: Apache-2.0
// The gateway, as slipstreamd --gateway is one.

#include "gateway/tcp/gateway_program.h"

int main(int count, char** values) {
  return count == 3 && slip::run_gateway(values[2], "1") ? 0 : 1;
}
