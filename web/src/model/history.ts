// A container's history as the page shows it: every branch a lane, every moment on it an item. The
// timeline, the History list and the action bar are views of it. Pure: no React, no clock.
import type { components } from "@/api/schema";

export type Timeline = components["schemas"]["Timeline"];
export type Point = components["schemas"]["Point"];
export type Segment = components["schemas"]["Segment"];
export type Bookmark = components["schemas"]["Bookmark"];

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
  | "undone";

// One moment. Its id is that of the bookmark, point or segment; of now "now:" and the branch's.
export interface Item {
  id: string;
  kind: ItemKind;
  lane: string; // the branch's id
  segment: string;
  at: number; // milliseconds since 1970; of now the time that `historyOf` was told
  title: string; // in the page's words, e.g. a bookmark's name, "Restored to “clean base”"
  isReachable: boolean; // its data is still kept: it can be gone back to
  point?: Point;
  bookmark?: Bookmark;
  begun?: Segment; // of breaks and beginnings
  cameFrom?: string; // of breaks and beginnings: the id of the item the data is of, if it is shown
}

export interface Lane {
  id: string; // the branch's id
  name: string;
  isActive: boolean;
  isRunning: boolean;
  items: Item[]; // oldest first; breaks before the points of their segment; now last
  leaves?: string; // the item of another lane that the branch began from, if it is shown
}

export interface History {
  lanes: Lane[]; // the active branch first, then by age, the newest first
  byId: Map<string, Item>;
}
