// SPDX-License-Identifier: Apache-2.0
// Landmarks (bookmarks, breaks, beginnings) stand above the line like flags, each exactly over its time,
// in as many rows as it takes for none to cover another. A flag has its name beside it where there is
// room. Where all rows are full, neighbours share one flag with their number: a stack, which is split
// by zooming in. So a landmark never hides among the automatic points, and never vanishes.
//
// Rows depend on the scale alone, not on what is in view: moving the view never makes flags jump.
import { type Item, isBookmark, type Lane } from "@/model/history";
import { countBefore, indexOf } from "./lane_index";
import { gap, labelMax, labelMin, letter, stackWidth, target } from "./sizes";
import { type View, xOf } from "./view";

export interface Flag {
  id: string; // the item's; of a stack "stack:" and its oldest item's
  items: readonly Item[]; // oldest first; more than one is a stack
  at: number; // of the oldest
  x: number; // where its pole is, at the time `at`
  left: number; // the icon is over the pole, but at the edges the label stays in view
  row: number; // 0 is next to the line
  width: number; // with the label
  isLabelled: boolean;
}

interface Placed {
  first: number; // of the lane's landmarks
  count: number;
  row: number;
  width: number;
}

interface Placement {
  scale: number;
  rows: number;
  flags: Placed[];
}

const kept = new WeakMap<Lane, Placement>();

// The flags of the lane that are in view, oldest first.
export function flagsOf(lane: Lane, view: View, width: number, rows: number): Flag[] {
  const { landmarks, landmarkTimes } = indexOf(lane);
  const scale = width / (view.to - view.from);
  const placed = placementOf(lane, scale, rows);
  const reach = (target / 2 + gap + labelMax + target) / scale;
  const flags: Flag[] = [];
  const taken = new Float64Array(rows).fill(-Infinity); // up to where, of each row
  for (let i = firstAt(placed, landmarkTimes, view.from - reach); i < placed.length; ++i) {
    const { first, count, row, width: full } = placed[i] as Placed;
    const item = landmarks[first] as Item;
    if (item.at > view.to + target / scale) break;
    const x = xOf(item.at, view, width);
    const place = x - target / 2;
    // At the right end a label goes to the left, over its pole, as far as its row is free.
    const missing = count > 1 ? 0 : Math.max(0, full - (width - place));
    const free = Math.max(0, place - (taken[row] as number) - gap);
    const shift = place > width ? 0 : Math.min(missing, free, full - target / 2 - gap);
    const left = place - shift;
    const room = width - left;
    const isLabelled = count === 1 && full > target && room >= target + labelMin;
    const wide = count > 1 ? full : isLabelled ? Math.min(full, room) : target;
    const hidden = isLabelled ? Math.min(Math.max(0, -left), wide - target) : 0;
    taken[row] = left + wide;
    flags.push({
      id: count === 1 ? item.id : `stack:${item.id}`,
      items: landmarks.slice(first, first + count),
      at: item.at,
      x,
      left: left + hidden,
      row,
      width: wide - hidden,
      isLabelled: isLabelled && wide - hidden >= target + labelMin,
    });
  }
  return flags;
}

// The first flag whose last item is not before the time.
function firstAt(placed: readonly Placed[], times: Float64Array, at: number): number {
  const landmark = countBefore(times, at);
  let low = 0;
  let high = placed.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    const { first, count } = placed[middle] as Placed;
    if (first + count <= landmark) low = middle + 1;
    else high = middle;
  }
  return low;
}

function placementOf(lane: Lane, scale: number, rows: number): Placed[] {
  const known = kept.get(lane);
  if (known && known.scale === scale && known.rows === rows) return known.flags;
  const flags = placed(indexOf(lane).landmarks, scale, rows);
  kept.set(lane, { scale, rows, flags });
  return flags;
}

function placed(landmarks: readonly Item[], scale: number, rows: number): Placed[] {
  const flags: Placed[] = [];
  const lastIn: (number | undefined)[] = new Array(rows).fill(undefined); // flag
  const ends = new Float64Array(rows).fill(-Infinity); // where the row is free, without labels
  const needs = new Float64Array(rows).fill(-Infinity); // the same with the labels of bookmarks
  const wishes = new Float64Array(rows).fill(-Infinity); // and with all labels
  const origin = landmarks[0]?.at ?? 0;
  for (let i = 0; i < landmarks.length; ++i) {
    const item = landmarks[i] as Item;
    const left = (item.at - origin) * scale;
    const row = freeRow(left, [wishes, needs], ends);
    if (row < 0) {
      const flag = flags.at(-1) as Placed; // the newest of all: nothing of its row is right of it
      const start = ((landmarks[flag.first] as Item).at - origin) * scale;
      flag.count += 1;
      flag.width = stackWidth(flag.count);
      ends[flag.row] = needs[flag.row] = wishes[flag.row] = start + flag.width + gap;
      continue;
    }
    const before = flags[lastIn[row] ?? -1];
    if (before)
      before.width = Math.min(before.width, left - leftOf(before, landmarks, origin, scale) - gap);
    lastIn[row] = flags.length;
    const full = target + Math.min(labelMax, item.title.length * letter + 3 * gap);
    flags.push({ first: i, count: 1, row, width: full });
    ends[row] = left + target + gap;
    needs[row] = left + (isBookmark(item) ? full : target) + gap;
    wishes[row] = left + full + gap;
  }
  for (const flag of flags)
    if (flag.count === 1 && flag.width < target + labelMin) flag.width = target;
  return flags;
}

function leftOf(flag: Placed, landmarks: readonly Item[], origin: number, scale: number): number {
  return ((landmarks[flag.first] as Item).at - origin) * scale;
}

// The lowest row where no label is cut, else where none of a bookmark is, else the one that leaves most
// of a label, else -1.
function freeRow(
  left: number,
  [wishes, needs]: [Float64Array, Float64Array],
  ends: Float64Array,
): number {
  for (const labels of [wishes, needs]) {
    const row = labels.findIndex((end) => left >= end);
    if (row >= 0) return row;
  }
  let best = -1;
  for (let row = 0; row < ends.length; ++row) {
    if (left < (ends[row] as number)) continue;
    if (best < 0 || (ends[row] as number) < (ends[best] as number)) best = row;
  }
  return best;
}
