// SPDX-License-Identifier: Apache-2.0
// The axis in two levels, in the browser's zone: days above hours or minutes; from afar months above
// days, or years above months.
import { timeTicks } from "d3-time";
import { timeFormat } from "@/model/formats";
import { type View, xOf } from "./view";

export interface Tick {
  at: number;
  x: number;
  words: string;
}

export interface Axis {
  major: Tick[]; // the first one may have begun before the view: its words stand at the left edge
  minor: Tick[];
}

type Unit = "day" | "month" | "year";

const hour = 3_600_000;
const lengths: Record<Unit, number> = { day: 24 * hour, month: 30 * 24 * hour, year: 8766 * hour };
const majorMin = 64; // pixels between ticks of a level
const minorMin: Record<Unit, number> = { day: 60, month: 34, year: 44 };

const words = {
  clock: timeFormat({ hour: "2-digit", minute: "2-digit" }),
  seconds: timeFormat({ hour: "2-digit", minute: "2-digit", second: "2-digit" }),
  day: timeFormat({ weekday: "short", day: "numeric", month: "short" }),
  shortDay: timeFormat({ weekday: "short", day: "numeric" }),
  number: timeFormat({ day: "numeric" }),
  month: timeFormat({ month: "short", year: "numeric" }),
  shortMonth: timeFormat({ month: "short" }),
  year: timeFormat({ year: "numeric" }),
};

export function axisOf(view: View, width: number, now: number): Axis {
  const unit = unitOf(view, width);
  const major = majorTicks(view, width, unit, now);
  return { major, minor: minorTicks(view, width, unit, major) };
}

function unitOf(view: View, width: number): Unit {
  const pixels = (unit: Unit) => (width * lengths[unit]) / (view.to - view.from);
  if (pixels("day") >= majorMin) return "day";
  return pixels("month") >= majorMin ? "month" : "year";
}

function majorTicks(view: View, width: number, unit: Unit, now: number): Tick[] {
  const ticks: Tick[] = [];
  const pixels = (width * lengths[unit]) / (view.to - view.from);
  for (let at = beginning(view.from, unit); at < view.to; at = following(at, unit)) {
    ticks.push({ at, x: xOf(at, view, width), words: majorWords(at, unit, pixels, now) });
  }
  return ticks;
}

// The midnight, or first day of the month or year, that is not after the time. By the calendar: days
// have 23 or 25 hours when clocks change.
function beginning(at: number, unit: Unit): number {
  const date = new Date(at);
  const month = unit === "year" ? 0 : date.getMonth();
  return new Date(date.getFullYear(), month, unit === "day" ? date.getDate() : 1).getTime();
}

function following(at: number, unit: Unit): number {
  const date = new Date(at);
  if (unit === "day")
    return new Date(date.getFullYear(), date.getMonth(), date.getDate() + 1).getTime();
  const months = unit === "month" ? 1 : 12;
  return new Date(date.getFullYear(), date.getMonth() + months, 1).getTime();
}

function majorWords(at: number, unit: Unit, pixels: number, now: number): string {
  if (unit === "year") return words.year(at);
  if (unit === "month") return words.month(at);
  if (at === beginning(now, "day")) return "Today";
  return (pixels < 90 ? words.shortDay : words.day)(at).replace(",", "");
}

function minorTicks(view: View, width: number, unit: Unit, major: readonly Tick[]): Tick[] {
  const from = new Date(view.from);
  const to = new Date(view.to);
  let times: number[] = [];
  let step = 0;
  // It takes the number of ticks as a hint, and may give twice as many.
  for (let count = Math.floor(width / minorMin[unit]); count > 0; count = Math.floor(count * 0.7)) {
    times = timeTicks(from, to, count).map(Number);
    step = (times[1] ?? Infinity) - (times[0] ?? 0);
    if (step >= 1000 && (step * width) / (view.to - view.from) >= minorMin[unit]) break;
  }
  if (step < 1000) return [];
  const begun = new Set(major.map((tick) => tick.at));
  const finest = { day: 0, month: 20 * hour, year: 25 * 24 * hour }[unit];
  if (step < finest || step >= lengths[unit]) return [];
  const format = {
    day: step < 60_000 ? words.seconds : words.clock,
    month: words.number,
    year: words.shortMonth,
  };
  return times
    .filter((at) => !begun.has(at))
    .map((at) => ({ at, x: xOf(at, view, width), words: format[unit](at) }));
}
