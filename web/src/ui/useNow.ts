// SPDX-License-Identifier: Apache-2.0
import { useSyncExternalStore } from "react";

// One clock for the whole page: everything that says "4 minutes ago" moves on at the same time.
const STEP_MS = 10_000;
let now = Date.now();
let timer: ReturnType<typeof setInterval> | undefined;
const listeners = new Set<() => void>();

function subscribe(listener: () => void) {
  listeners.add(listener);
  // It stood while nobody looked.
  if (!timer) now = Date.now();
  timer ??= setInterval(tick, STEP_MS);
  return () => {
    listeners.delete(listener);
    if (listeners.size > 0) return;
    clearInterval(timer);
    timer = undefined;
  };
}

function tick() {
  now = Date.now();
  for (const listener of listeners) listener();
}

// The time in milliseconds since 1970, exact to ten seconds.
export function useNow(): number {
  return useSyncExternalStore(subscribe, () => now);
}
