// SPDX-License-Identifier: Apache-2.0
import type { Bookmark, Branch } from "@/api/types";

// After a bookmark's name, in a form that is easy to type in a shell; another if that is taken.
export function suggestedName(bookmark: Bookmark | undefined, branches: readonly Branch[]): string {
  if (!bookmark) return "";
  const name = bookmark.name
    .toLowerCase()
    .replace(/[^a-z0-9._]+/g, "-")
    .replace(/^[^a-z0-9]+|[-.]+$/g, "")
    .slice(0, 40);
  const taken = branches.map((branch) => branch.name);
  if (!taken.includes(name)) return name;
  let count = 2;
  while (taken.includes(`${name}-${count}`)) count += 1;
  return `${name}-${count}`;
}
