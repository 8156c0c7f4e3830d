// SPDX-License-Identifier: Apache-2.0
import fc from "fast-check";
import { expect, test } from "vitest";
import type { Container, Operation, Usage } from "@/api/types";
import { isShown, span } from "./admin_operations";
import { runningWords } from "./admin_running";
import { barOf, FIRST_ORDER, hrefOf, orderAfterClick, restOf, rowsOf, sorted } from "./admin_usage";
import { container } from "./test_data";

const row = (name: string, unique: number, shared = 0) => ({
  id: name,
  name,
  unique,
  shared,
  full: unique + shared,
  kind: "container" as const,
  what: "container",
});

test("Space is sorted by the chosen column, equal ones by name", () => {
  const rows = [row("b", 1), row("a", 1), row("c", 5)];
  const names = (by: "name" | "unique", isDescending: boolean) =>
    sorted(rows, { by, isDescending }).map((one) => one.name);
  expect(names("unique", true)).toEqual(["c", "a", "b"]);
  expect(names("unique", false)).toEqual(["a", "b", "c"]);
  expect(names("name", true)).toEqual(["c", "b", "a"]);
});

test("The rows of space and what is no row's alone are all that is used", () => {
  expect(restOf([row("a", 10), row("b", 5)], 60)).toBe(45);
  expect(restOf([row("a", 10)], 5)).toBe(0);
});

test("Containers, templates, sources and the trash are the rows of all that is used", () => {
  const space = { unique: 1, shared: 2, full: 3 };
  const ref = (name: string) => ({ id: name, name });
  const usage: Usage = {
    containers: [{ ...space, container: ref("c") }],
    templates: [{ ...space, template: ref("t") }],
    sources: [{ ...space, source: ref("s") }],
    trash: [{ ...space, thing: ref("b"), kind: "branch" }],
    users: [{ ...space, user: ref("u") }],
    used: 10,
  };
  expect(rowsOf(usage, "all").map(({ name, what }) => `${name}: ${what}`)).toEqual([
    "c: container",
    "t: template",
    "s: source",
    "b: branch in the trash",
  ]);
  expect(rowsOf(usage, "all").map(hrefOf)).toEqual([
    "/containers/c",
    "/admin/templates/t",
    "/admin/sources/s",
    "/trash",
  ]);
  expect(rowsOf(usage, "users").map(hrefOf)).toEqual(["/admin/users"]);
});

test("A row of space leads to what it names", () => {
  expect(hrefOf({ ...row("a b", 1), id: "ctr_1" })).toBe("/containers/a%20b");
  expect(hrefOf({ ...row("", 1), id: "ctr_2" })).toBeNull();
});

test("What runs is counted by container, stopped ones apart", () => {
  const endpoint = {
    source: "db",
    kind: "postgresql",
    host: "127.0.0.1",
    port: 1,
    connection: null,
    notes: [],
  };
  const one = (state: Container["state"]) => container({ state, endpoints: [endpoint, endpoint] });
  expect(runningWords([])).toBe("There is no container yet.");
  expect(runningWords([one("stopped")])).toBe("None of 1 container runs.");
  expect(runningWords([one("running"), one("running"), one("stopped")])).toBe(
    "2 of 3 containers run, with 4 databases and applications in the active branches.",
  );
  expect(runningWords([{ ...one("stopped"), running_beside: 3 }, one("stopped")])).toBe(
    "No active branch of 2 containers runs. Beside the active ones, 3 branches run.",
  );
  expect(runningWords([{ ...one("running"), running_beside: 1 }])).toContain(
    "Beside the active ones, 1 branch runs.",
  );
  expect(runningWords([one("failed")])).toContain("Something does not run in 1 of them.");
});

test("A second click on a head turns the order round", () => {
  expect(orderAfterClick(FIRST_ORDER, "unique")).toEqual({ by: "unique", isDescending: false });
  expect(orderAfterClick(FIRST_ORDER, "name")).toEqual({ by: "name", isDescending: false });
  expect(orderAfterClick(FIRST_ORDER, "shared")).toEqual({ by: "shared", isDescending: true });
});

test("No bar is longer than its place, whatever the sizes are", () => {
  const space = fc.record({ unique: fc.nat(), shared: fc.nat(), full: fc.nat() });
  fc.assert(
    fc.property(fc.array(space), (rows) => {
      for (const one of rows) {
        const bar = barOf(one, rows);
        expect(bar.unique + bar.shared).toBeLessThanOrEqual(100.001);
      }
    }),
  );
});

test("Times taken are said as exactly as they matter", () => {
  expect([0, 35, 1400, 125_000, 4_200_000].map(span)).toEqual([
    "at once",
    "35 ms",
    "1.4 s",
    "2 min 5 s",
    "1 h 10 min",
  ]);
});

test("Operations are found by what was done, by whom, to what, and how it ended", () => {
  const operation = {
    id: "op_1",
    words: "sync source Orders",
    state: "failed",
    ended_at: "2026-11-22T14:00:00.000Z",
    actor: { id: "usr_1", name: "ann" },
    container: null,
    failure: { message: "no such host" },
  } as unknown as Operation;
  for (const text of ["", "orders", "ANN", "op_1", " host "]) {
    expect(isShown(operation, "all", text)).toBe(true);
  }
  expect(isShown(operation, "all", "bob")).toBe(false);
  expect(isShown(operation, "failed", "")).toBe(true);
  expect(isShown(operation, "succeeded", "")).toBe(false);
  expect(isShown(operation, "going", "")).toBe(false);
  expect(isShown({ ...operation, state: "running", ended_at: null }, "going", "")).toBe(true);
});
