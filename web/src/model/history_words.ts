// SPDX-License-Identifier: Apache-2.0
// The titles of a history's items, in the page's words. Times are in the browser's zone.
import type { Point, Segment } from "@/api/types";
import { exactMoment } from "./time";

const before: Record<Segment["kind"], string> = {
  created: "",
  restored: " before restore",
  refreshed: " before refresh",
  reset: " before reset",
  undone: " before undo",
};

// `replaced`: how the segment began that the point was taken for.
export function pointTitle(kind: Point["kind"], replaced: Segment["kind"] | undefined): string {
  if (kind === "safety" || replaced) return `Safety point${before[replaced ?? "created"]}`;
  if (kind === "synced") return "Newest data fetched";
  return kind === "bookmark" ? "Point of a deleted bookmark" : "Automatic point";
}

// "Restored to “clean base”", "Undid the restore to “clean base”", "Branch began from production".
export function beginningTitle(segment: Segment, branchName: string, now: number): string {
  const words = segment.parent?.words;
  const origin = words ? originWords(words, branchName, now) : "";
  switch (segment.kind) {
    case "created":
      return origin ? `Branch began from ${origin}` : "Branch began";
    case "refreshed":
      return "Refreshed from production";
    case "restored":
      return origin ? `Restored to ${origin}` : "Restored";
    case "reset":
      return origin ? `Reset to ${origin}` : "Reset";
    case "undone":
      return origin.startsWith("before the ")
        ? `Undid ${origin.slice(7)}`
        : `Undone${origin && `, back to ${origin}`}`;
  }
}

// Whether the server's words say that data came from the template as it followed production.
export function isOfProduction(words: string): boolean {
  return /^(the newest data of .*|template .* as of \S+)$/.test(words);
}

// The server's words for where data came from, as the page says them:
//   bookmark "clean base" of qa             -> “clean base” of qa
//   branch default as of 2026-11-18T...Z    -> Wed 14:03:07; with the branch's name if it is another
//   the newest data of employees            -> production
//   template employees as of 2026-11-18T...Z -> production, Wed 14:03:07
export function originWords(words: string, branchName: string, now: number): string {
  const asOf = / ?as of (\d{4}-\d\d-\d\dT[\d:.]+Z)/;
  let said = words
    .replace(/bookmark "(.*)"/, "“$1”")
    .replace(/^the newest data of .*$/, "production")
    .replace(/^template .* as of /, "production as of ");
  const time = asOf.exec(said)?.[1];
  if (!time) return said;
  said = said.replace(asOf, `, ${exactMoment(Date.parse(time), now)}`);
  return said.replace(/branch (\S+), /, (_, name) => (name === branchName ? "" : `${name}, `));
}
