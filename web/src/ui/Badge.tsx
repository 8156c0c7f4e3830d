// SPDX-License-Identifier: Apache-2.0
import type { ReactNode } from "react";
import { classes } from "./classes";
import styles from "./feedback.module.css";
import { BusyShape, FailedShape, RunningShape, StoppedShape } from "./icons";

type BadgeTone = "neutral" | "info" | "success" | "warning" | "danger";

export function Badge({
  tone = "neutral",
  icon,
  children,
}: {
  tone?: BadgeTone;
  icon?: ReactNode;
  children: ReactNode;
}) {
  return (
    <span className={classes(styles.badge, styles[tone])}>
      {icon}
      {children}
    </span>
  );
}

export type State =
  | "running"
  | "stopped"
  | "failed"
  | "busy"
  | "queued"
  | "rolling_back"
  | "succeeded"
  | "canceled";

const STATES = {
  running: { tone: "success", Shape: RunningShape, words: "Running" },
  stopped: { tone: "neutral", Shape: StoppedShape, words: "Stopped" },
  failed: { tone: "danger", Shape: FailedShape, words: "Failed" },
  busy: { tone: "info", Shape: BusyShape, words: "Busy" },
  queued: { tone: "neutral", Shape: BusyShape, words: "Waiting" },
  rolling_back: { tone: "warning", Shape: BusyShape, words: "Taking it back" },
  succeeded: { tone: "success", Shape: RunningShape, words: "Done" },
  canceled: { tone: "neutral", Shape: StoppedShape, words: "Canceled" },
} as const;

// A state by shape and word, never by colour alone. `words` where another word fits better.
export function StateBadge({ state, words }: { state: State; words?: string }) {
  const { tone, Shape, words: usual } = STATES[state];
  return (
    <Badge tone={tone} icon={<Shape />}>
      {words ?? usual}
    </Badge>
  );
}
