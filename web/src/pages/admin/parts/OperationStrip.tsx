// SPDX-License-Identifier: Apache-2.0
import { type ReactNode, useEffect, useRef, useState } from "react";
import { Link } from "wouter";
import { cancel } from "@/api/acts";
import type { Operation } from "@/api/types";
import { isGoing, tookOf, wordsOfOperation } from "@/model/admin_operations";
import { canCancel, progressWords, stepsDone } from "@/model/operation";
import { asSentence, capitalized, withoutCommands } from "@/model/words";
import { announce, Button, CloseIcon, IconButton, Output, Strip, toast } from "@/ui";
import styles from "./parts.module.css";
import { useSeconds } from "./useSeconds";

interface OperationStripProps {
  operation: Operation;
  // Puts it away, once it has ended.
  onClose?: () => void;
  // What to do after it succeeded.
  next?: ReactNode;
  // What holds after a failure.
  afterFailure?: string;
  // Leads to the operation's own page.
  hasDetails?: boolean;
}

// An operation while it runs and how it ended, above what it concerns.
export function OperationStrip({
  operation,
  onClose,
  next,
  afterFailure,
  hasDetails = true,
}: OperationStripProps) {
  useAnnouncedEnd(operation);
  const now = useSeconds(isGoing(operation));
  const words = wordsOfOperation(operation, now);
  const details = hasDetails && <Link href={`/admin/operations/${operation.id}`}>Details</Link>;
  const close = onClose && (
    <IconButton label="Put this message away" size="small" onClick={onClose}>
      <CloseIcon />
    </IconButton>
  );
  if (isGoing(operation)) {
    const { done, all } = stepsDone(operation);
    return (
      <Strip
        tone="info"
        isWorking
        title={capitalized(words)}
        actions={<CancelButton operation={operation} />}
      >
        <p>
          {progressWords(operation)}. Step {Math.min(done + 1, all)} of {all}, for{" "}
          {tookOf(operation, Math.max(now, Date.parse(operation.created_at)))}. {details}
        </p>
        <progress
          className={styles.progress}
          value={done}
          max={Math.max(all, 1)}
          aria-label="Steps done"
        />
      </Strip>
    );
  }
  if (operation.state === "failed") {
    const { failure } = operation;
    return (
      <Strip tone="danger" title={`Could not ${words}`} actions={close}>
        <p>{asSentence(failure?.message ?? "It is not known why")}</p>
        {failure?.hint && <p>{asSentence(withoutCommands(failure.hint))}</p>}
        <p>
          {failure?.step && `It failed at “${failure.step}”. `}
          {afterFailure ?? "Everything is as before."} {details}
        </p>
        {failure?.detail && <Output words={failure.detail} />}
      </Strip>
    );
  }
  if (operation.state === "canceled") {
    return (
      <Strip tone="warning" title={`Canceled: ${words}`} actions={close}>
        Everything is as before. {details}
      </Strip>
    );
  }
  return (
    <Strip
      tone="success"
      title={`Done: ${words}`}
      actions={
        <>
          {next}
          {close}
        </>
      }
    >
      It took {tookOf(operation, now)}. {details}
    </Strip>
  );
}

// Possible until its switch.
export function CancelButton({ operation }: { operation: Operation }) {
  const [isAsked, setAsked] = useState(false);
  if (operation.cancel_requested || isAsked) {
    return (
      <Button size="small" isBusy>
        Canceling
      </Button>
    );
  }
  if (!canCancel(operation)) return null;
  const ask = async () => {
    setAsked(true);
    try {
      await cancel(operation.id);
    } catch (error) {
      toast(error instanceof Error ? error.message : "It cannot be canceled.");
    } finally {
      setAsked(false);
    }
  };
  return (
    <Button
      size="small"
      aria-label={`Cancel: ${wordsOfOperation(operation, Date.now())}`}
      onClick={ask}
    >
      Cancel
    </Button>
  );
}

// Only an end that was waited for is read out, not one that was there at first.
function useAnnouncedEnd(operation: Operation) {
  const wasGoing = useRef(isGoing(operation));
  useEffect(() => {
    if (isGoing(operation)) {
      wasGoing.current = true;
      return;
    }
    if (wasGoing.current && operation.state !== "failed") {
      announce(
        `${operation.state === "canceled" ? "Canceled" : "Done"}: ${wordsOfOperation(operation, Date.now())}.`,
      );
    }
    wasGoing.current = false;
  }, [operation]);
}
