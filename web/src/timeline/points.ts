// SPDX-License-Identifier: Apache-2.0
// Points that nobody named lie on the line. Those that would overlap merge into a numbered pill. They
// merge within the cells of a grid that is fixed in time, so that moving the view changes nothing, and
// that takes two searches a cell, however many points there are.
import type { Item, Lane } from "@/model/history";
import { countBefore, indexOf, type LaneIndex } from "./lane_index";
import { cell, countWords, nowRoom, pillMax, target } from "./sizes";
import { type View, xOf } from "./view";

// A point, or more than one: then it is a pill.
export interface Dot {
  id: string; // the item's; of a pill "pill:" and its oldest item's
  oldest: Item;
  newest: Item;
  count: number;
  at: number; // of the oldest
  x: number; // its middle
  width: number; // what nothing else overlaps
}

// The lane's points in view, oldest first; none overlaps another, nor now.
export function dotsOf(lane: Lane, view: View, width: number, now: number): Dot[] {
  const index = indexOf(lane);
  const scale = width / (view.to - view.from);
  const dots: Dot[] = [];
  const firstCell = Math.floor((view.from * scale) / cell) - 1;
  const lastCell = Math.ceil((view.to * scale) / cell) + 1;
  let from = countBefore(index.pointTimes, (firstCell * cell) / scale);
  for (let number = firstCell; number < lastCell && from < index.points.length; ++number) {
    const to = countBefore(index.pointTimes, ((number + 1) * cell) / scale);
    if (to > from) fillCell(dots, index, from, to, number * cell - view.from * scale, scale);
    from = to;
  }
  keepApart(dots, view, width);
  if (index.now) clear(dots, xOf(Math.max(now, index.now.at), view, width) - nowRoom);
  return dots;
}

// One or two points that have room are themselves, all else is a pill. Nothing leaves its cell.
function fillCell(
  dots: Dot[],
  index: LaneIndex,
  from: number,
  to: number,
  left: number,
  scale: number,
) {
  const first = index.points[from] as Item;
  const last = index.points[to - 1] as Item;
  const count = to - from;
  const apart = (last.at - first.at) * scale;
  if (count === 1) {
    dots.push(dot(first, left + cell / 2));
  } else if (count === 2 && apart >= target) {
    dots.push(dot(first, left + target / 2), dot(last, left + cell - target / 2));
  } else {
    dots.push(pill(first, last, count, left + cell / 2));
  }
}

function dot(item: Item, x: number): Dot {
  return { id: item.id, oldest: item, newest: item, count: 1, at: item.at, x, width: target };
}

function pill(oldest: Item, newest: Item, count: number, x: number): Dot {
  const width = Math.min(pillMax, 16 + 7 * countWords(count).length);
  return { id: `pill:${oldest.id}`, oldest, newest, count, at: oldest.at, x, width };
}

// Moves each to its own time, or the middle of its own times, as far as its neighbours let it.
function keepApart(dots: Dot[], view: View, width: number) {
  for (let i = 0; i < dots.length; ++i) {
    const one = dots[i] as Dot;
    const before = dots[i - 1];
    const after = dots[i + 1];
    const low = before ? before.x + (before.width + one.width) / 2 : -Infinity;
    const high = after ? after.x - (after.width + one.width) / 2 : Infinity;
    const wanted = xOf((one.oldest.at + one.newest.at) / 2, view, width);
    one.x = Math.max(low, Math.min(high, wanted));
  }
}

// Makes room at the right end, merging the last ones as long as there is none.
function clear(dots: Dot[], end: number) {
  for (let last = dots.at(-1); last && last.x + last.width / 2 > end; last = dots.at(-1)) {
    last.x = end - last.width / 2;
    const before = dots.at(-2);
    if (!before || before.x + before.width / 2 <= last.x - last.width / 2) return;
    dots.splice(-2, 2, pill(before.oldest, last.newest, before.count + last.count, end));
  }
}
