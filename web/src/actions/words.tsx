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
// place; what concerns only now, or only another branch, comes after them.
export const ALWAYS: ActionId[] = ["bookmark", "restore", "branch", "share", "undo"];
export const OF_NOW: ActionId[] = ["refresh", "reset"];

// The one that is most likely wanted, and is drawn so.
export function mainAction(item: Item, activeBranch: string): ActionId {
  if (item.kind !== "now") return item.lane === "" ? "branch" : "restore";
  return item.lane === activeBranch ? "bookmark" : "activate";
}
