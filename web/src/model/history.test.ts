// SPDX-License-Identifier: Apache-2.0
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Bookmark, Point, Segment, Timeline } from "@/api/types";
import { historyOf, inDrawnOrder, mergeTimelines, momentItem, withMoment } from "./history";
import { originWords } from "./history_words";

const time = (minute: number) => new Date(Date.UTC(2026, 10, 18, 12, minute)).toISOString();
const minute = (minute: number) => Date.parse(time(minute));

const segment = (id: string, began: number, more: Partial<Segment> = {}): Segment => ({
  id,
  branch: "brn_default",
  previous: null,
  kind: "created",
  began_at: time(began),
  parent: { point: "pnt_template", at: time(-60), words: "the newest data of employees" },
  operation: null,
  safety_point: null,
  template_version: 1,
  ...more,
});

const point = (id: string, at: number, more: Partial<Point> = {}): Point => ({
  id,
  segment: "seg_1",
  branch: "brn_default",
  kind: "automatic",
  at: time(at),
  reachable: true,
  baked: false,
  positions: {},
  ...more,
});

const bookmark = (id: string, name: string, of: string, at: number): Bookmark => ({
  id,
  name,
  container: { id: "cnt_1", name: "qa" },
  template: { id: "tpl_1", name: "employees" },
  branch: { id: "brn_default", name: "default" },
  creator: { id: "usr_1", name: "qa" },
  note: "",
  tags: [],
  audience: "only_container",
  shared_with: [],
  at: time(at),
  created_at: time(at),
  expires_at: null,
  point: of,
  positions: {},
});

const timeline = (
  more: Partial<Timeline> = {},
  branch: Partial<Timeline["branch"]> = {},
): Timeline => ({
  branch: {
    id: "brn_default",
    name: "default",
    active: true,
    state: "running",
    created_at: time(0),
    ...branch,
  },
  branches: [],
  segments: [segment("seg_1", 0)],
  points: [],
  bookmarks: [],
  range: { first: null, last: null },
  ...more,
});

const restored = segment("seg_2", 20, {
  previous: "seg_1",
  kind: "restored",
  parent: { point: "pnt_1", at: time(5), words: 'bookmark "clean base"' },
  safety_point: "pnt_2",
});

describe("the history", () => {
  it("is the beginning and now for a new container", () => {
    const history = historyOf([timeline()], minute(1));
    expect(history.lanes[0]?.items.map((item) => item.title)).toEqual([
      "Branch began from production",
      "Now",
    ]);
  });

  it("shows bookmarks in the place of their point, and where a restore came from", () => {
    const history = historyOf(
      [
        timeline({
          segments: [restored, segment("seg_1", 0)],
          points: [
            point("pnt_1", 5, { kind: "bookmark" }),
            point("pnt_2", 20, { kind: "safety" }),
            point("pnt_3", 30, { segment: "seg_2", reachable: false }),
          ],
          bookmarks: [
            bookmark("bmk_1", "first name", "pnt_1", 5),
            bookmark("bmk_2", "clean base", "pnt_1", 5),
          ],
        }),
      ],
      minute(40),
    );
    const items = history.lanes[0]?.items ?? [];
    expect(items.map((item) => [item.kind, item.title])).toEqual([
      ["began", "Branch began from production"],
      ["bookmark", "first name"],
      ["bookmark", "clean base"],
      ["safety", "Safety point before restore"],
      ["restored", "Restored to “clean base”"],
      ["automatic", "Automatic point"],
      ["now", "Now"],
    ]);
    expect(history.byId.get("seg_2")?.cameFrom).toBe("bmk_2");
    expect(history.byId.get("pnt_3")?.isReachable).toBe(false);
  });

  it("shows a bookmark whose point is outside the loaded window", () => {
    const bookmarks = [bookmark("bmk_1", "old", "pnt_gone", 5)];
    const history = historyOf([timeline({ bookmarks })], minute(40));
    expect(history.byId.get("bmk_1")).toMatchObject({ segment: "seg_1", isReachable: true });
  });

  it("lets a branch leave the lane where its data came from", () => {
    const parent = { point: "pnt_1", at: time(5), words: `branch default as of ${time(5)}` };
    const history = historyOf(
      [
        timeline({ points: [point("pnt_1", 5)] }),
        timeline(
          { segments: [segment("seg_b", 9, { branch: "brn_bug", parent })] },
          { id: "brn_bug", name: "bug", active: false },
        ),
      ],
      minute(10),
    );
    expect(history.lanes[1]).toMatchObject({ name: "bug", leaves: "pnt_1" });
    expect(history.byId.get("seg_b")?.title).toMatch(/^Branch began from default, \d\d:05:\d\d$/);
  });

  it("puts now last though the browser's clock is behind", () => {
    const items = historyOf([timeline({ points: [point("pnt_1", 5)] })], minute(2)).lanes[0]?.items;
    expect(items?.at(-1)).toMatchObject({ kind: "now", at: minute(5) });
  });
});

describe("lanes that are drawn together", () => {
  const branch = (id: string, made: number, active = false) => ({
    id,
    name: id,
    active,
    state: "running" as const,
    created_at: time(made),
  });
  const branches = [branch("brn_a", 0), branch("brn_b", 10, true), branch("brn_c", 20)];
  const lookingAt = (...ids: string[]) => {
    const answers = ids.map((id) =>
      timeline({ branch: branches.find((one) => one.id === id) as never, branches, segments: [] }),
    );
    return historyOf(answers, minute(60)).lanes;
  };

  it("have one order and one colour each, whichever is looked at", () => {
    const orders = [
      lookingAt("brn_a", "brn_b", "brn_c"),
      lookingAt("brn_b", "brn_a", "brn_c"),
      lookingAt("brn_c", "brn_a", "brn_b"),
    ].map((lanes) => inDrawnOrder(lanes).map(({ id, age }) => [id, age]));
    for (const order of orders)
      expect(order).toEqual([
        ["brn_b", 1],
        ["brn_c", 2],
        ["brn_a", 0],
      ]);
    expect(lookingAt("brn_c").map(({ age }) => age)).toEqual([2]);
  });
});

describe("a moment that no point is of", () => {
  const shown = historyOf(
    [timeline({ segments: [restored, segment("seg_1", 0)], points: [point("pnt_1", 5)] })],
    minute(30),
  );

  it("stands among the others of its branch, on the segment of its time", () => {
    const withIt = withMoment(shown, momentItem("brn_default", minute(10), []));
    expect(withIt.lanes[0]?.items.map((item) => item.kind)).toEqual([
      "began",
      "automatic",
      "moment",
      "restored",
      "now",
    ]);
    expect(withIt.byId.get(`at:brn_default:${minute(10)}`)?.segment).toBe("seg_1");
    expect(shown.byId.size).toBe(4);
  });

  it("is nowhere where its branch is not shown", () => {
    expect(withMoment(shown, momentItem("brn_other", minute(10), []))).toBe(shown);
  });
});

describe("the words of an origin", () => {
  it.each([
    ['bookmark "clean base"', "“clean base”"],
    ['bookmark "say "hi" twice" of qa', '“say "hi" twice” of qa'],
    ["the newest data of employees", "production"],
    ['before the restore to bookmark "clean base"', "before the restore to “clean base”"],
  ])("%s", (words, said) => {
    expect(originWords(words, "default", minute(60))).toBe(said);
  });

  it("names the branch only where it is another", () => {
    const words = `branch default as of ${time(5)}`;
    expect(originWords(words, "default", minute(60))).toMatch(/^\d\d:05:\d\d$/);
    expect(originWords(words, "bug", minute(60))).toMatch(/^default, \d\d:05:\d\d$/);
  });

  it("names the day unless it is today", () => {
    const words = `branch default as of ${time(5)}`;
    const said = (days: number) => originWords(words, "default", minute(days * 24 * 60));
    expect(said(1)).toMatch(/^Wed \d\d:05:\d\d$/);
    expect(said(20)).toMatch(/^Wed,? 18 Nov, \d\d:05:\d\d$/);
  });

  it("calls the template's data production's", () => {
    const words = `template employees as of ${time(5)}`;
    expect(originWords(words, "default", minute(60))).toMatch(/^production, \d\d:05:\d\d$/);
  });
});

describe("merging windows", () => {
  it("joins points without duplicates whatever the order of arrival", () => {
    const points = fc.uniqueArray(fc.integer({ min: 0, max: 500 }), { maxLength: 60 });
    fc.assert(
      fc.property(points, points, (some, others) => {
        const one = timeline({ points: some.map((at) => point(`pnt_${at}`, at)) });
        const other = timeline({ points: others.map((at) => point(`pnt_${at}`, at)) });
        const merged = mergeTimelines(one, other).points;
        expect(merged).toEqual(mergeTimelines(other, one).points);
        expect(merged.map((item) => item.id)).toEqual(
          [...new Set([...some, ...others])].sort((a, b) => a - b).map((at) => `pnt_${at}`),
        );
      }),
    );
  });
});
