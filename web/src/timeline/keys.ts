// SPDX-License-Identifier: Apache-2.0
// The keys of the timeline. Pure: from a key to what it asks for.
import type { Move } from "@/model/selection";

export type Wish =
  | { kind: "move"; move: Move }
  | { kind: "zoom"; factor: number }
  | { kind: "fit" | "allBranches" | "act" | "menu" | "dismiss" };

export const zoomStep = 1.6;

const moves: Record<string, Move> = {
  ArrowLeft: "previous",
  ArrowRight: "next",
  Home: "first",
  End: "now",
  PageUp: "previousBookmark",
  PageDown: "nextBookmark",
  ArrowUp: "laneAbove",
  ArrowDown: "laneBelow",
};

interface Key {
  key: string;
  shiftKey: boolean;
  ctrlKey: boolean;
  altKey: boolean;
  metaKey: boolean;
}

// Nothing where the key is not the timeline's: it is the page's or the browser's.
export function wishOf({ key, shiftKey, ctrlKey, altKey, metaKey }: Key): Wish | undefined {
  if (ctrlKey || altKey || metaKey) return undefined;
  if (key === "ContextMenu" || (shiftKey && key === "F10")) return { kind: "menu" };
  if (key === "+" || key === "=") return { kind: "zoom", factor: zoomStep };
  if (key === "-" || key === "_") return { kind: "zoom", factor: 1 / zoomStep };
  if (shiftKey) return undefined;
  if (key === "0") return { kind: "fit" };
  if (key === "a") return { kind: "allBranches" };
  if (key === "Enter" || key === " ") return { kind: "act" };
  if (key === "Escape") return { kind: "dismiss" };
  const move = moves[key];
  return move && { kind: "move", move };
}
