// SPDX-License-Identifier: Apache-2.0
// What is said of marks, on hover and by screen readers.
import { type Item, isBookmark } from "@/model/history";
import { ago, counted, exactMoment, moment } from "@/model/time";
import { iconWords } from "./icons";

export function itemName(item: Item): string {
  return isBookmark(item) ? `${iconWords[item.kind]} “${item.title}”` : item.title;
}

// "Bookmark “clean base”, Wed 14:03:22, 4 days ago, branch default"
export function itemWords(item: Item, now: number, branch: string | undefined): string {
  const words = [itemName(item)];
  if (item.kind !== "now") words.push(exactMoment(item.at, now), ago(item.at, now));
  if (!item.isReachable) words.push("its data is no longer kept");
  if (branch !== undefined) words.push(`branch ${branch}`);
  return words.join(", ");
}

// "5 moments: 3 bookmarks, 2 acts"; begins with the number that is drawn.
export function groupName(items: readonly Item[]): string {
  const bookmarks = items.filter(isBookmark).length;
  const acts = items.length - bookmarks;
  if (acts === 0) return counted(bookmarks, "bookmark");
  if (bookmarks === 0) return counted(acts, "act");
  return `${items.length} moments: ${counted(bookmarks, "bookmark")}, ${counted(acts, "act")}`;
}

export function groupWords(name: string, oldest: Item, newest: Item, now: number): string {
  return `${name}, ${moment(oldest.at, now)} to ${moment(newest.at, now)}. Zooms in.`;
}

// "2026-11-18 13:03:22.120 UTC"
export function exactUtc(at: number): string {
  return new Date(at).toISOString().replace("T", " ").replace("Z", " UTC");
}
