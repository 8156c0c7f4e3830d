// SPDX-License-Identifier: Apache-2.0
// How long an act will take, judged by how long it took this container before.
import type { Operation, OperationKind } from "@/api/types";
import { duration } from "./time";

const MOST_CONSIDERED = 15;

// The median of the newest that succeeded, in milliseconds; nothing where it was never done.
export function usualDuration(
  operations: readonly Operation[],
  kind: OperationKind,
): number | null {
  const spans = operations
    .filter(
      (operation) =>
        operation.kind === kind && operation.state === "succeeded" && operation.ended_at,
    )
    .slice(0, MOST_CONSIDERED)
    .map((operation) => Date.parse(operation.ended_at ?? "") - Date.parse(operation.created_at))
    .sort((a, b) => a - b);
  if (spans.length === 0) return null;
  const middle = Math.floor(spans.length / 2);
  const upper = spans[middle] ?? 0;
  return spans.length % 2 === 1 ? upper : (upper + (spans[middle - 1] ?? upper)) / 2;
}

// "About 2 seconds.", or nothing.
export function estimateWords(operations: readonly Operation[], kind: OperationKind): string {
  const span = usualDuration(operations, kind);
  return span === null ? "" : `About ${duration(span)}.`;
}
