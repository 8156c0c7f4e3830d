// SPDX-License-Identifier: Apache-2.0
// Whether going back to a moment brings everything back that was there, and if not, what is missing.
import type { Bookmark, Point } from "@/api/types";
import type { Item, SourceMoment } from "./item";

export interface Exactness {
  isExact: boolean;
  // What is missing, by the source's name in the template; in the server's words.
  lacks: { source: string; what: string }[];
}

type Known = Pick<Bookmark | Point, "exact" | "positions">;

// Nothing where it is not known, as of what older releases made.
export function exactnessOf(known: Known | undefined): Exactness | null {
  if (!known || typeof known.exact !== "boolean") return null;
  const lacks = Object.entries(known.positions).flatMap(([source, position]) =>
    (position.lacks ?? []).map((what) => ({ source, what })),
  );
  return { isExact: known.exact, lacks };
}

// Of a moment between points, as the server expects it.
function exactnessOfMoment(sources: readonly SourceMoment[] | undefined): Exactness | null {
  if (!sources || sources.length === 0) return null;
  const lacks = sources.flatMap((one) =>
    (one.lacks ?? []).map((what) => ({ source: one.source, what })),
  );
  if (lacks.length > 0) return { isExact: false, lacks };
  return sources.every((one) => one.lacks) ? { isExact: true, lacks } : null;
}

export function exactnessOfItem(item: Pick<Item, "bookmark" | "point" | "sources">) {
  return exactnessOf(item.bookmark ?? item.point) ?? exactnessOfMoment(item.sources);
}

export function exactnessWords({ isExact, lacks }: Exactness): string {
  if (isExact) return "exact";
  return lacks.length > 0 ? "not all is in it" : "as a power cut would leave it";
}
