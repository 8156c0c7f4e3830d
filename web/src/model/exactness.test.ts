// SPDX-License-Identifier: Apache-2.0
import { expect, test } from "vitest";
import { exactnessOf, exactnessOfItem, exactnessWords } from "./exactness";
import { momentItem } from "./history";
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

test("A moment between points says what it would not bring back, and nothing where that is not known", () => {
  const moment = (...lacks: (string[] | null)[]) =>
    exactnessOfItem(
      momentItem(
        "brn_default",
        0,
        lacks.map((one, at) => ({ source: `s${at}`, at: iso(30), lacks: one })),
      ),
    );
  expect(moment(["the rows of the MEMORY table shop.cache"], null)).toEqual({
    isExact: false,
    lacks: [{ source: "s0", what: "the rows of the MEMORY table shop.cache" }],
  });
  expect(moment([], [])).toEqual({ isExact: true, lacks: [] });
  expect(moment([], null)).toBeNull();
  expect(moment()).toBeNull();
});
