// SPDX-License-Identifier: Apache-2.0
import type { Bookmark } from "@/api/types";
import { listed } from "./words";

// "shared with everyone of “employees”", "shared with dev", or nothing.
export function audienceWords(bookmark: Bookmark): string {
  if (bookmark.audience === "everyone")
    return `shared with everyone of “${bookmark.template.name}”`;
  if (bookmark.audience === "named") return `shared with ${listed(bookmark.shared_with)}`;
  return "";
}

// Leads whoever opens it to the bookmark, e.g. from a bug report.
export function bookmarkAddress(bookmark: Bookmark, origin: string): string {
  return `${origin}/b/${bookmark.id}`;
}

// What was typed between commas, each once.
export function tagsOf(typed: string): string[] {
  return [
    ...new Set(
      typed
        .split(",")
        .map((tag) => tag.trim())
        .filter(Boolean),
    ),
  ];
}
