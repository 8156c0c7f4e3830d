// SPDX-License-Identifier: Apache-2.0
// Each action's word, icon and key; the same wherever it is offered.
import type { ReactNode } from "react";
import type { ActionId } from "@/model/actions";
import type { Item } from "@/model/history";
import { isElsewhere, isShared } from "@/model/situation";
import {
  ActivateIcon,
  BookmarkIcon,
  BranchIcon,
  EditIcon,
  RefreshIcon,
  ResetIcon,
  RestoreIcon,
  ShareIcon,
  TrashIcon,
  UndoIcon,
} from "@/ui";

interface ActionLook {
  label: string;
  icon: ReactNode;
  key?: string;
}

export const LOOKS: Record<ActionId, ActionLook> = {
  bookmark: { label: "Bookmark", icon: <BookmarkIcon />, key: "B" },
  restore: { label: "Restore", icon: <RestoreIcon />, key: "R" },
  branch: { label: "Branch", icon: <BranchIcon />, key: "N" },
  share: { label: "Share", icon: <ShareIcon />, key: "S" },
  undo: { label: "Undo", icon: <UndoIcon />, key: "U" },
  refresh: { label: "Refresh from production", icon: <RefreshIcon /> },
  reset: { label: "Reset", icon: <ResetIcon /> },
  activate: { label: "Activate", icon: <ActivateIcon /> },
  edit: { label: "Rename, note, tags, expiry", icon: <EditIcon /> },
  delete: { label: "Delete", icon: <TrashIcon /> },
};

export function labelOf(id: ActionId, item: Item): string {
  return id === "share" && isShared(item) && !isElsewhere(item) ? "Sharing" : LOOKS[id].label;
}

// The actions of the bar, in its order. Always the same five, so that they are always in the same
// place; what concerns only the now of the branch that is looked at comes after them.
export const ALWAYS: ActionId[] = ["bookmark", "restore", "branch", "share", "undo"];
export const OF_NOW: ActionId[] = ["reset", "refresh"];

// Beside so many buttons a narrow window has room for one more, with a word below its icon.
const MOST_NARROW = 4;

// Which of them are buttons, and which wait in the menu beside them.
export function arranged(item: Item, target: string, isNarrow: boolean) {
  const main = mainAction(item, target);
  const all = [
    ...(main === "activate" ? [main] : []),
    ...ALWAYS,
    ...(item.kind === "now" && item.lane === target ? OF_NOW : []),
  ];
  const fits = !isNarrow || (all.length <= MOST_NARROW + 1 && !item.bookmark);
  const inBar = fits ? all : all.slice(0, MOST_NARROW);
  return { main, inBar, inMenu: all.slice(inBar.length) };
}

// The one that is most likely wanted, and is drawn so.
export function mainAction(item: Item, target: string): ActionId {
  if (item.kind !== "now") return item.lane === "" ? "branch" : "restore";
  return item.lane === target ? "bookmark" : "activate";
}
