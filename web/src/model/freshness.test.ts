// SPDX-License-Identifier: Apache-2.0
import { describe, expect, it } from "vitest";
import { freshnessWords, productionTimeOf } from "./freshness";
import { historyOf } from "./history";
import { bookmark, iso, NOW, segment, timeline } from "./test_data";
import { moment } from "./time";

const refreshed = segment({
  id: "seg_2",
  kind: "refreshed",
  began_at: iso(40),
  parent: { point: "pnt_9", at: iso(41), words: "the newest data of employees" },
});
const restored = segment({
  id: "seg_3",
  kind: "restored",
  began_at: iso(20),
  parent: { point: "pnt_1", at: iso(50), words: 'bookmark "clean base"' },
});
const old = bookmark({ at: iso(50) });
const at = (minutes: number) => Date.parse(iso(minutes));
const yours = (...segments: ReturnType<typeof segment>[]) =>
  productionTimeOf(historyOf([timeline({ segments, bookmarks: [old] })], NOW), "brn_default");

describe("The data of production that a branch has", () => {
  it("is that which it began with, or was refreshed to", () => {
    expect(yours(segment())).toBe(at(61));
    expect(yours(segment(), refreshed)).toBe(at(41));
  });

  it("is older again after going back to before a refresh", () => {
    expect(yours(segment(), refreshed, restored)).toBe(at(61));
  });

  it("is that of a time of production that was gone to", () => {
    const gone = {
      ...restored,
      parent: { point: "pnt_8", at: iso(300), words: `template employees as of ${iso(299)}` },
    };
    expect(yours(segment(), gone)).toBe(at(299));
  });

  it("is not known where the history does not reach back to it", () => {
    const foreign = {
      ...restored,
      parent: { point: "pnt_x", at: iso(300), words: 'bookmark "a" of dev' },
    };
    expect(yours(segment(), foreign)).toBeNull();
    expect(yours()).toBeNull();
  });
});

describe("Beside Refresh", () => {
  it("it is said how fresh production's data is, and one's own", () => {
    const newest_at = iso(10);
    const said = moment(at(10), NOW);
    expect(freshnessWords({ newest_at }, at(61), NOW)).toBe(
      `Production: ${said}, you have ${moment(at(61), NOW)}`,
    );
    expect(freshnessWords({ newest_at }, at(10), NOW)).toBe(`Production: ${said}, which you have`);
    expect(freshnessWords({ newest_at }, null, NOW)).toBe(`Production: ${said}`);
    expect(freshnessWords({ newest_at }, at(10) - 1000, NOW + 60_000)).toMatch(/^Production: /);
    expect(freshnessWords({ newest_at: iso(9.5) }, at(10), NOW)).toMatch(
      /^Production: .*:30, you have .*:00$/,
    );
    expect(freshnessWords({ newest_at: null }, null, NOW)).toBe("");
    expect(freshnessWords(undefined, at(10), NOW)).toBe("");
  });
});
