// SPDX-License-Identifier: Apache-2.0
// What the timeline's keys do, for the mouse. Not tab stops: the timeline is one, and has a key for each.
import { IconFrame } from "@/ui/IconFrame";
import styles from "./timeline.module.css";

interface ControlsProps {
  onZoomIn(): void;
  onZoomOut(): void;
  onFit(): void;
  onGoToTime(): void;
  showAllBranches: boolean;
  onShowAllBranches?: ((show: boolean) => void) | undefined;
}

export function Controls(props: ControlsProps) {
  const { showAllBranches, onShowAllBranches } = props;
  return (
    <div className={styles.controls}>
      {onShowAllBranches && (
        <button
          type="button"
          className={styles.control}
          tabIndex={-1}
          aria-pressed={showAllBranches}
          aria-keyshortcuts="a"
          title="Show all branches (A)"
          onClick={() => onShowAllBranches(!showAllBranches)}
        >
          Show all branches
        </button>
      )}
      <div className={styles.zoom}>
        <Control words="Zoom out" keys="-" onClick={props.onZoomOut}>
          <path d="M3.5 8h9" />
        </Control>
        <button
          type="button"
          tabIndex={-1}
          className={styles.control}
          aria-keyshortcuts="0"
          title="Show everything (0)"
          onClick={props.onFit}
        >
          Fit
        </button>
        <Control words="Zoom in" keys="+" onClick={props.onZoomIn}>
          <path d="M3.5 8h9M8 3.5v9" />
        </Control>
      </div>
      <button
        type="button"
        tabIndex={-1}
        className={styles.control}
        aria-keyshortcuts="g"
        title="Go to time (G)"
        onClick={props.onGoToTime}
      >
        Go to time…
      </button>
    </div>
  );
}

interface ControlProps {
  words: string;
  keys: string;
  onClick(): void;
  children: React.ReactNode;
}

function Control({ words, keys, onClick, children }: ControlProps) {
  return (
    <button
      type="button"
      tabIndex={-1}
      className={styles.control}
      aria-label={words}
      aria-keyshortcuts={keys}
      title={`${words} (${keys})`}
      onClick={onClick}
    >
      <IconFrame>{children}</IconFrame>
    </button>
  );
}
