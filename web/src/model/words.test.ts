// SPDX-License-Identifier: Apache-2.0
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Operation } from "@/api/types";
import { suggestedName } from "./branch_name";
import { formatsOf, shownAddress, withoutPassword } from "./endpoint";
import { usualDuration } from "./estimate";
import type { Item } from "./history";
import {
  canCancel,
  ending,
  hasLastingEnd,
  operationNow,
  type Place,
  progressWords,
} from "./operation";
import { poolWarning } from "./pool";
import { fits, rowsOf } from "./rows";
import { audienceWords, tagsOf } from "./share";
import { size } from "./size";
import { bookmark, container, DEV, iso, NOW, operation, QA } from "./test_data";
import { ago, dayWords, duration, moment } from "./time";
import { listed, withLocalTimes, withoutCommands } from "./words";

const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;
const HERE: Place = { other: null, isStopped: false };

describe("Moments in words", () => {
  it("say the day only where it is another", () => {
    const noon = new Date(NOW).setHours(12, 0, 0, 0);
    expect(moment(noon - MINUTE, noon)).toBe("11:59");
    expect(moment(noon - 3 * DAY, noon)).toMatch(/^[A-Z][a-z]{2} 12:00$/);
    expect(moment(noon - 30 * DAY, noon)).toMatch(/^[A-Z][a-z]{2},? \d+ [A-Z][a-z]{2}, \d\d:00$/);
    expect(moment(noon - 400 * DAY, noon)).toMatch(/ 20\d\d, /);
    expect(dayWords(noon - DAY, noon)).toBe("Yesterday");
  });

  it("never say that something takes no time, or lies in a wrong direction", () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 400 * DAY }), (span) => {
        expect(duration(span)).not.toMatch(/^0 /);
        expect(ago(NOW - span, NOW)).toMatch(/ago$|^just now$/);
        expect(ago(NOW + span, NOW)).toMatch(/^in |^just now$/);
      }),
    );
    expect(duration(1)).toBe("1 second");
    expect(duration(90 * MINUTE)).toBe("2 hours");
  });

  it("stand in the browser's zone also within the server's sentences", () => {
    const words = withLocalTimes("Choose a time from 2026-11-22T11:30:05.250Z to now.", NOW);
    expect(words).not.toContain("T11:30");
    expect(words).toMatch(/from \d\d:\d\d:05 to now\.$/);
  });
});

describe("An operation in words", () => {
  const running = operation({
    state: "running",
    ended_at: null,
    steps: [
      {
        kind: "take_snapshot",
        words: "Saving where you are",
        state: "done",
        started_at: null,
        ended_at: null,
      },
      {
        kind: "start_instances",
        words: "Starting the database",
        state: "running",
        started_at: null,
        ended_at: null,
      },
      {
        kind: "commit",
        words: "Switching over",
        state: "pending",
        started_at: null,
        ended_at: null,
      },
    ],
  });

  it("says who does what, and which step runs", () => {
    expect(operationNow(running, QA, container())).toBe("You are restoring this container");
    expect(operationNow(running, DEV, container())).toBe("qa is restoring this container");
    const other = { id: "brn_bug", name: "bug" };
    expect(operationNow({ ...running, branch: other }, QA, container())).toBe(
      "You are restoring branch “bug”",
    );
    expect(progressWords(running)).toBe("Starting the database");
    expect(progressWords({ ...running, progress: "waiting" })).toBe(
      "Starting the database: waiting",
    );
    const repeated = "Starting the database: 3 s";
    expect(progressWords({ ...running, progress: repeated })).toBe(repeated);
  });

  it("can be canceled until it has switched", () => {
    expect(canCancel(running)).toBe(true);
    const steps = running.steps.map((step) => ({ ...step, state: "done" as const }));
    expect(canCancel({ ...running, steps })).toBe(false);
    expect(canCancel({ ...running, state: "succeeded" })).toBe(false);
  });

  it("says where one is after it, or that all is as before", () => {
    const parent = { point: "pnt_1", at: iso(5), words: 'bookmark "clean base"' };
    expect(ending(operation({ parent }), QA, NOW, HERE).title).toMatch(
      /^You are back at “clean base”, \d\d:\d\d\. It took 1 minute\.$/,
    );
    const failure = {
      code: "failed" as const,
      message: "the database did not start",
      hint: "Read its log.",
      step: "Starting",
      detail: "",
    };
    const failed = ending(operation({ state: "failed", failure }), QA, NOW, HERE);
    expect(failed.title).toContain("Everything is as before.");
    expect(failed.hint).toBe("The database did not start. Read its log.");
    expect(ending(operation({ state: "canceled" }), QA, NOW, HERE).tone).toBe("warning");
  });

  it("says that a branch is back only where it runs, and its data where it stays stopped", () => {
    const parent = { point: "pnt_1", at: iso(5), words: 'bookmark "clean base"' };
    const said = (place: Place, kind: Operation["kind"] = "restore") =>
      ending(operation({ parent, kind }), QA, NOW, place).title;
    const other = { name: "bug" };
    expect(said({ other, isStopped: false })).toMatch(
      /^Branch “bug” is back at “clean base”, \d\d:\d\d\. /,
    );
    expect(said({ other, isStopped: true })).toMatch(
      /^The data of “bug” is back at “clean base”, \d\d:\d\d; the branch is stopped\. /,
    );
    expect(said({ other: null, isStopped: true }, "refresh")).toMatch(
      /^Your data is the newest of production, of \d\d:\d\d; this container is stopped\. /,
    );
  });

  it("has a lasting end where the data or what runs is another, or its actor goes on from it", () => {
    expect(hasLastingEnd(operation({ kind: "edit_bookmark" }), QA)).toBe(false);
    expect(hasLastingEnd(operation({ kind: "edit_bookmark", state: "failed" }), QA)).toBe(true);
    expect(hasLastingEnd(operation({ kind: "undo" }), DEV)).toBe(true);
    expect(hasLastingEnd(operation({ kind: "bookmark" }), QA)).toBe(true);
    expect(hasLastingEnd(operation({ kind: "bookmark" }), DEV)).toBe(false);
  });

  it("usually takes the median of what it took, whatever failed", () => {
    const took = (ms: number, state: "succeeded" | "failed" = "succeeded") =>
      operation({
        state,
        created_at: iso(10),
        ended_at: new Date(Date.parse(iso(10)) + ms).toISOString(),
      });
    expect(
      usualDuration([took(1000), took(9000), took(2000), took(60_000, "failed")], "restore"),
    ).toBe(2000);
    expect(usualDuration([took(1000), took(2000)], "restore")).toBe(1500);
    expect(usualDuration([took(1000)], "refresh")).toBeNull();
  });
});

describe("Addresses", () => {
  const endpoint = {
    source: "db",
    kind: "postgresql",
    host: "127.0.0.1",
    port: 5433,
    connection: {
      url: "postgresql://employees:secret@127.0.0.1:5433/employees",
      formats: {
        jdbc: "jdbc:postgresql://127.0.0.1:5433/employees?user=employees&password=secret",
        env: "PGUSER='employees' PGPASSWORD='secret'",
        psql: "psql 'postgresql://employees:secret@127.0.0.1:5433/employees'",
      },
    },
    notes: [],
  };

  it("are shown without their password in every form", () => {
    expect(shownAddress(endpoint)).toBe("127.0.0.1:5433");
    for (const { text } of formatsOf(endpoint))
      expect(withoutPassword(text)).not.toContain("secret");
  });

  it("come in the order in which people want them", () => {
    expect(formatsOf(endpoint).map(({ id }) => id)).toEqual(["url", "psql", "jdbc", "env"]);
  });
});

describe("The server's advice", () => {
  it("is told without what is typed into a terminal", () => {
    expect(withoutCommands('Wait until it has ended ("slip operations show op_1").')).toBe(
      "Wait until it has ended.",
    );
    const full = 'Delete much ("slip usage" shows what) and purge it ("slip trash purge ID").';
    expect(withoutCommands(full)).toBe("Delete much and purge it.");
    expect(withoutCommands('"slip user list" shows who there is.')).toBe("");
    expect(withoutCommands("Ask an administrator (by mail).")).toBe(
      "Ask an administrator (by mail).",
    );
  });
});

describe("Lists", () => {
  const automatic = (id: string): Item => ({
    id,
    kind: "automatic",
    lane: "b",
    segment: "s",
    at: 1,
    title: "Automatic point",
    isReachable: true,
  });
  const run = ["a", "b", "c", "d", "e"].map(automatic);

  it("fold runs of automatic points, but not around the selected one", () => {
    expect(rowsOf(run, "x", new Set())).toEqual([{ kind: "fold", id: "a", items: run }]);
    expect(rowsOf(run, "c", new Set())).toHaveLength(5);
    expect(rowsOf(run, "x", new Set(["a"]))).toHaveLength(5);
  });

  it("lose no item by folding", () => {
    fc.assert(
      fc.property(fc.array(fc.boolean(), { maxLength: 40 }), (kinds) => {
        const items = kinds.map((isAutomatic, at) => ({
          ...automatic(`i${at}`),
          kind: isAutomatic ? ("automatic" as const) : ("reset" as const),
        }));
        const rows = rowsOf(items, "i3", new Set());
        expect(rows.flatMap((row) => (row.kind === "item" ? [row.item] : row.items))).toEqual(
          items,
        );
      }),
    );
  });

  it("are filtered by every word that was typed, in any order", () => {
    expect(fits(["Bug 4711 data", "qa"], "qa bug")).toBe(true);
    expect(fits(["Bug 4711 data", "qa"], "dev bug")).toBe(false);
    expect(fits(["anything"], " ")).toBe(true);
  });
});

describe("Names and sizes", () => {
  it("suggest a branch's name that is easy to type and free", () => {
    const named = bookmark({ name: "Bug 4711 data!" });
    expect(suggestedName(named, [])).toBe("bug-4711-data");
    const taken = { name: "bug-4711-data" } as Parameters<typeof suggestedName>[1][number];
    expect(suggestedName(named, [taken])).toBe("bug-4711-data-2");
    expect(suggestedName(undefined, [])).toBe("");
  });

  it("say who sees a bookmark", () => {
    expect(audienceWords(bookmark())).toBe("");
    expect(audienceWords(bookmark({ audience: "everyone" }))).toBe(
      "shared with everyone of “employees”",
    );
    expect(audienceWords(bookmark({ audience: "named", shared_with: ["dev", "pat"] }))).toBe(
      "shared with dev and pat",
    );
    expect(listed(["a", "b", "c"])).toBe("a, b and c");
    expect(tagsOf(" bug, 4711,, bug ")).toEqual(["bug", "4711"]);
  });

  it("round sizes to what one can read", () => {
    expect(size(0)).toBe("0 bytes");
    expect(size(1536)).toBe("1.5 KiB");
    expect(size(123 * 1024 ** 2)).toBe("123 MiB");
  });

  it("warn before the space is out", () => {
    const pool = (free: number) => ({ total: 1000, free }) as Parameters<typeof poolWarning>[0];
    expect(poolWarning(pool(500))).toBeNull();
    expect(poolWarning(pool(50))?.tone).toBe("warning");
    expect(poolWarning(pool(50))?.advice).not.toContain("automatic points");
    expect(poolWarning(pool(49))?.advice).toContain("no automatic points are taken");
    expect(poolWarning(pool(10))?.tone).toBe("danger");
  });
});
