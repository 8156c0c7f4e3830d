// SPDX-License-Identifier: Apache-2.0
// The stretch of time that is in view, and how it is zoomed and moved. Pure; times in milliseconds
// since 1970, distances in pixels. The axis is linear.
import type { Item, Lane } from "@/model/history";
import { isBookmark } from "@/model/item";

export interface View {
  from: number;
  to: number;
}

// What there is to see: from the oldest item to now.
export type Extent = View;

const narrowest = 1000; // a view shows no less than a second
const shortest = 40_000; // what is chosen to fit shows no less, so that a new container is calm
const marksAtFirst = 40;
const marginBefore = 0.05; // of what fits
const marginAfter = 0.16; // more, for the labels of the newest bookmarks

export function extentOf(lanes: readonly Lane[], now: number): Extent {
  let from = now;
  let to = now;
  for (const lane of lanes) {
    from = Math.min(from, lane.items[0]?.at ?? now);
    to = Math.max(to, lane.items.at(-1)?.at ?? now);
  }
  return { from, to };
}

function fitting(from: number, to: number): View {
  const span = Math.max(to - from, shortest);
  return { from: to - span * (1 + marginBefore), to: to + span * marginAfter };
}

export function fitAll(extent: Extent): View {
  return fitting(extent.from, extent.to);
}

// What is shown first: the newest forty or so marks, and now.
export function initialView(lanes: readonly Lane[], extent: Extent): View {
  let from = extent.to;
  for (const lane of lanes) {
    const first = lane.items.at(-marksAtFirst) ?? lane.items[0];
    if (first) from = Math.min(from, first.at);
  }
  return fitting(from, extent.to);
}

// The view, no narrower than a second, no wider than all there is, and with its middle over what there is
// to see. Keeps its own middle as far as that allows.
export function clamped(view: View, extent: Extent): View {
  const all = fitAll(extent);
  const span = Math.min(Math.max(view.to - view.from, narrowest), all.to - all.from);
  const allMiddle = (all.from + all.to) / 2;
  const lowest = Math.max(all.from + span / 2, Math.min(extent.from, allMiddle));
  const highest = Math.min(all.to - span / 2, Math.max(extent.to, allMiddle));
  const middle = Math.min(Math.max((view.from + view.to) / 2, lowest), highest);
  return { from: middle - span / 2, to: middle + span / 2 };
}

// `factor` over 1 comes closer. The time at `centre` stays where it is.
export function zoomed(view: View, factor: number, centre: number, extent: Extent): View {
  const fullSpan = fitAll(extent).to - fitAll(extent).from;
  const span = view.to - view.from;
  const wanted = Math.min(Math.max(span / factor, narrowest), fullSpan);
  const share = (centre - view.from) / span;
  const from = centre - share * wanted;
  return clamped({ from, to: from + wanted }, extent);
}

export function panned(view: View, pixels: number, width: number, extent: Extent): View {
  const shift = (pixels * (view.to - view.from)) / Math.max(width, 1);
  return clamped({ from: view.from + shift, to: view.to + shift }, extent);
}

// The view as it is where the time is inside, else moved just far enough to show it with a margin.
export function showing(view: View, at: number, extent: Extent): View {
  const span = view.to - view.from;
  const edge = span * 0.02;
  if (at >= view.from + edge && at <= view.to - edge) return view;
  const margin = span * 0.2;
  const from = at < view.from + edge ? at - margin : at + margin - span;
  return clamped({ from, to: from + span }, extent);
}

// Close enough to tell apart what lies between the two items.
export function splitting(first: Item, last: Item, view: View, extent: Extent): View {
  const inside = Math.max(last.at - first.at, narrowest / 2);
  const span = Math.min(inside * 1.5, (view.to - view.from) / 2);
  const middle = (first.at + last.at) / 2;
  return clamped({ from: middle - span / 2, to: middle + span / 2 }, extent);
}

// A view that keeps up with time: what showed now at some place shows it there still.
export function following(view: View, nowBefore: number, nowAfter: number): View {
  if (nowBefore < view.from || nowBefore > view.to) return view;
  const passed = nowAfter - nowBefore;
  return { from: view.from + passed, to: view.to + passed };
}

// How many bookmarks, and whether anything at all, lies before the view, and whether now lies after it.
export interface Beyond {
  bookmarks: number;
  newest: Item | undefined; // of what lies before it
  isNowAfter: boolean;
}

export function beyond(lanes: readonly Lane[], view: View, now: number): Beyond {
  const found: Beyond = { bookmarks: 0, newest: undefined, isNowAfter: now > view.to };
  for (const { items } of lanes) {
    for (const item of items) {
      if (item.kind === "now" || item.at >= view.from) continue;
      if (isBookmark(item)) found.bookmarks++;
      if (!found.newest || item.at > found.newest.at) found.newest = item;
    }
  }
  return found;
}

export function xOf(at: number, view: View, width: number): number {
  return ((at - view.from) / (view.to - view.from)) * width;
}

export function timeAt(x: number, view: View, width: number): number {
  return view.from + (x / Math.max(width, 1)) * (view.to - view.from);
}
