// SPDX-License-Identifier: Apache-2.0
// Moments and spans in words; moments in the zone of the browser. All times are milliseconds since
// 1970; `now` is always given.

import { timeFormat } from "./formats";

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

const clock = timeFormat({ hour: "2-digit", minute: "2-digit" });
const clockWithSeconds = timeFormat({ hour: "2-digit", minute: "2-digit", second: "2-digit" });
const weekday = timeFormat({ weekday: "short" });
const day = timeFormat({ weekday: "short", day: "numeric", month: "short" });
const dayOfYear = timeFormat({ day: "numeric", month: "short", year: "numeric" });

export function startOfDay(at: number): number {
  return new Date(at).setHours(0, 0, 0, 0);
}

// How many midnights lie between; by the calendar, as some days have 23 or 25 hours.
function daysBetween(earlier: number, later: number): number {
  return Math.round((startOfDay(later) - startOfDay(earlier)) / DAY);
}

// "14:03" today, "Wed 14:03" within six days, else "Wed 18 Nov, 14:03" or "18 Nov 2025, 14:03".
export function moment(at: number, now: number): string {
  return `${dayPrefix(at, now)}${clock(at)}`;
}

// The same with seconds: where two moments may lie within one minute.
export function exactMoment(at: number, now: number): string {
  return `${dayPrefix(at, now)}${clockWithSeconds(at)}`;
}

function dayPrefix(at: number, now: number): string {
  const days = daysBetween(at, now);
  if (days === 0) return "";
  if (days > 0 && days < 7) return `${weekday(at)} `;
  const isThisYear = new Date(at).getFullYear() === new Date(now).getFullYear();
  return `${(isThisYear ? day : dayOfYear)(at)}, `;
}

// The heading of a day in a list: "Today", "Yesterday", "Wed 18 Nov".
export function dayWords(at: number, now: number): string {
  const days = daysBetween(at, now);
  if (days === 0) return "Today";
  if (days === 1) return "Yesterday";
  const isThisYear = new Date(at).getFullYear() === new Date(now).getFullYear();
  return (isThisYear ? day : dayOfYear)(at);
}

// "just now", "4 minutes ago", "in 3 days". A server's clock a little ahead is "just now" too.
export function ago(at: number, now: number): string {
  const span = now - at;
  if (Math.abs(span) < 20 * SECOND) return "just now";
  const words = spanWords(Math.abs(span));
  return span > 0 ? `${words} ago` : `in ${words}`;
}

function spanWords(span: number): string {
  if (span < MINUTE) return "less than a minute";
  if (span < HOUR) return counted(Math.floor(span / MINUTE), "minute");
  if (span < 2 * DAY) return counted(Math.floor(span / HOUR), "hour");
  if (span < 60 * DAY) return counted(Math.floor(span / DAY), "day");
  if (span < 730 * DAY) return counted(Math.floor(span / (30 * DAY)), "month");
  return counted(Math.floor(span / (365 * DAY)), "year");
}

// "1 day", "2 days".
export function counted(count: number, thing: string): string {
  return `${count} ${thing}${count === 1 ? "" : "s"}`;
}

// How long something took or will take: "1 second", "2 minutes". Never "0 seconds".
export function duration(span: number): string {
  if (span < 55 * SECOND) return counted(Math.max(1, Math.round(span / SECOND)), "second");
  if (span < 55 * MINUTE) return counted(Math.max(1, Math.round(span / MINUTE)), "minute");
  return counted(Math.max(1, Math.round(span / HOUR)), "hour");
}

// "14:03": where the day is said elsewhere.
export function clockWords(at: number, isToTheSecond = false): string {
  return (isToTheSecond ? clockWithSeconds : clock)(at);
}
