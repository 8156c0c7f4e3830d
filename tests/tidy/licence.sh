#!/usr/bin/env bash
# Every source says under which licence it is.
set -euo pipefail

without=$(git ls-files -z -- '*.cpp' '*.h' '*.ts' '*.tsx' '*.css' '*.cmake' '*CMakeLists.txt' \
  ':!tests/dumps' ':!findings' ':!*schema.d.ts' |
  xargs -0 awk 'FNR <= 2 && /SPDX-License-Identifier: Apache-2\.0/ { found[FILENAME] = 1 }
    { seen[FILENAME] = 1 } END { for (file in seen) if (!(file in found)) print file }')
[[ -z $without ]] || { printf 'Without a line SPDX-License-Identifier: Apache-2.0:\n%s\n' "$without"; exit 1; }
