// SPDX-License-Identifier: Apache-2.0
// A time as people write it: "14:03", "14:03:07", "yesterday 18:00", "Wed 9:15", "2026-11-29 14:03:07",
// "10 min ago". By the browser's zone, unless the text has one.

const SECOND = 1000;
const UNITS: [RegExp, number][] = [
  [/^s(ec(ond)?s?)?$/, SECOND],
  [/^m(in(ute)?s?)?$/, 60 * SECOND],
  [/^h(r|our)?s?$/, 3600 * SECOND],
  [/^d(ay)?s?$/, 86_400 * SECOND],
];
const WEEKDAYS = ["sun", "mon", "tue", "wed", "thu", "fri", "sat"];

// Nothing where it is no time. A time without a day that is still to come is yesterday's.
export function readTime(text: string, now: number): number | null {
  const words = text.trim().replace(/\s+/g, " ").toLowerCase();
  const ago = /^(\d{1,7}) ?([a-z]+) ago$/.exec(words);
  if (ago) {
    const unit = UNITS.find(([name]) => name.test(ago[2] ?? ""));
    return unit ? now - Number(ago[1]) * unit[1] : null;
  }
  if (/^\d{4}-\d\d-\d\dt[\d:.]+(z|[+-]\d\d:\d\d)$/.test(words))
    return known(Date.parse(text.trim()));
  const parts = /^(?:(.+?),? )?(\d{1,2}):(\d\d)(?::(\d\d))?$/.exec(words);
  if (!parts) return null;
  const [, day, hour, minute, second = "0"] = parts;
  const clock: Clock = [Number(hour), Number(minute), Number(second)];
  if (clock[0] > 23 || clock[1] > 59 || clock[2] > 59) return null;
  const date = /^(\d{4})-(\d\d)-(\d\d)$/.exec(day ?? "");
  if (date) return onDate(Number(date[1]), Number(date[2]), Number(date[3]), clock);
  const back = daysBack(day, now);
  if (back === null) return null;
  const at = daysBefore(now, back, clock);
  if (at <= now) return at;
  if (day === undefined) return daysBefore(now, 1, clock);
  return back === 0 && day !== "today" ? daysBefore(now, 7, clock) : at;
}

type Clock = [hour: number, minute: number, second: number];

// How many days ago the day was that is called so.
function daysBack(day: string | undefined, now: number): number | null {
  if (day === undefined || day === "today") return 0;
  if (day === "yesterday") return 1;
  const weekday = /^[a-z]{3,9}$/.test(day) ? WEEKDAYS.indexOf(day.slice(0, 3)) : -1;
  return weekday < 0 ? null : (new Date(now).getDay() - weekday + 7) % 7;
}

function daysBefore(now: number, days: number, clock: Clock): number {
  const at = new Date(now);
  at.setDate(at.getDate() - days);
  return at.setHours(...clock, 0);
}

function onDate(year: number, month: number, day: number, clock: Clock): number | null {
  const at = new Date(year, month - 1, day, ...clock);
  return at.getMonth() === month - 1 && at.getDate() === day ? known(at.getTime()) : null;
}

function known(at: number): number | null {
  return Number.isNaN(at) ? null : at;
}
