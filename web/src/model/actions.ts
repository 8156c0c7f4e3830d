// SPDX-License-Identifier: Apache-2.0
// What can be done with the selected moment, why not, and what will happen. Pure.
import type { OperationKind } from "@/api/types";
import { ACTIONS, type ActionId } from "./action_ids";
import { consequences } from "./consequences";
import { estimateWords } from "./estimate";
import { mayEdit, ownersOf, whyNotChange } from "./rights";
import { currentSegment, isElsewhere, isOtherNow, resetTarget, type Situation } from "./situation";

export type { ActionId };

export interface Action {
  id: ActionId;
  // Why it cannot be done now; null if it can.
  unavailable: string | null;
  // What will happen, in one sentence.
  gist: string;
  // What becomes of the rest, and about how long it takes.
  rest: string;
  // Both.
  consequence: string;
}

export function actionsOf(situation: Situation): Record<ActionId, Action> {
  const whyNot = whyNotChange(situation.container, situation.me);
  const made = ACTIONS.map((id) => [id, actionOf(id, situation, whyNot)] as const);
  return Object.fromEntries(made) as Record<ActionId, Action>;
}

export interface Reason {
  ids: ActionId[];
  why: string;
}

// Why some of the actions cannot be used, each reason once, in the order of the actions.
export function reasonsOf(actions: Record<ActionId, Action>, among: readonly ActionId[]): Reason[] {
  const reasons: Reason[] = [];
  for (const id of among) {
    const why = actions[id].unavailable;
    if (!why) continue;
    const same = reasons.find((one) => one.why === why);
    if (same) same.ids.push(id);
    else reasons.push({ ids: [id], why });
  }
  return reasons;
}

function actionOf(id: ActionId, situation: Situation, whyNot: string | null): Action {
  const unavailable = whyNotFor[id](situation) ?? whyNot;
  const kind = KINDS[id];
  const estimate = kind ? estimateWords(situation.operations, kind) : "";
  const [gist, kept] = consequences[id](situation);
  const rest = joined(kept, estimate);
  return { id, unavailable, gist, rest, consequence: joined(gist, rest) };
}

function joined(...sentences: (string | undefined)[]): string {
  return sentences.filter(Boolean).join(" ");
}

const KINDS: Partial<Record<ActionId, OperationKind>> = {
  bookmark: "bookmark",
  restore: "restore",
  branch: "create_branch",
  undo: "undo",
  refresh: "refresh",
  reset: "reset",
  activate: "activate_branch",
};

const GONE = "The data of this moment is no longer kept.";

function whyNotTake({ item }: Situation): string | null {
  return item.isReachable ? null : GONE;
}

function whyNotEdit({ item, container, me }: Situation): string | null {
  if (!item.bookmark) return "Only bookmarks have a name, a note and tags.";
  if (isElsewhere(item))
    return item.bookmark.container
      ? "It belongs to another container."
      : "It belongs to the template.";
  if (mayEdit(item.bookmark, container, me)) return null;
  return `Only ${item.bookmark.creator.name} or an owner may change it. Ask ${ownersOf(container)}.`;
}

const whyNotFor: Record<ActionId, (situation: Situation) => string | null> = {
  bookmark: (situation) =>
    isElsewhere(situation.item)
      ? "It is a bookmark already, of another container."
      : whyNotTake(situation),
  restore: (situation) => {
    if (isOtherNow(situation))
      return `It is another branch than “${situation.target.name}”. Look at it, or select a moment on it.`;
    if (situation.item.kind === "now")
      return situation.target.isActive
        ? "You are here. Select a moment to go back to."
        : `“${situation.target.name}” is here. Select a moment to go back to.`;
    return whyNotTake(situation);
  },
  branch: whyNotTake,
  share: (situation) =>
    situation.item.bookmark
      ? whyNotEdit(situation)
      : "Only bookmarks can be shared. Bookmark this moment first.",
  undo: whyNotUndo,
  refresh: () => null,
  reset: (situation) =>
    whyNotKnown(situation) ??
    (resetTarget(situation)
      ? null
      : "This branch has nothing to go back to yet. Bookmark first; Reset then comes back to it."),
  activate: ({ item, container }) => {
    if (isElsewhere(item)) return "It is on no branch of this container.";
    return item.lane === container.active_branch.id ? "This branch is active." : null;
  },
  edit: whyNotEdit,
  delete: whyNotEdit,
};

// What concerns the branch's last change, where its history is not on the page.
function whyNotKnown(situation: Situation): string | null {
  return currentSegment(situation) ? null : "The history is still being loaded.";
}

function whyNotUndo(situation: Situation): string | null {
  const unknown = whyNotKnown(situation);
  if (unknown) return unknown;
  const segment = currentSegment(situation);
  if (segment?.kind === "created") return "There is nothing to undo on this branch.";
  if (!segment?.safety_point)
    return "The last change was made without a safety point. Restore to a moment instead.";
  return null;
}
