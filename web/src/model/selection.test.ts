// SPDX-License-Identifier: Apache-2.0
import { describe, expect, it } from "vitest";
import type { History, Item, ItemKind, Lane } from "./history";
import { initialSelection, type Move, moved } from "./selection";

const item = (lane: string, kind: ItemKind, at: number): Item => ({
  id: `${lane}${at}`,
  kind,
  lane,
  segment: "",
  at,
  title: "",
  isReachable: true,
});

const lane = (id: string, items: Item[]): Lane => ({
  id,
  name: id,
  isActive: id === "a",
  isRunning: true,
  age: 0,
  items,
});

const history = (() => {
  const lanes = [
    lane("a", [
      item("a", "began", 0),
      item("a", "bookmark", 10),
      item("a", "automatic", 20),
      item("a", "shared", 30),
      item("a", "now", 40),
    ]),
    lane("b", [item("b", "began", 18), item("b", "automatic", 29), item("b", "now", 40)]),
  ];
  const byId = new Map(lanes.flatMap((one) => one.items).map((one) => [one.id, one]));
  return { lanes, byId } satisfies History;
})();

describe("moving the selection", () => {
  it.each<[string, Move, string]>([
    ["a20", "previous", "a10"],
    ["a20", "next", "a30"],
    ["a0", "previous", "a0"],
    ["a40", "next", "a40"],
    ["a20", "first", "a0"],
    ["a0", "now", "a40"],
    ["a40", "previousBookmark", "a30"],
    ["a30", "previousBookmark", "a10"],
    ["a10", "previousBookmark", "a10"],
    ["a10", "nextBookmark", "a30"],
    ["a30", "laneBelow", "b29"],
    ["a0", "laneBelow", "b18"],
    ["a40", "laneBelow", "b40"],
    ["b29", "laneAbove", "a30"],
    ["b29", "laneBelow", "b29"],
  ])("from %s by %s to %s", (from, move, to) => {
    expect(moved(history, from, move)?.id).toBe(to);
  });

  it("starts at now", () => {
    expect(moved(history, undefined, "previous")?.id).toBe("a40");
    expect(moved(history, "gone", "next")?.id).toBe("a40");
    expect(initialSelection(history)?.id).toBe("a40");
  });

  it("leads back from a lane that is not shown", () => {
    expect(moved(history, "b29", "next", history.lanes.slice(0, 1))?.id).toBe("a40");
  });
});
