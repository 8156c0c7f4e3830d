// SPDX-License-Identifier: Apache-2.0
// Where a key moves the selection. Pure; the timeline and the History list use the same moves.
import { type History, type Item, isBookmark, type Lane } from "./history";

export type Move =
  | "previous"
  | "next"
  | "first"
  | "now"
  | "previousBookmark"
  | "nextBookmark"
  | "laneAbove"
  | "laneBelow";

// The item that the move leads to among the lanes that are shown. At an end the item stays the same;
// without a selection, or with one that is not shown, every move leads to `now` of the first lane.
// Nothing only where there is no lane.
export function moved(
  history: History,
  selectedId: string | undefined,
  move: Move,
  lanes: readonly Lane[] = history.lanes,
): Item | undefined {
  const selected = selectedId === undefined ? undefined : history.byId.get(selectedId);
  const row = lanes.findIndex((lane) => lane.id === selected?.lane);
  const lane = lanes[row];
  if (!selected || !lane) return lanes[0]?.items.at(-1);
  switch (move) {
    case "first":
      return lane.items[0];
    case "now":
      return lane.items.at(-1);
    case "laneAbove":
      return nearest(lanes[row - 1], selected);
    case "laneBelow":
      return nearest(lanes[row + 1], selected);
  }
  const forward = move === "next" || move === "nextBookmark";
  const wanted = move === "previousBookmark" || move === "nextBookmark" ? isBookmark : () => true;
  const index = lane.items.indexOf(selected);
  const found = forward
    ? lane.items.slice(index + 1).find(wanted)
    : lane.items.slice(0, Math.max(0, index)).findLast(wanted);
  return found ?? selected;
}

// The item of the lane that is nearest in time; from `now` it is `now`. Where there is no lane, the
// item itself.
function nearest(lane: Lane | undefined, from: Item): Item {
  if (!lane || lane.items.length === 0) return from;
  if (from.kind === "now") return lane.items.at(-1) ?? from;
  return lane.items.reduce((best, item) =>
    Math.abs(item.at - from.at) < Math.abs(best.at - from.at) ? item : best,
  );
}

// What is selected when a container is opened, or when the selected item has gone: the first lane's now.
export function initialSelection(history: History): Item | undefined {
  return history.lanes[0]?.items.at(-1);
}
