// SPDX-License-Identifier: Apache-2.0
// The lines of the drawing: a piece for each segment, broken where data was replaced, thin arcs to
// where a segment's data came from, and the way by which a branch leaves its parent.
import type { History, Item, Lane } from "@/model/history";
import { countBefore, indexOf } from "./lane_index";
import { arcRoom } from "./sizes";
import { type View, xOf } from "./view";

const breakGap = 4; // on both sides of a break
const arcsMax = 60;
const arcMin = 12; // narrower ones say nothing

export interface Arc {
  id: string; // of the break it leads to
  path: string;
}

// Where in the drawing lanes are: the height of a lane's line by the branch's id.
export type LineHeights = ReadonlyMap<string, number>;

// The lane's line as an SVG path, from its beginning to now, as far as it is in view.
export function linePath(lane: Lane, view: View, width: number, y: number, now: number): string {
  const { breaks, breakTimes } = indexOf(lane);
  const end = Math.min(width, xOf(now, view, width));
  let path = "";
  let index = Math.max(0, countBefore(breakTimes, view.from) - 1);
  let start = breaks[index] ? xOf((breaks[index] as Item).at, view, width) : 0;
  start += index > 0 ? breakGap : 0;
  for (index += 1; index < breaks.length; ++index) {
    const x = xOf((breaks[index] as Item).at, view, width);
    if (x - breakGap > start + 1) path += piece(start, Math.min(x - breakGap, end), y);
    start = x + breakGap;
    if (x > width) return path;
  }
  return end > start ? path + piece(start, end, y) : path;
}

function piece(from: number, to: number, y: number): string {
  return to < 0 ? "" : `M${round(Math.max(from, -8))} ${y}H${round(to)}`;
}

// Arcs to the lane's breaks in view from where their data came from, the newest sixty.
export function arcsOf(
  lane: Lane,
  history: History,
  view: View,
  width: number,
  heights: LineHeights,
): Arc[] {
  const { breaks, breakTimes } = indexOf(lane);
  const y = heights.get(lane.id) ?? 0;
  const arcs: Arc[] = [];
  const seen = new Set<string>();
  const oldest = countBefore(breakTimes, view.from);
  for (let i = countBefore(breakTimes, view.to) - 1; i >= oldest && arcs.length < arcsMax; --i) {
    const item = breaks[i] as Item;
    const source = item.cameFrom ? history.byId.get(item.cameFrom) : undefined;
    const sourceY = source && heights.get(source.lane);
    if (!source || sourceY === undefined || item.kind === "began") continue;
    const to = xOf(item.at, view, width);
    const from = xOf(source.at, view, width);
    const place = `${source.id} ${Math.round(to / 8)}`;
    if (seen.has(place) || Math.abs(to - from) < arcMin) continue;
    seen.add(place);
    arcs.push({ id: item.id, path: arc(from, sourceY, to, y) });
  }
  return arcs;
}

// Within a lane below the line, longer ones hanging lower; from lane to lane an S.
function arc(from: number, fromY: number, to: number, toY: number): string {
  const start = `M${round(from)} ${fromY + 6}C`;
  if (fromY !== toY) {
    const middle = (fromY + toY) / 2;
    const end = toY + (toY > fromY ? -6 : 6);
    return `${start}${round(from)} ${middle} ${round(to)} ${middle} ${round(to)} ${end}`;
  }
  const depth = Math.min(arcRoom, 10 + Math.abs(to - from) * 0.06) * (4 / 3);
  const side = Math.sign(to - from) * Math.min(24, Math.abs(to - from) / 3);
  return (
    `${start}${round(from + side)} ${round(fromY + depth)} ` +
    `${round(to - side)} ${round(toY + depth)} ${round(to)} ${toY + 6}`
  );
}

// The way from the parent's line to the beginning of the lane's own. Nothing where both are out of view.
export function leavingPath(
  lane: Lane,
  history: History,
  view: View,
  width: number,
  heights: LineHeights,
) {
  const source = lane.leaves ? history.byId.get(lane.leaves) : undefined;
  const beginning = indexOf(lane).breaks[0];
  const fromY = source && heights.get(source.lane);
  const toY = heights.get(lane.id);
  if (!source || !beginning || fromY === undefined || toY === undefined) return undefined;
  const from = xOf(source.at, view, width);
  const to = xOf(beginning.at, view, width);
  if (to < 0 || from > width) return undefined;
  const down = Math.sign(toY - fromY);
  const bend = Math.min(12, Math.abs(to - from));
  return (
    `M${round(from)} ${fromY + 6 * down}V${toY - bend * down}` +
    `Q${round(from)} ${toY} ${round(from + bend)} ${toY}H${round(to)}`
  );
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}
