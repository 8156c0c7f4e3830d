// SPDX-License-Identifier: Apache-2.0
// Acts that failed, as moments of a branch's history. Nothing has changed there, but whoever looks back
// sees that it was tried, and why it failed.
import type { Operation, OperationKind } from "@/api/types";
import { originWords } from "./history_words";
import type { Item } from "./item";

const ON_DATA: OperationKind[] = [
  "bookmark",
  "restore",
  "refresh",
  "reset",
  "undo",
  "create_branch",
  "activate_branch",
];

export function failuresAmong(operations: readonly Operation[]): Operation[] {
  return operations.filter(({ kind, state }) => state === "failed" && ON_DATA.includes(kind));
}

// The moments with those of the failures that are the branch's and no older; oldest first.
export function withFailures(
  past: readonly Item[],
  branch: string,
  failures: readonly Operation[],
  now: number,
): readonly Item[] {
  const began = past[0]?.at ?? Number.POSITIVE_INFINITY;
  const own = failures
    .filter((one) => one.branch?.id === branch)
    .map((one) => itemOf(one, past, now));
  const shown = own.filter(({ at }) => at >= began);
  return shown.length === 0 ? past : [...past, ...shown].sort((a, b) => a.at - b.at);
}

// Its data is that of the moment in which it was tried.
function itemOf(operation: Operation, past: readonly Item[], now: number): Item {
  const at = Date.parse(operation.created_at);
  const branch = operation.branch;
  return {
    id: operation.id,
    kind: "failed",
    lane: branch?.id ?? "",
    segment: past.findLast((item) => item.at <= at)?.segment ?? "",
    at,
    title: `Could not ${originWords(operation.words, branch?.name ?? "", now)}`,
    isReachable: true,
    failure: operation,
  };
}
