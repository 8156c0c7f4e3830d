// SPDX-License-Identifier: Apache-2.0
import { expect, test } from "vitest";
import { firstRows } from "./rows";

const list = (name: string, count: number) =>
  Array.from({ length: count }, (_, index) => ({ id: `${name}${index}` }));
const lengths = (rows: unknown[][]) => rows.map(({ length }) => length);

test("Of long lists only the first rows are shown, the upper list first", () => {
  const lists = [list("a", 30), list("b", 300), list("c", 2)];
  expect(lengths(firstRows(lists, 40, "none"))).toEqual([30, 10, 0]);
  expect(lengths(firstRows(lists, 1000, "none"))).toEqual([30, 300, 2]);
});

test("What is selected is among the rows that are shown", () => {
  const rows = firstRows([list("a", 30), list("b", 300)], 40, "b99");
  expect(lengths(rows)).toEqual([30, 100]);
  expect(rows[1]?.at(-1)).toEqual({ id: "b99" });
});
