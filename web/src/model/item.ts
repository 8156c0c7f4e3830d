// SPDX-License-Identifier: Apache-2.0
// One moment of a container's history as the page shows it.
import type { components } from "@/api/schema";
import type { Bookmark, Operation, Point, Segment } from "@/api/types";

export type SourceMoment = components["schemas"]["Moment"]["sources"][number];

export type ItemKind =
  | "now" // the branch as it is; one a lane, at its end
  | "automatic" // a point that nobody named
  | "safety" // the point taken just before data was replaced
  | "synced" // a template's newest data fetched
  | "bookmark"
  | "shared" // a bookmark that others may take
  | "began" // the branch's first segment begins
  | "refreshed" // the line breaks: a new segment begins with other data
  | "restored"
  | "reset"
  | "undone"
  | "failed" // an act was tried, and nothing has changed
  | "moment"; // a time that no point is of and a log leads to; there as long as it is selected

// One moment. Its id is that of the bookmark, point, segment or failed operation; of now "now:" and the
// branch's.
export interface Item {
  id: string;
  kind: ItemKind;
  lane: string; // the branch's id
  segment: string;
  at: number; // milliseconds since 1970; of now the time that `historyOf` was told
  title: string; // in the page's words, e.g. a bookmark's name, "Restored to “clean base”"
  isReachable: boolean; // its data is still kept: it can be gone back to
  point?: Point; // of bookmarks too, where their point is among the loaded ones
  bookmark?: Bookmark;
  begun?: Segment; // of breaks and beginnings
  failure?: Operation; // of what failed
  sources?: readonly SourceMoment[]; // of a moment: how far the data of each goes
  cameFrom?: string; // of breaks and beginnings: the id of the item the data is of, if it is shown
}

// Bookmarks and shared bookmarks.
export function isBookmark(item: Item): boolean {
  return item.kind === "bookmark" || item.kind === "shared";
}

// Where the line breaks, because the branch went on with other data.
export function isBreak(item: Item): boolean {
  return (
    item.kind === "restored" ||
    item.kind === "refreshed" ||
    item.kind === "reset" ||
    item.kind === "undone"
  );
}
