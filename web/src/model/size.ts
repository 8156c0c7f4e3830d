// SPDX-License-Identifier: Apache-2.0
const UNITS = ["bytes", "KiB", "MiB", "GiB", "TiB", "PiB"];

// 1536 is "1.5 KiB".
export function size(bytes: number): string {
  let value = bytes;
  let unit = 0;
  while (Math.abs(value) >= 1024 && unit + 1 < UNITS.length) {
    value /= 1024;
    unit += 1;
  }
  const digits = unit === 0 || value >= 100 ? 0 : 1;
  return `${value.toFixed(digits)} ${UNITS[unit]}`;
}
