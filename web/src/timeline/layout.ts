// SPDX-License-Identifier: Apache-2.0
// From a history and a view to what is drawn. Pure; the work is that of what is in view, however long
// the history is (see the files of flags, points and lines for how things that would overlap are kept
// apart).
import type { History, Item, Lane } from "@/model/history";
import { type Flag, flagsOf } from "./flags";
import { indexOf, isLandmark } from "./lane_index";
import { type Arc, arcsOf, leavingPath, linePath } from "./lines";
import { type Dot, dotsOf } from "./points";
import { arcRoom, lanesThatFit, lineHeight, rowHeight, topRoom } from "./sizes";
import { type Axis, axisOf } from "./ticks";
import { type View, xOf } from "./view";

export interface LaneDrawing {
  lane: Lane;
  top: number;
  height: number;
  lineY: number; // the middle of the line, from the top of the drawing
  line: string; // an SVG path
  leaving: string | undefined; // an SVG path
  arcs: Arc[];
  flags: Flag[];
  dots: Dot[];
  now: { item: Item; x: number } | undefined; // where it is in view
}

export interface Drawing {
  axis: Axis;
  lanes: LaneDrawing[];
  height: number; // of the lanes, without the axis
}

export interface LayoutOptions {
  width: number; // pixels
  now: number;
  lanes: readonly Lane[]; // which of the history's are shown, from the top
}

export function layout(history: History, view: View, options: LayoutOptions): Drawing {
  const { now, lanes } = options;
  const width = Math.max(1, options.width);
  const rows = rowsFor(lanes.length);
  const height = topRoom + rows * rowHeight + lineHeight + arcRoom;
  const lineIn = topRoom + rows * rowHeight + lineHeight / 2;
  const heights = new Map(lanes.map((lane, index) => [lane.id, index * height + lineIn]));
  return {
    axis: axisOf(view, width, now),
    lanes: lanes.map((lane, index) => {
      const lineY = index * height + lineIn;
      const nowItem = indexOf(lane).now;
      const nowAt = Math.max(now, nowItem?.at ?? now);
      const nowX = xOf(nowAt, view, width);
      return {
        lane,
        top: index * height,
        height,
        lineY,
        line: linePath(lane, view, width, lineY, nowAt),
        leaving: leavingPath(lane, history, view, width, heights),
        arcs: arcsOf(lane, history, view, width, heights),
        flags: flagsOf(lane, view, width, rows),
        dots: dotsOf(lane, view, width, now),
        now:
          nowItem && nowX > -lineHeight && nowX < width + lineHeight
            ? { item: nowItem, x: nowX }
            : undefined,
      };
    }),
    height: lanes.length * height,
  };
}

// Few lanes have room for crowded bookmarks; many need to fit the screen.
function rowsFor(lanes: number): number {
  if (lanes <= 2) return 3;
  return lanes <= lanesThatFit ? 2 : 1;
}

// The mark that shows the item: its own, or the pill or stack that it has gone into.
export function markOf(drawing: Drawing, item: Item): Dot | Flag | undefined {
  const lane = drawing.lanes.find((one) => one.lane.id === item.lane);
  if (isLandmark(item)) return lane?.flags.find((flag) => flag.items.includes(item));
  return lane?.dots.find((dot) => dot.id === item.id || holds(dot, item));
}

function holds(dot: Dot, item: Item): boolean {
  return dot.count > 1 && item.at >= dot.oldest.at && item.at <= dot.newest.at;
}
