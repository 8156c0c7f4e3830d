// SPDX-License-Identifier: Apache-2.0
import { memo } from "react";
import { gap, letter } from "./sizes";
import type { Axis as Ticks } from "./ticks";
import styles from "./timeline.module.css";

const wordsWidth = 76; // of a day's words, at most

// The days, and the hours below them. What they say, every option says too.
export const Axis = memo(function Axis({ axis, width }: { axis: Ticks; width: number }) {
  return (
    <div className={styles.axis} aria-hidden="true">
      {axis.major.map((tick, index) => {
        const next = axis.major[index + 1]?.x ?? width + wordsWidth;
        // The day that is under way at the left edge keeps its words there, until the next needs the place.
        const x = Math.min(Math.max(tick.x, 0), next - wordsWidth);
        return (
          <span key={tick.at}>
            {tick.x > 0 && (
              <i className={styles.majorTick} style={{ transform: `translateX(${tick.x}px)` }} />
            )}
            <span className={styles.majorWords} style={{ transform: `translateX(${x}px)` }}>
              {tick.words}
            </span>
          </span>
        );
      })}
      {axis.minor.map((tick) => (
        <span
          key={tick.at}
          className={styles.minorWords}
          style={{ transform: `translateX(${tick.x}px)` }}
        >
          {/* At the right edge a part of it would be another time. */}
          {tick.x + tick.words.length * letter + 2 * gap <= width && tick.words}
        </span>
      ))}
    </div>
  );
});
