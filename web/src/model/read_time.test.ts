// SPDX-License-Identifier: Apache-2.0
import { describe, expect, test } from "vitest";
import { readTime } from "./read_time";

// A Sunday, in whatever zone the tests run in.
const now = new Date(2026, 10, 29, 12, 0, 0).getTime();
const at = (day: number, ...clock: [number, number, number?]) =>
  new Date(2026, 10, day, clock[0], clock[1], clock[2] ?? 0).getTime();

describe("A time that people write", () => {
  test("is today's, or yesterday's where that is still to come", () => {
    expect(readTime("11:03", now)).toBe(at(29, 11, 3));
    expect(readTime(" 9:15:07 ", now)).toBe(at(29, 9, 15, 7));
    expect(readTime("14:03:07", now)).toBe(at(28, 14, 3, 7));
    expect(readTime("today 11:03", now)).toBe(at(29, 11, 3));
    expect(readTime("Yesterday 18:00", now)).toBe(at(28, 18, 0));
  });
  test("may name its day", () => {
    expect(readTime("2026-11-03 18:00", now)).toBe(at(3, 18, 0));
    expect(readTime("2026-11-03, 18:00:59", now)).toBe(at(3, 18, 0, 59));
    expect(readTime("Wed 9:15", now)).toBe(at(25, 9, 15));
    expect(readTime("sunday 11:00", now)).toBe(at(29, 11, 0));
    expect(readTime("Sun 13:00", now)).toBe(at(22, 13, 0));
    expect(readTime("2026-11-29T10:00:00Z", now)).toBe(Date.UTC(2026, 10, 29, 10));
    expect(readTime("2026-11-29T10:00:00.5+01:00", now)).toBe(Date.UTC(2026, 10, 29, 9, 0, 0, 500));
  });
  test("may count back from now", () => {
    expect(readTime("10 min ago", now)).toBe(now - 600_000);
    expect(readTime("2h ago", now)).toBe(now - 7_200_000);
    expect(readTime("1 day ago", now)).toBe(now - 86_400_000);
    expect(readTime("90 seconds ago", now)).toBe(now - 90_000);
  });
  test("is none otherwise", () => {
    for (const text of [
      "",
      "14",
      "25:00",
      "12:60",
      "12:00:60",
      "2026-02-30 12:00",
      "2026-13-01 12:00",
      "someday 12:00",
      "3 moons ago",
      "ten minutes ago",
      "2026-11-29T10:00",
    ]) {
      expect(readTime(text, now), text).toBeNull();
    }
  });
});
