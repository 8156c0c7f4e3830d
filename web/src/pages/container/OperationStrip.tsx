// SPDX-License-Identifier: Apache-2.0
import { useContainerPage } from "@/actions/context";
import { cancel } from "@/api/acts";
import type { Operation } from "@/api/types";
import {
  canCancel,
  ending,
  operationNow,
  otherBranchOf,
  progressWords,
  replacesData,
  stepsDone,
} from "@/model/operation";
import { Button, CloseIcon, CopyButton, IconButton, Output, Strip, UndoIcon, useNow } from "@/ui";
import { BranchAddresses } from "./Addresses";
import { NextActs } from "./NextActs";
import styles from "./workspace.module.css";

// What is being done to the container now, for everybody who looks at it.
export function RunningStrip({ operation }: { operation: Operation }) {
  const { me, sendAndShow, container } = useContainerPage();
  const { done, all } = stepsDone(operation);
  return (
    <Strip
      tone={operation.state === "rolling_back" ? "warning" : "info"}
      isWorking
      title={operationNow(operation, me, container)}
      actions={
        canCancel(operation) && (
          <Button size="small" onClick={() => sendAndShow(() => cancel(operation.id))}>
            Cancel
          </Button>
        )
      }
    >
      <span role="status">{progressWords(operation)}…</span>
      {all > 1 && (
        <progress
          className={styles.progress}
          value={done}
          max={all}
          aria-label={`${done} of ${all} steps`}
        />
      )}
    </Strip>
  );
}

export function EndingStrip({ operation, onClose }: { operation: Operation; onClose: () => void }) {
  const { me, actions, perform, container, branches, target, ask } = useContainerPage();
  const now = useNow();
  const { tone, title, hint } = ending(operation, me, now, {
    other: otherBranchOf(operation, container),
    isStopped: branches.find(({ id }) => id === operation.branch?.id)?.state === "stopped",
  });
  const hasFailed = operation.state === "failed";
  const made =
    operation.kind === "create_branch" && operation.state === "succeeded"
      ? branches.find(({ id }) => id === operation.branch?.id)
      : undefined;
  const canUndo =
    operation.state === "succeeded" &&
    replacesData(operation.kind) &&
    operation.branch?.id === target.id &&
    !actions.undo.unavailable;
  return (
    <Strip
      tone={tone}
      title={<span role={hasFailed ? undefined : "status"}>{title}</span>}
      actions={
        <>
          {canUndo && (
            <Button size="small" icon={<UndoIcon />} onClick={() => perform("undo")}>
              Undo
            </Button>
          )}
          <NextActs operation={operation} onClose={onClose} />
          {/* Where it has failed to start, what it said is below: these tell of what runs as before. */}
          {hasFailed &&
            !operation.failure?.detail &&
            container.endpoints.map(({ source }) => (
              <Button key={source} size="small" onClick={() => ask({ kind: "log", source })}>
                Log of {source}
              </Button>
            ))}
          <IconButton size="small" label="Close" onClick={onClose}>
            <CloseIcon />
          </IconButton>
        </>
      }
    >
      {hint && <p>{hint}</p>}
      {made && <BranchAddresses branch={made} />}
      {operation.failure?.detail && <Output words={operation.failure.detail} />}
      {hasFailed && (
        <p className={styles.operationId}>
          Operation <code>{operation.id}</code>
          <CopyButton text={operation.id} label="Copy the operation's id" />
        </p>
      )}
    </Strip>
  );
}
