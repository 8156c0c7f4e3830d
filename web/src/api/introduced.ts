// SPDX-License-Identifier: Apache-2.0
// What this browser's user has been told once, and need not be told again.
const NAME = "slip_introduced";

function told(): string[] {
  try {
    return localStorage.getItem(NAME)?.split(" ") ?? [];
  } catch {
    return [];
  }
}

export const introduced = {
  has: (what: string): boolean => told().includes(what),
  add(what: string) {
    try {
      localStorage.setItem(NAME, [...told(), what].join(" "));
    } catch {
      // Where the browser lets nothing be kept, it is told again.
    }
  },
};
