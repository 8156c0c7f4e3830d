// SPDX-License-Identifier: Apache-2.0
import { expect, test } from "vitest";
import { exactnessOf, exactnessWords } from "./exactness";
import { bookmark, iso } from "./test_data";

const position = (lacks?: string[]) => ({ at: iso(30), position: "", ...(lacks && { lacks }) });

test("A bookmark says what going back to it does not bring back, and of which source", () => {
  const lacking = exactnessOf(
    bookmark({
      exact: false,
      positions: { db: position(["the rows of the unlogged table public.u"]), app: position([]) },
    }),
  );
  expect(lacking).toEqual({
    isExact: false,
    lacks: [{ source: "db", what: "the rows of the unlogged table public.u" }],
  });
  expect(lacking && exactnessWords(lacking)).toBe("not all is in it");
});

test("An exact one says so, and of an older one nothing is said", () => {
  const exact = exactnessOf(bookmark({ exact: true, positions: { db: position([]) } }));
  expect(exact && exactnessWords(exact)).toBe("exact");
  expect(exactnessOf(bookmark())).toBeNull();
  expect(exactnessOf(bookmark({ exact: null }))).toBeNull();
  expect(exactnessOf(undefined)).toBeNull();
});
