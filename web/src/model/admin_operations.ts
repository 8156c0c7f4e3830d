// SPDX-License-Identifier: Apache-2.0
// Everyone's operations: which are shown, and how long they took.
import type { Operation } from "@/api/types";
import { withLocalTimes } from "./words";

export type StateChoice = "all" | "going" | "succeeded" | "failed" | "canceled";

export const STATE_CHOICES: { value: StateChoice; label: string }[] = [
  { value: "all", label: "Any state" },
  { value: "going", label: "Running or waiting" },
  { value: "succeeded", label: "Done" },
  { value: "failed", label: "Failed" },
  { value: "canceled", label: "Canceled" },
];

export function isGoing(operation: Operation): boolean {
  return operation.ended_at === null;
}

export function isShown(operation: Operation, state: StateChoice, text: string): boolean {
  if (state === "going" && !isGoing(operation)) return false;
  if (state !== "all" && state !== "going" && operation.state !== state) return false;
  const wanted = text.trim().toLowerCase();
  return wanted === "" || wordsOf(operation).includes(wanted);
}

function wordsOf(operation: Operation): string {
  const { container, template, source, branch, actor, failure } = operation;
  return [
    operation.words,
    operation.id,
    actor.name,
    container?.name,
    template?.name,
    source?.name,
    branch?.name,
    failure?.message,
  ]
    .join("\n")
    .toLowerCase();
}

// "at once", "35 ms", "1.4 s", "2 min 5 s", "1 h 10 min".
export function span(milliseconds: number): string {
  if (milliseconds < 1) return "at once";
  if (milliseconds < 1000) return `${Math.round(milliseconds)} ms`;
  if (milliseconds < 59_950) return `${(milliseconds / 1000).toFixed(1)} s`;
  const seconds = Math.round(milliseconds / 1000);
  if (seconds < 3600) return `${Math.floor(seconds / 60)} min ${seconds % 60} s`;
  const minutes = Math.round(seconds / 60);
  return `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}

// How long it took, or has taken until now.
export function tookOf(
  part: { started_at?: string | null; created_at?: string; ended_at: string | null },
  now: number,
): string {
  const begin = part.started_at ?? part.created_at;
  if (!begin) return "";
  return span((part.ended_at ? Date.parse(part.ended_at) : now) - Date.parse(begin));
}

// What was asked for, its times in the zone of the browser.
export function wordsOfOperation(operation: Operation, now: number): string {
  return withLocalTimes(operation.words, now);
}
