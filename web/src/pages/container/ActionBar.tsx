// SPDX-License-Identifier: Apache-2.0
import { type ReactNode, type Ref, useEffect, useLayoutEffect, useRef, useState } from "react";
import { Button, ErrorBanner, useNarrow } from "@/ui";
import { Actions } from "./Actions";
import { EndingStrip, RunningStrip } from "./OperationStrip";
import { SelectionDetails, SelectionTitle } from "./Selection";
import type { Following } from "./useFollowing";
import styles from "./workspace.module.css";

// What is over sooner needs no words.
const SHORT_MS = 250;

interface Props {
  ref: Ref<HTMLElement>;
  following: Following;
  problem: unknown;
  onCloseProblem: () => void;
}

// What is selected and what can be done with it. While something is done to the container, a strip
// says what, in the place of the buttons.
export function ActionBar({ ref, following, problem, onCloseProblem }: Props) {
  const { operation, isRunning } = following;
  const isNarrow = useNarrow();
  const isLong = useLasting(isRunning, SHORT_MS);
  return (
    <section ref={ref} className={styles.actionBar} aria-label="Selected">
      {problem !== null && (
        <ErrorBanner
          error={problem}
          actions={
            <Button size="small" onClick={onCloseProblem}>
              Close
            </Button>
          }
        />
      )}
      <SelectionTitle />
      <ActionArea isRunning={isLong}>
        {operation && isLong ? <RunningStrip operation={operation} /> : <Actions />}
      </ActionArea>
      {operation && !isRunning && <EndingStrip operation={operation} onClose={following.dismiss} />}
      {!isNarrow && <SelectionDetails />}
    </section>
  );
}

// True once it has been so for a while.
function useLasting(isSo: boolean, spanMs: number): boolean {
  const [isLasting, setLasting] = useState(false);
  useEffect(() => {
    setLasting(false);
    if (!isSo) return;
    const timer = setTimeout(() => setLasting(true), spanMs);
    return () => clearTimeout(timer);
  }, [isSo, spanMs]);
  return isSo && isLasting;
}

// Whoever pressed a button by key stays here while the strip is in its place, and comes back to the
// buttons afterwards.
function ActionArea({ isRunning, children }: { isRunning: boolean; children: ReactNode }) {
  const area = useRef<HTMLDivElement>(null);
  const hasFocus = useRef(false);
  // biome-ignore lint/correctness/useExhaustiveDependencies: what is focused goes with what is shown
  useLayoutEffect(() => {
    const root = area.current;
    const focused = document.activeElement;
    if (!root || !hasFocus.current || (focused !== root && root.contains(focused))) return;
    (root.querySelector<HTMLElement>("[data-main]") ?? root).focus({ preventScroll: true });
  }, [isRunning]);
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: it only watches where the focus is
    <div
      ref={area}
      className={styles.actionArea}
      tabIndex={-1}
      onFocus={() => {
        hasFocus.current = true;
      }}
      onBlur={(event) => {
        // A button that is taken away has lost the focus to nothing, and is gone already.
        if (event.relatedTarget || event.target.isConnected) hasFocus.current = false;
      }}
    >
      {children}
    </div>
  );
}
