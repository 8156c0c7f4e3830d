// SPDX-License-Identifier: Apache-2.0
// The rows of the History list: the newest first, runs of automatic points folded into one row.
import type { History, Item } from "./history";

export type Row = { kind: "item"; item: Item } | { kind: "fold"; id: string; items: Item[] };

const FOLDED_FROM = 4;

// The items of the first lane, or of all lanes by time.
export function listedItems(history: History, isAllShown: boolean): Item[] {
  const lanes = isAllShown ? history.lanes : history.lanes.slice(0, 1);
  const items = lanes.flatMap((lane) => lane.items);
  if (lanes.length > 1) items.sort((a, b) => a.at - b.at);
  return items.reverse();
}

// `unfolded` are ids of items that are to be seen; a run with one of them, or with the selected item, is
// not folded.
export function rowsOf(
  items: readonly Item[],
  selectedId: string,
  unfolded: ReadonlySet<string>,
): Row[] {
  const rows: Row[] = [];
  let run: Item[] = [];
  const end = () => {
    const [first] = run;
    if (!first) return;
    const isFolded =
      run.length >= FOLDED_FROM &&
      !run.some((item) => unfolded.has(item.id)) &&
      !run.some((item) => item.id === selectedId);
    if (isFolded) rows.push({ kind: "fold", id: first.id, items: run });
    else rows.push(...run.map((item) => ({ kind: "item" as const, item })));
    run = [];
  };
  for (const item of items) {
    if (item.kind === "automatic") {
      run.push(item);
      continue;
    }
    end();
    rows.push({ kind: "item", item });
  }
  end();
  return rows;
}

// Whether every word that was typed is in the item's title, note, tags or user.
export function fits(words: readonly string[], filter: string): boolean {
  const text = words.join(" ").toLowerCase();
  return filter
    .toLowerCase()
    .split(/\s+/)
    .every((word) => text.includes(word));
}

export function wordsOf(item: Item): string[] {
  const { bookmark, begun, failure } = item;
  return [
    item.title,
    failure?.actor.name ?? "",
    ...(bookmark
      ? [bookmark.note, ...bookmark.tags, bookmark.creator.name, bookmark.container?.name ?? ""]
      : []),
    begun?.operation?.actor ?? "",
  ];
}

// So many rows of lists that stand below each other, and as many more as it takes for the wanted one to
// be among them.
export function firstRows<Row extends { id: string }>(
  lists: readonly (readonly Row[])[],
  most: number,
  wantedId: string,
): Row[][] {
  const wantedAt = lists.flat().findIndex((row) => row.id === wantedId);
  let left = Math.max(most, wantedAt + 1);
  return lists.map((list) => {
    const shown = list.slice(0, left);
    left -= shown.length;
    return shown;
  });
}
