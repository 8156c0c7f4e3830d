import type { Drawing } from "./layout";
import { axisHeight, lineHeight } from "./sizes";
import styles from "./timeline.module.css";

// Which lane is which branch, left of the lanes. Screen readers hear it with each lane.
export function LaneNames({ drawing }: { drawing: Drawing }) {
  return (
    <div
      className={styles.names}
      aria-hidden="true"
      style={{ height: drawing.height + axisHeight }}
    >
      {drawing.lanes.map(({ lane, lineY }, row) => (
        <div
          key={lane.id}
          className={styles.name}
          data-lane={row % 6}
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
