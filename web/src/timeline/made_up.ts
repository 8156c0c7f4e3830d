// SPDX-License-Identifier: Apache-2.0
// Histories for tests and benchmarks.
import type { History, Item, ItemKind, Lane } from "@/model/history";

export interface Moment {
  at: number;
  kind: ItemKind;
}

export function laneOf(id: string, moments: readonly Moment[], now: number): Lane {
  const items = [...moments]
    .sort((a, b) => a.at - b.at)
    .map((moment, index) => itemOf(`${id}-${index}`, id, moment));
  items.push(itemOf(`now:${id}`, id, { at: now, kind: "now" }));
  return { id, name: id, isActive: true, isRunning: true, age: 0, items };
}

export function historyWith(lanes: Lane[]): History {
  return {
    lanes,
    byId: new Map(lanes.flatMap((lane) => lane.items).map((item) => [item.id, item])),
  };
}

function itemOf(id: string, lane: string, { at, kind }: Moment): Item {
  return { id, kind, lane, segment: "", at, title: `${kind} number ${id}`, isReachable: true };
}

// So many points in bursts of work over as many days as it takes, every n-th a bookmark, some breaks.
export function longHistory(points: number, bookmarks: number, now: number): History {
  const moments: Moment[] = [];
  const every = Math.floor(points / bookmarks);
  let at = now;
  for (let i = 0; i < points; ++i) {
    at -= i % 50 === 49 ? 14 * 3_600_000 : 30_000 + ((i * 7919) % 600_000);
    moments.push({
      at,
      kind: i % every === 0 ? "bookmark" : i % 211 === 0 ? "restored" : "automatic",
    });
  }
  moments.push({ at: at - 1000, kind: "began" });
  return historyWith([laneOf("long", moments, now)]);
}
