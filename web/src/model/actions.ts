// What can be done with the selected moment, why not, and what will happen. Pure.
import type { Container, CurrentUser, Operation, OperationKind } from "@/api/types";
import { estimateWords } from "./estimate";
import { type History, type Item, isBookmark, type Segment } from "./history";
import { originWords } from "./history_words";
import { mayEdit, ownersOf, whyNotChange } from "./rights";
import { moment } from "./time";

export const ACTIONS = [
  "bookmark",
  "restore",
  "branch",
  "share",
  "undo",
  "refresh",
  "reset",
  "activate",
  "edit",
  "delete",
] as const;
export type ActionId = (typeof ACTIONS)[number];

export interface Situation {
  container: Container;
  me: CurrentUser;
  history: History;
  item: Item;
  operations: readonly Operation[];
  now: number;
}

export interface Action {
  id: ActionId;
  // Why it cannot be done now; null if it can.
  unavailable: string | null;
  // What will happen, and about how long it takes.
  consequence: string;
}

// The data of an item as the interface names it; nothing of now.
export type DataChoice =
  | { bookmark: string }
  | { point: string }
  | { time: string; branch: string }
  | null;

export function dataOf(item: Item): DataChoice {
  if (item.bookmark) return { bookmark: item.bookmark.id };
  // Of a break, the data that the branch went on with: it may be another container's.
  if (item.begun) return { time: item.begun.began_at, branch: item.lane };
  if (item.point) return { point: item.point.id };
  return null;
}

// Bookmarks that others offer are in no lane.
export function isElsewhere(item: Item): boolean {
  return item.lane === "";
}

export function isShared(item: Item): boolean {
  return item.bookmark !== undefined && item.bookmark.audience !== "only_container";
}

export function itemOfAvailable(bookmark: NonNullable<Item["bookmark"]>): Item {
  return {
    id: bookmark.id,
    kind: "shared",
    lane: "",
    segment: "",
    at: Date.parse(bookmark.at),
    title: bookmark.name,
    isReachable: true,
    bookmark,
  };
}

export function actionsOf(situation: Situation): Record<ActionId, Action> {
  const whyNot = whyNotChange(situation.container, situation.me);
  const made = ACTIONS.map((id) => [id, actionOf(id, situation, whyNot)] as const);
  return Object.fromEntries(made) as Record<ActionId, Action>;
}

function actionOf(id: ActionId, situation: Situation, whyNot: string | null): Action {
  const unavailable = whyNotFor[id](situation) ?? whyNot;
  const kind = KINDS[id];
  const estimate = kind ? estimateWords(situation.operations, kind) : "";
  return {
    id,
    unavailable,
    consequence: [consequences[id](situation), estimate].filter(Boolean).join(" "),
  };
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

function isOtherNow({ item, container }: Situation): boolean {
  return item.kind === "now" && item.lane !== container.active_branch.id;
}

function whyNotTake(situation: Situation): string | null {
  if (isOtherNow(situation))
    return "This branch is not active. Activate it first, or select a moment on it.";
  return situation.item.isReachable ? null : GONE;
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
    if (isOtherNow(situation)) return whyNotTake(situation);
    if (situation.item.kind === "now") return "You are here. Select a moment to go back to.";
    return whyNotTake(situation);
  },
  branch: whyNotTake,
  share: (situation) =>
    situation.item.bookmark
      ? whyNotEdit(situation)
      : "Only bookmarks can be shared. Bookmark this moment first.",
  undo: (situation) => whyNotUndo(currentSegment(situation)),
  refresh: () => null,
  reset: (situation) =>
    resetTarget(situation)
      ? null
      : "This branch has nothing to go back to yet. Bookmark first; Reset then comes back to it.",
  activate: ({ item, container }) => {
    if (isElsewhere(item)) return "It is on no branch of this container.";
    return item.lane === container.active_branch.id ? "This branch is active." : null;
  },
  edit: whyNotEdit,
  delete: whyNotEdit,
};

function activeLane({ history, container }: Situation) {
  return history.lanes.find((lane) => lane.id === container.active_branch.id);
}

function currentSegment(situation: Situation): Segment | undefined {
  return activeLane(situation)?.items.findLast((item) => item.begun)?.begun;
}

function whyNotUndo(segment: Segment | undefined): string | null {
  if (!segment || segment.kind === "created") return "There is nothing to undo on this branch.";
  if (!segment.safety_point)
    return "The last change was made without a safety point. Restore to a moment instead.";
  return null;
}

// What Reset goes back to, in words: the newest bookmark since the data was last replaced, else
// where that data came from.
function resetTarget(situation: Situation): string | null {
  const segment = currentSegment(situation);
  const bookmarks = activeLane(situation)?.items.filter(
    (item) => isBookmark(item) && item.segment === segment?.id,
  );
  const newest = bookmarks?.at(-1);
  if (newest) return `“${newest.title}”, ${moment(newest.at, situation.now)}`;
  return segment?.parent
    ? originWords(segment.parent.words, situation.container.active_branch.name)
    : null;
}

// The data of the selected moment: "Wed 14:03", "“Bug 4711 data” of qa".
export function dataWords({ item, now }: Situation): string {
  if (item.kind === "now") return "now";
  if (!isElsewhere(item))
    return `${item.bookmark ? `“${item.title}”, ` : ""}${moment(item.at, now)}`;
  const owner = item.bookmark?.container?.name ?? "the template";
  return `“${item.title}” of ${owner}`;
}

const UNDONE: Record<string, string> = {
  restored: "restore",
  refreshed: "refresh",
  reset: "reset",
  undone: "undo",
};

const consequences: Record<ActionId, (situation: Situation) => string> = {
  bookmark: (situation) =>
    situation.item.kind === "now"
      ? "Your data as it is now gets a name to come back to. Nothing is interrupted."
      : `The data of ${dataWords(situation)} gets a name, and is kept. Nothing is interrupted.`,
  restore: (situation) =>
    isElsewhere(situation.item)
      ? `Your data becomes that of ${dataWords(situation)}. What you have now stays on the timeline, so you can come back.`
      : `Your data goes back to ${dataWords(situation)}. Everything after it stays on the timeline, so you can come back.`,
  branch: (situation) =>
    `A new branch begins with the data of ${dataWords(situation)} and becomes active. “${situation.container.active_branch.name}” is kept as it is.`,
  share: ({ item, container }) =>
    isShared(item)
      ? "Choose who sees it, or stop sharing it. What others already took stays theirs."
      : `Others with a container of “${container.template.name}” can take it into a branch of their own. Your data stays yours.`,
  undo: (situation) => {
    const kind = UNDONE[currentSegment(situation)?.kind ?? ""] ?? "change";
    return `Takes back the last ${kind}: your data becomes what it was just before it. What you have now stays on the timeline.`;
  },
  refresh: () =>
    "Your data becomes the newest of production. What you have now stays on the timeline, so you can come back.",
  reset: (situation) =>
    `Your data goes back to ${resetTarget(situation) ?? "the last bookmark"}. What you have now stays on the timeline, so you can come back.`,
  activate: ({ container }) =>
    `The addresses of this container lead to this branch. “${container.active_branch.name}” is kept as it is.`,
  edit: () => "Changes the name, note, tags, or until when it is kept.",
  delete: () => "It goes to the trash, from where it can come back. Branches made from it live on.",
};
