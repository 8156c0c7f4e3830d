// SPDX-License-Identifier: Apache-2.0
// What an act would concern: a container, its history, the selected moment, and the data of that.
import type { Container, CurrentUser, Operation, Segment } from "@/api/types";
import { type History, type Item, isBookmark } from "./history";
import { originWords } from "./history_words";
import { exactMoment, moment } from "./time";

export interface Situation {
  container: Container;
  target: Target;
  me: CurrentUser;
  history: History;
  item: Item;
  operations: readonly Operation[];
  now: number;
  // The template says that bookmarks stop the databases for a moment.
  areBookmarksExact?: boolean;
}

export type DataSituation = Pick<Situation, "container" | "target" | "history" | "item" | "now">;

// The branch whose data the acts change: the one that is looked at.
export interface Target {
  id: string;
  name: string;
  isActive: boolean;
}

// The data of an item as the interface names it; nothing of now.
export type DataChoice =
  | { bookmark: string }
  | { point: string }
  // Each source's own time is shown beside what is selected.
  | { time: string; branch: string; accept_earlier: true }
  | null;

export function dataOf(item: Item): DataChoice {
  if (item.bookmark) return { bookmark: item.bookmark.id };
  // Of a break, the data that the branch went on with: it may be another container's.
  if (item.begun) return dataAt(item.begun.began_at, item.lane);
  if (item.point) return { point: item.point.id };
  if (item.failure) return dataAt(item.failure.created_at, item.lane);
  if (item.kind === "moment") return dataAt(new Date(item.at).toISOString(), item.lane);
  return null;
}

function dataAt(time: string, branch: string): DataChoice {
  return { time, branch, accept_earlier: true };
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

// One of the container's own that may be of a branch that is not shown.
export function itemOfOwn(bookmark: NonNullable<Item["bookmark"]>): Item {
  const kind = bookmark.audience === "only_container" ? "bookmark" : "shared";
  return { ...itemOfAvailable(bookmark), lane: bookmark.branch?.id ?? "", kind };
}

function targetLane({ history, target }: Situation) {
  return history.lanes.find((lane) => lane.id === target.id);
}

export function currentSegment(situation: Situation): Segment | undefined {
  return targetLane(situation)?.items.findLast((item) => item.begun)?.begun;
}

// What Reset goes back to, in words: the newest bookmark since the data was last replaced, else
// where that data came from.
export function resetTarget(situation: Situation): string | null {
  const segment = currentSegment(situation);
  const newest = targetLane(situation)?.items.findLast(
    (item) => isBookmark(item) && item.segment === segment?.id,
  );
  if (newest) return `“${newest.title}”, ${moment(newest.at, situation.now)}`;
  return segment?.parent
    ? originWords(segment.parent.words, situation.target.name, situation.now)
    : null;
}

// The present state of a branch that is not looked at.
export function isOtherNow({ item, target }: Pick<Situation, "item" | "target">): boolean {
  return item.kind === "now" && item.lane !== target.id;
}

// The name of the branch that the item is of.
export function laneName({ item, history }: Pick<Situation, "item" | "history">): string {
  return history.lanes.find((lane) => lane.id === item.lane)?.name ?? "";
}

// The data of the selected moment: "Wed 14:03", "“Bug 4711 data” of qa", "“bug-4711” as it is now". A time
// that was gone to is said as exactly as it was given.
export function dataWords(situation: DataSituation): string {
  const { item, now } = situation;
  if (item.kind === "now" && situation.target.isActive && !isOtherNow(situation)) return "now";
  if (item.kind === "now") return `“${laneName(situation)}” as it is now`;
  const say = item.kind === "moment" ? exactMoment : moment;
  if (!isElsewhere(item)) return `${item.bookmark ? `“${item.title}”, ` : ""}${say(item.at, now)}`;
  const owner = item.bookmark?.container?.name ?? "the template";
  return `“${item.title}” of ${owner}`;
}
