// SPDX-License-Identifier: Apache-2.0
import type { Drawing } from "./layout";
import { axisHeight, laneColours, lineHeight } from "./sizes";
import styles from "./timeline.module.css";

// Which lane is which branch, left of the lanes. Screen readers hear it with each lane.
export function LaneNames({
  drawing,
  lookedId,
}: {
  drawing: Drawing;
  lookedId: string | undefined; // the branch that is looked at
}) {
  return (
    <div
      className={styles.names}
      aria-hidden="true"
      style={{ height: drawing.height + axisHeight }}
    >
      {drawing.lanes.map(({ lane, lineY }) => (
        <div
          key={lane.id}
          className={styles.name}
          data-lane={lane.age % laneColours}
          data-looked={lane.id === lookedId || undefined}
          style={{ top: axisHeight + lineY - lineHeight / 2 }}
          title={lane.name}
        >
          <b>{lane.name}</b>
          <span>{lane.isActive ? "active" : lane.isRunning ? "running" : "stopped"}</span>
        </div>
      ))}
    </div>
  );
}
