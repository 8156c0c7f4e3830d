// SPDX-License-Identifier: Apache-2.0
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { ItemKind } from "@/model/history";
import type { Flag } from "./flags";
import { indexOf } from "./lane_index";
import { layout, markOf } from "./layout";
import { historyWith, laneOf, longHistory, type Moment } from "./made_up";
import type { Dot } from "./points";
import { nowRoom } from "./sizes";
import {
  clamped,
  extentOf,
  fitAll,
  initialView,
  panned,
  showing,
  splitting,
  type View,
  zoomed,
} from "./view";

const start = Date.UTC(2026, 10, 16, 9);
const day = 86_400_000;

const kinds: ItemKind[] = [
  "automatic",
  "automatic",
  "automatic",
  "safety",
  "bookmark",
  "shared",
  "restored",
  "reset",
];

// Bursts of activity with long silence between, as real histories have.
const moments = fc
  .array(
    fc.record({
      burst: fc.integer({ min: 0, max: 4 }),
      within: fc.integer({ min: 0, max: 3_600_000 }),
      kind: fc.constantFrom(...kinds),
    }),
    { maxLength: 120 },
  )
  .map((some) =>
    some.map(({ burst, within, kind }): Moment => ({ at: start + burst * day + within, kind })),
  );

const views = fc
  .record({
    from: fc.double({ min: -0.2, max: 1, noNaN: true }),
    zoom: fc.double({ min: 0, max: 14, noNaN: true }),
  })
  .map(({ from, zoom }): View => {
    const span = (6 * day) / 2 ** zoom;
    return { from: start + from * 5 * day, to: start + from * 5 * day + span };
  });

const widths = fc.integer({ min: 300, max: 2400 });

function drawn(some: Moment[], view: View, width: number, lanes = 1) {
  const now = start + 5 * day;
  const history = historyWith(
    Array.from({ length: lanes }, (_, index) => laneOf(`lane${index}`, some, now)),
  );
  return { history, drawing: layout(history, view, { width, now, lanes: history.lanes }), now };
}

const ends = (dot: Dot) => [dot.x - dot.width / 2, dot.x + dot.width / 2] as const;
const flagEnds = (flag: Flag) => [flag.left, flag.left + flag.width] as const;

describe("the layout", () => {
  it("draws every bookmark and break in view, and now", () => {
    fc.assert(
      fc.property(moments, views, widths, (some, view, width) => {
        const { history, drawing, now } = drawn(some, view, width);
        const shown = new Set(drawing.lanes[0]?.flags.flatMap((flag) => flag.items));
        for (const item of indexOf(history.lanes[0] as never).landmarks) {
          if (item.at >= view.from && item.at <= view.to) expect(shown).toContain(item);
        }
        if (now >= view.from && now <= view.to) expect(drawing.lanes[0]?.now).toBeDefined();
      }),
    );
  });

  it("never draws one mark over another", () => {
    fc.assert(
      fc.property(moments, views, widths, (some, view, width) => {
        const lane = drawn(some, view, width).drawing.lanes[0];
        if (!lane) throw new Error("a lane is drawn");
        lane.dots.reduce((left, dot) => {
          expect(ends(dot)[0]).toBeGreaterThanOrEqual(left - 0.01);
          return ends(dot)[1];
        }, -Infinity);
        const last = lane.dots.at(-1);
        if (last && lane.now)
          expect(ends(last)[1]).toBeLessThanOrEqual(lane.now.x - nowRoom + 0.01);
        const rows = new Map<number, number>();
        for (const flag of lane.flags) {
          expect(flagEnds(flag)[0]).toBeGreaterThanOrEqual(
            (rows.get(flag.row) ?? -Infinity) - 0.01,
          );
          rows.set(flag.row, flagEnds(flag)[1]);
        }
      }),
    );
  });

  it("counts every point in view once, in dots and pills", () => {
    fc.assert(
      fc.property(moments, views, widths, (some, view, width) => {
        const { history, drawing } = drawn(some, view, width);
        const index = indexOf(history.lanes[0] as never);
        const dots = drawing.lanes[0]?.dots ?? [];
        const [oldest, newest] = [dots[0]?.oldest, dots.at(-1)?.newest];
        const between = index.points.filter(
          (item) => oldest && newest && item.at >= oldest.at && item.at <= newest.at,
        );
        expect(dots.reduce((sum, dot) => sum + dot.count, 0)).toBe(between.length);
        for (const item of index.points) {
          if (item.at >= view.from && item.at <= view.to) expect(between).toContain(item);
        }
      }),
    );
  });

  it("is in the order of time", () => {
    fc.assert(
      fc.property(moments, views, widths, (some, view, width) => {
        const lane = drawn(some, view, width).drawing.lanes[0];
        for (const marks of [lane?.dots ?? [], lane?.flags ?? []]) {
          for (let i = 1; i < marks.length; ++i) {
            const [before, after] = [marks[i - 1] as Dot | Flag, marks[i] as Dot | Flag];
            expect(after.at).toBeGreaterThanOrEqual(before.at);
            expect(after.x).toBeGreaterThanOrEqual(before.x - 0.01);
          }
        }
      }),
    );
  });

  it("gives every mark an id of its own, and finds the mark of every item in view", () => {
    fc.assert(
      fc.property(moments, views, widths, (some, view, width) => {
        const { history, drawing } = drawn(some, view, width, 3);
        const ids = drawing.lanes
          .flatMap((lane) => [...lane.flags, ...lane.dots])
          .map((mark) => mark.id);
        expect(new Set(ids).size).toBe(ids.length);
        for (const item of history.byId.values()) {
          if (item.kind !== "now" && item.at >= view.from && item.at <= view.to) {
            expect(markOf(drawing, item)).toBeDefined();
          }
        }
      }),
    );
  });

  it("keeps flags in their rows, and points in their pills, when the view moves", () => {
    fc.assert(
      fc.property(
        moments,
        views,
        widths,
        fc.integer({ min: -200, max: 200 }),
        (some, view, width, by) => {
          const now = start + 50 * day; // far away: it makes room for itself
          const history = historyWith([laneOf("lane", some, now)]);
          const span = view.to - view.from;
          const options = { width, now, lanes: history.lanes };
          const shift = (by * span) / width;
          const one = layout(history, view, options).lanes[0];
          // The same scale to the last bit, or rounding could decide differently.
          const other = layout(
            history,
            { from: view.from + shift, to: view.from + shift + span },
            options,
          ).lanes[0];
          const rows = new Map(one?.flags.map((flag) => [flag.id, flag.row]));
          for (const flag of other?.flags ?? []) {
            const row = rows.get(flag.id);
            if (row !== undefined && span === view.from + shift + span - (view.from + shift))
              expect(flag.row).toBe(row);
          }
        },
      ),
    );
  });

  it("draws flags exactly over their time", () => {
    const { drawing } = drawn(
      [
        { at: start, kind: "bookmark" },
        { at: start + day, kind: "restored" },
      ],
      { from: start - day, to: start + 3 * day },
      400,
    );
    expect(drawing.lanes[0]?.flags.map((flag) => flag.x)).toEqual([100, 200]);
  });

  it("stacks bookmarks of one moment that find no row", () => {
    const { drawing } = drawn(
      Array.from({ length: 7 }, () => ({ at: start, kind: "bookmark" as const })),
      { from: start - day, to: start + day },
      900,
    );
    expect(drawing.lanes[0]?.flags.map((flag) => [flag.row, flag.items.length])).toEqual([
      [0, 1],
      [1, 1],
      [2, 5],
    ]);
  });

  it("has room for the number of every stack, however many it holds", () => {
    const widthOf = (count: number) => {
      const some = Array.from({ length: count + 2 }, () => ({
        at: start,
        kind: "bookmark" as const,
      }));
      const { drawing } = drawn(some, { from: start - day, to: start + day }, 900);
      return drawing.lanes[0]?.flags.find((flag) => flag.items.length === count)?.width ?? 0;
    };
    const digit = 8;
    expect(widthOf(150)).toBeGreaterThanOrEqual(widthOf(12) + digit);
    expect(widthOf(1200)).toBeGreaterThanOrEqual(widthOf(150) + digit);
  });

  it("cuts no label at the right end, where its row is free to the left", () => {
    const { drawing } = drawn(
      [
        { at: start, kind: "bookmark" },
        { at: start + 0.98 * day, kind: "bookmark" },
      ],
      { from: start - day, to: start + day },
      1000,
    );
    const [free, last] = drawing.lanes[0]?.flags ?? [];
    if (!free || !last) throw new Error("two flags are drawn");
    expect(last.width).toBe(free.width);
    expect(last.left + last.width).toBeLessThanOrEqual(1000);
    expect(last.x).toBeGreaterThan(last.left);
    expect(last.x).toBeLessThan(last.left + last.width);
  });

  it("cuts the label of a beginning only where no row is free", () => {
    const { drawing } = drawn(
      [
        { at: start, kind: "restored" },
        { at: start + day / 10, kind: "bookmark" },
      ],
      { from: start - day, to: start + day },
      1000,
    );
    expect(drawing.lanes[0]?.flags.map(({ row }) => row)).toEqual([0, 1]);
  });

  it("draws a container that has just been made", () => {
    const history = historyWith([laneOf("new", [{ at: start, kind: "began" }], start + 1000)]);
    const extent = extentOf(history.lanes, start + 1000);
    const view = initialView(history.lanes, extent);
    const drawing = layout(history, view, { width: 1000, now: start + 1000, lanes: history.lanes });
    expect(drawing.lanes[0]?.flags).toHaveLength(1);
    expect(drawing.lanes[0]?.now?.x).toBeGreaterThan(600);
    expect(drawing.axis.minor.length).toBeGreaterThan(1);
  });

  it("draws ten thousand points and five hundred bookmarks with few marks", () => {
    const now = start + 5 * day;
    const history = longHistory(10_000, 500, now);
    const view = fitAll(extentOf(history.lanes, now));
    const lane = layout(history, view, { width: 1200, now, lanes: history.lanes }).lanes[0];
    const points = (lane?.dots ?? []).reduce((sum, dot) => sum + dot.count, 0);
    const landmarks = (lane?.flags ?? []).flatMap((flag) => flag.items);
    expect(points + landmarks.length + 1).toBe(history.byId.size);
    expect(lane?.dots.length).toBeLessThan(60);
    expect(lane?.flags.length).toBeLessThan(160);
  });
});

describe("the view", () => {
  const extent = { from: start, to: start + 5 * day };
  const inside = fc
    .record({
      middle: fc.double({ min: 0.3, max: 0.7, noNaN: true }),
      zoom: fc.double({ min: 2, max: 12, noNaN: true }),
    })
    .map(({ middle, zoom }) => {
      const half = (5 * day) / 2 ** zoom / 2;
      return { from: start + middle * 5 * day - half, to: start + middle * 5 * day + half };
    });

  it("is the same after zooming in and out again around one place", () => {
    fc.assert(
      fc.property(
        inside,
        fc.double({ min: 1, max: 4, noNaN: true }),
        fc.double({ min: 0, max: 1, noNaN: true }),
        (view, factor, share) => {
          fc.pre((view.to - view.from) / factor > 2000);
          const centre = view.from + share * (view.to - view.from);
          const back = zoomed(zoomed(view, factor, centre, extent), 1 / factor, centre, extent);
          expect(Math.abs(back.from - view.from)).toBeLessThan(1);
          expect(Math.abs(back.to - view.to)).toBeLessThan(1);
        },
      ),
    );
  });

  it("never leaves what there is to see", () => {
    fc.assert(
      fc.property(
        views,
        fc.double({ min: 0.01, max: 100, noNaN: true }),
        fc.integer(),
        (view, factor, by) => {
          for (const moved of [
            zoomed(view, factor, view.from, extent),
            panned(view, by % 1e6, 800, extent),
            clamped(view, extent),
          ]) {
            expect(moved.to).toBeGreaterThan(moved.from);
            expect(moved.to).toBeGreaterThanOrEqual(extent.from - 1);
            expect(moved.from).toBeLessThanOrEqual(extent.to + 1);
          }
        },
      ),
    );
  });

  it("shows a time that is asked for", () => {
    fc.assert(
      fc.property(inside, fc.double({ min: 0, max: 1, noNaN: true }), (view, share) => {
        const at = extent.from + share * (extent.to - extent.from);
        const shown = showing(view, at, extent);
        expect(at).toBeGreaterThanOrEqual(shown.from);
        expect(at).toBeLessThanOrEqual(shown.to);
      }),
    );
  });

  it("splits a pill when it is asked to come closer", () => {
    fc.assert(
      fc.property(moments, views, widths, (some, view, width) => {
        const { history, drawing, now } = drawn(some, view, width);
        const whole = extentOf(history.lanes, now);
        for (const dot of drawing.lanes[0]?.dots ?? []) {
          if (dot.newest.at - dot.oldest.at < 1000) continue;
          const closer = splitting(dot.oldest, dot.newest, view, whole);
          const lane = layout(history, closer, { width, now, lanes: history.lanes }).lanes[0];
          const mark = lane?.dots.find(
            (one) => one.oldest === dot.oldest && one.newest === dot.newest,
          );
          expect(mark).toBeUndefined();
        }
      }),
    );
  });
});
