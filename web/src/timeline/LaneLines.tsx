// SPDX-License-Identifier: Apache-2.0
// All lines behind the marks, in one picture: the lanes with their breaks, the flags' poles, the arcs.

import type { Drawing, LaneDrawing } from "./layout";
import { laneColours, lineHeight, rowHeight, target } from "./sizes";
import styles from "./timeline.module.css";

interface LaneLinesProps {
  drawing: Drawing;
  width: number;
  selectedId: string | undefined;
  isMany: boolean;
}

export function LaneLines({ drawing, width, selectedId, isMany }: LaneLinesProps) {
  return (
    <svg
      className={styles.lines}
      width={width}
      height={drawing.height}
      aria-hidden="true"
      focusable="false"
    >
      {drawing.lanes.map((lane) => (
        <g key={lane.lane.id} data-lane={lane.lane.age % laneColours} className={styles.laneLines}>
          {lane.arcs.map((arc) => (
            <path
              key={arc.id}
              d={arc.path}
              className={arc.id === selectedId ? styles.selectedArc : styles.arc}
            />
          ))}
          <path d={polesOf(lane)} className={styles.pole} />
          {lane.leaving && <path d={lane.leaving} className={styles.leaving} />}
          <path
            d={lane.line}
            className={lane.lane.isActive || !isMany ? styles.line : styles.quietLine}
          />
        </g>
      ))}
    </svg>
  );
}

function polesOf({ flags, lineY }: LaneDrawing): string {
  return flags
    .map(({ x, row }) => {
      const foot = lineY - lineHeight / 2 - row * rowHeight - (rowHeight - target);
      return `M${Math.round(x * 10) / 10} ${foot}V${lineY + 4}`;
    })
    .join("");
}
