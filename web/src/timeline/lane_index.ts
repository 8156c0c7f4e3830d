// SPDX-License-Identifier: Apache-2.0
// A lane's items sorted for drawing, made once a lane and kept as long as it is: landmarks, which
// never merge with points (bookmarks, breaks, the beginning, failures), points, and now.
import { type Item, isBookmark, isBreak, type Lane } from "@/model/history";

export interface LaneIndex {
  landmarks: readonly Item[];
  landmarkTimes: Float64Array;
  points: readonly Item[];
  pointTimes: Float64Array;
  breaks: readonly Item[]; // with the beginning
  breakTimes: Float64Array;
  now: Item | undefined;
}

const kept = new WeakMap<Lane, LaneIndex>();

export function indexOf(lane: Lane): LaneIndex {
  const known = kept.get(lane);
  if (known) return known;
  const breaks = lane.items.filter((item) => item.kind === "began" || isBreak(item));
  const landmarks = lane.items.filter(isLandmark);
  const points = lane.items.filter((item) => item.kind !== "now" && !isLandmark(item));
  const index = {
    landmarks,
    landmarkTimes: timesOf(landmarks),
    points,
    pointTimes: timesOf(points),
    breaks,
    breakTimes: timesOf(breaks),
    now: lane.items.findLast((item) => item.kind === "now"),
  };
  kept.set(lane, index);
  return index;
}

export function isLandmark(item: Item): boolean {
  return isBookmark(item) || item.kind === "began" || item.kind === "failed" || isBreak(item);
}

function timesOf(items: readonly Item[]): Float64Array {
  return Float64Array.from(items, (item) => item.at);
}

// How many of the times, which are sorted, are before `at`.
export function countBefore(times: Float64Array, at: number): number {
  let low = 0;
  let high = times.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((times[middle] as number) < at) low = middle + 1;
    else high = middle;
  }
  return low;
}
