// SPDX-License-Identifier: Apache-2.0
import { useSyncExternalStore } from "react";

// As in the styles: what is narrower than this has one column.
const narrow = matchMedia("(max-width: 40rem)");

function subscribe(listener: () => void) {
  narrow.addEventListener("change", listener);
  return () => narrow.removeEventListener("change", listener);
}

// Whether the window is as narrow as a telephone, or enlarged as much.
export function useNarrow(): boolean {
  return useSyncExternalStore(subscribe, () => narrow.matches);
}
