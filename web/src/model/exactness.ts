// SPDX-License-Identifier: Apache-2.0
// Whether going back to a moment brings everything back that was there, and if not, what is missing.
import type { Bookmark, Point } from "@/api/types";

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

export function exactnessWords({ isExact, lacks }: Exactness): string {
  if (isExact) return "exact";
  return lacks.length > 0 ? "not all is in it" : "as a power cut would leave it";
}
