// SPDX-License-Identifier: Apache-2.0
// The server's sentences as the page shows them.
import { exactMoment } from "./time";

const ISO_TIME = /\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?Z/g;

// Its times in the zone of the browser: "Choose a time from 2026-11-18T14:03:00Z" is of no use to
// somebody who sees 15:03 everywhere else.
export function withLocalTimes(sentence: string, now: number): string {
  return sentence.replace(ISO_TIME, (time) => exactMoment(Date.parse(time), now));
}

export function capitalized(words: string): string {
  return words.charAt(0).toUpperCase() + words.slice(1);
}

export function asSentence(words: string): string {
  if (words === "") return "";
  return /[.!?:]$/.test(words) ? capitalized(words) : `${capitalized(words)}.`;
}

// The server's advice without what is typed into a terminal: `Wait until it has ended ("slip ...").`
export function withoutCommands(advice: string): string {
  return advice.replace(/ ?\([^()]*"slip [^()]*\)/g, "").replace(/^"slip [^"]*" [^.]*\.? ?/, "");
}

// "qa, dev and admin".
export function listed(names: readonly string[]): string {
  if (names.length < 2) return names[0] ?? "";
  return `${names.slice(0, -1).join(", ")} and ${names.at(-1)}`;
}
