// SPDX-License-Identifier: Apache-2.0
// A container's history as the page shows it: every branch a lane, every moment on it an item. The
// timeline, the History list and the action bar are views of it. Pure: no React, no clock.
import type { Bookmark, Operation, Point, Segment, Timeline } from "@/api/types";
import { withFailures } from "./failures";
import { beginningTitle, pointTitle } from "./history_words";
import { type Item, type ItemKind, isBookmark, isBreak, type SourceMoment } from "./item";
import { startOfDay } from "./time";

export { type Item, type ItemKind, isBookmark, isBreak };

export interface Lane {
  id: string; // the branch's id
  name: string;
  isActive: boolean;
  isRunning: boolean;
  // Which of the container's branches it is, by age: the oldest is 0. Its colour, whatever else is shown.
  age: number;
  items: Item[]; // oldest first; breaks before the points of their segment; now last
  leaves?: string; // the item of another lane that the branch began from, if it is shown
}

export interface History {
  // The branch that is looked at, then the active one, then the newest first.
  lanes: Lane[];
  byId: Map<string, Item>;
}

export function momentItem(lane: string, at: number, sources: readonly SourceMoment[]): Item {
  return {
    id: `at:${lane}:${at}`,
    kind: "moment",
    lane,
    segment: "",
    at,
    title: "That very moment",
    isReachable: true,
    sources,
  };
}

// The same history, with a moment among the others of its branch.
export function withMoment(history: History, moment: Item): History {
  const row = history.lanes.findIndex((lane) => lane.id === moment.lane);
  const lane = history.lanes[row];
  if (!lane) return history;
  const before = lane.items.findLastIndex((one) => one.kind !== "now" && one.at <= moment.at);
  const item = { ...moment, segment: lane.items[before]?.segment ?? "" };
  const items = lane.items.toSpliced(before + 1, 0, item);
  return {
    lanes: history.lanes.with(row, { ...lane, items }),
    byId: new Map(history.byId).set(item.id, item),
  };
}

// The history of a container, from one answer of the API for each branch that is shown. The first
// answer is the branch that is looked at, mostly the active one.
// A bookmark stands in for the point that it names; several on one point are several items at one
// time. A bookmark is shown even where its point is outside the loaded window.
// Cheap for answers that it has seen before, so that it may be called whenever the clock moves on.
export function historyOf(
  timelines: readonly Timeline[],
  now: number,
  failures: readonly Operation[] = [],
): History {
  const lanes = inLaneOrder(timelines).map((timeline) => laneOf(timeline, now, failures));
  const shown = itemsOfParents(lanes);
  for (const lane of lanes) connect(lane, shown);
  const byId = new Map<string, Item>();
  for (const lane of lanes) for (const item of lane.items) byId.set(item.id, item);
  return { lanes, byId };
}

// The history of a branch of which nothing is known yet but that it has a now.
export function unknownHistory(branch: { id: string; name: string }, now: number): History {
  const item = nowItem(branch.id, [], now);
  const lane = { ...branch, isActive: true, isRunning: true, age: 0, items: [item] };
  return { lanes: [lane], byId: new Map([[item.id, item]]) };
}

function inLaneOrder(timelines: readonly Timeline[]): Timeline[] {
  const [first, ...rest] = timelines;
  if (!first) return [];
  const others = new Map(rest.map((timeline) => [timeline.branch.id, timeline]));
  others.delete(first.branch.id);
  const age = (timeline: Timeline) => Date.parse(timeline.branch.created_at);
  return [
    first,
    ...[...others.values()].sort(
      (a, b) => Number(b.branch.active) - Number(a.branch.active) || age(b) - age(a),
    ),
  ];
}

function laneOf(timeline: Timeline, now: number, failures: readonly Operation[]): Lane {
  const { branch } = timeline;
  const past = withFailures(pastOf(timeline, now), branch.id, failures, now);
  return {
    id: branch.id,
    name: branch.name,
    isActive: branch.active,
    isRunning: branch.state === "running",
    age: timeline.branches.filter((one) => isOlder(one, branch)).length,
    items: [...past, nowItem(branch.id, past, now)],
  };
}

function isOlder(one: Timeline["branch"], other: Timeline["branch"]): boolean {
  const [made, otherMade] = [Date.parse(one.created_at), Date.parse(other.created_at)];
  return made < otherMade || (made === otherMade && one.id < other.id);
}

// The lanes in the order in which they are drawn together, whichever is looked at: the active one on
// top, then the newest first.
export function inDrawnOrder(lanes: readonly Lane[]): Lane[] {
  return [...lanes].sort(
    (a, b) => Number(b.isActive) - Number(a.isActive) || b.age - a.age || (a.id < b.id ? -1 : 1),
  );
}

function nowItem(lane: string, past: readonly Item[], now: number): Item {
  return {
    id: `now:${lane}`,
    kind: "now",
    lane,
    segment: past.findLast((item) => item.begun)?.segment ?? "",
    at: Math.max(now, past.at(-1)?.at ?? now), // the browser's clock may be behind the server's
    title: "Now",
    isReachable: true,
  };
}

const pasts = new WeakMap<Timeline, { day: number; items: readonly Item[] }>();

// All but now, oldest first. The items are shared by all histories of this answer on one day, as titles
// name the day of a time unless it is today: `connect` changes copies.
function pastOf(timeline: Timeline, now: number): readonly Item[] {
  const day = startOfDay(now);
  const known = pasts.get(timeline);
  if (known?.day === day) return known.items;
  const segments = [...timeline.segments].sort(
    (a, b) => Date.parse(a.began_at) - Date.parse(b.began_at),
  );
  const items = [
    ...segments.map((segment) => beginningItem(segment, timeline.branch.name, now)),
    ...pointItems(timeline, segments),
  ];
  const orderOf = new Map(segments.map((segment, index) => [segment.id, index]));
  const order = (item: Item) => 2 * (orderOf.get(item.segment) ?? 0) + (item.begun ? 0 : 1);
  items.sort((a, b) => a.at - b.at || order(a) - order(b));
  pasts.set(timeline, { day, items });
  return items;
}

function beginningItem(segment: Segment, branchName: string, now: number): Item {
  return {
    id: segment.id,
    kind: segment.kind === "created" ? "began" : segment.kind,
    lane: segment.branch,
    segment: segment.id,
    at: Date.parse(segment.began_at),
    title: beginningTitle(segment, branchName, now),
    isReachable: segment.parent !== null, // of data that is not shown, only the server knows more
    begun: segment,
  };
}

function pointItems(timeline: Timeline, segments: readonly Segment[]): Item[] {
  const items: Item[] = [];
  const points = new Map(timeline.points.map((point) => [point.id, point]));
  const named = new Set<string>();
  const segmentAt = segmentsByTime(segments);
  for (const bookmark of timeline.bookmarks) {
    named.add(bookmark.point);
    items.push(bookmarkItem(bookmark, points.get(bookmark.point), timeline.branch.id, segmentAt));
  }
  const replaced = new Map(
    segments.map((segment) => [segment.safety_point, segment.kind] as const),
  );
  for (const point of points.values()) {
    if (named.has(point.id)) continue;
    items.push({
      id: point.id,
      kind: point.kind === "bookmark" ? "automatic" : point.kind,
      lane: point.branch,
      segment: point.segment,
      at: Date.parse(point.at),
      title: pointTitle(point.kind, replaced.get(point.id)),
      isReachable: point.reachable,
      point,
    });
  }
  return items;
}

// Which segment was the last to begin at or before a time; for one before all, the first.
function segmentsByTime(segments: readonly Segment[]): (at: number) => string {
  const began = segments.map((segment) => Date.parse(segment.began_at));
  return (at) =>
    segments[
      Math.max(
        0,
        began.findLastIndex((one) => one <= at),
      )
    ]?.id ?? "";
}

function bookmarkItem(
  bookmark: Bookmark,
  point: Point | undefined,
  lane: string,
  segmentAt: (at: number) => string,
): Item {
  const at = Date.parse(bookmark.at);
  return {
    id: bookmark.id,
    kind: bookmark.audience === "only_container" ? "bookmark" : "shared",
    lane,
    segment: point?.segment ?? segmentAt(at),
    at,
    title: bookmark.name,
    isReachable: point?.reachable ?? true, // a bookmark keeps its data
    ...(point && { point }),
    bookmark,
  };
}

// The items that show a point that data came from, by the point's id: its bookmarks, or itself.
function itemsOfParents(lanes: readonly Lane[]): Map<string, Item[]> {
  const shown = new Map<string, Item[]>();
  for (const lane of lanes) {
    for (const item of lane.items) if (item.begun?.parent) shown.set(item.begun.parent.point, []);
  }
  for (const lane of lanes) {
    for (const item of lane.items) {
      const point = item.bookmark?.point ?? item.point?.id;
      if (point !== undefined) shown.get(point)?.push(item);
    }
  }
  return shown;
}

// Leads from each beginning to where its data came from. Of several bookmarks on that point it is the
// one that the operation named.
function connect(lane: Lane, shown: Map<string, Item[]>) {
  for (const [index, item] of lane.items.entries()) {
    const parent = item.begun?.parent;
    if (!parent) continue;
    const candidates = shown.get(parent.point) ?? [];
    const source =
      candidates.find((one) => one.bookmark && parent.words.includes(`"${one.title}"`)) ??
      candidates[0];
    if (!source) continue;
    lane.items[index] = { ...item, cameFrom: source.id, isReachable: source.isReachable };
    if (item.kind === "began" && source.lane !== lane.id) lane.leaves = source.id;
  }
}

// Two windows of one branch's points as one, without duplicates and oldest first, in whatever order
// they came. `newer` is the window that was asked for last: all but the points is taken from it alone,
// so that what has been deleted meanwhile does not come back.
export function mergeTimelines(older: Timeline, newer: Timeline): Timeline {
  const points = new Map(older.points.map((point) => [point.id, point]));
  for (const point of newer.points) points.set(point.id, point);
  return {
    ...newer,
    points: [...points.values()].sort(
      (a, b) => Date.parse(a.at) - Date.parse(b.at) || (a.id < b.id ? -1 : 1),
    ),
  };
}
