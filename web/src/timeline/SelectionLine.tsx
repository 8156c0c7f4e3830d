// SPDX-License-Identifier: Apache-2.0
import styles from "./timeline.module.css";

// From the axis down to the lane: where in time the selection is.
export function SelectionLine({ x, width, lineY }: { x: number; width: number; lineY: number }) {
  if (x < 0 || x > width) return null;
  return (
    <div
      className={styles.selection}
      role="presentation"
      style={{ transform: `translateX(${x - 0.5}px)`, height: lineY }}
    />
  );
}
