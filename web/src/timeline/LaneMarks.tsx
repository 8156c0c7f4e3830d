// SPDX-License-Identifier: Apache-2.0
// The marks of one lane: flags above the line, points and pills on it, now at its end. Each is an option
// of the timeline's list box.
import { memo } from "react";
import type { Item } from "@/model/history";
import { classes } from "@/ui/classes";
import { DotMark } from "./DotMark";
import { FlagMark } from "./FlagMark";
import type { Flag } from "./flags";
import { ItemIcon } from "./icons";
import type { LaneDrawing } from "./layout";
import { MarkOption } from "./MarkOption";
import type { Dot } from "./points";
import { laneColours, lineHeight, rowHeight } from "./sizes";
import styles from "./timeline.module.css";
import { itemWords } from "./words";

interface LaneMarksProps {
  drawing: LaneDrawing;
  isMany: boolean;
  now: number;
  listId: string;
  selected: Item | undefined;
  selectedMark: Flag | Dot | undefined;
}

export const LaneMarks = memo(function LaneMarks(props: LaneMarksProps) {
  const { drawing, isMany, now, listId, selected, selectedMark } = props;
  const { lane, lineY, flags, dots, now: end } = drawing;
  const branch = isMany ? lane.name : undefined;
  const isDrawn = selected && (selected.id === selectedMark?.id || selected === end?.item);
  return (
    // biome-ignore lint/a11y/useSemanticElements: a fieldset is for forms
    <div role="group" aria-label={`Branch ${lane.name}`} data-lane={lane.age % laneColours}>
      {flags.map((flag) => (
        <FlagMark
          key={flag.id}
          flag={flag}
          top={lineY - lineHeight / 2 - (flag.row + 1) * rowHeight}
          id={`${listId}-${flag.id}`}
          isSelected={flag === selectedMark}
          now={now}
          branch={branch}
        />
      ))}
      {dots.map((dot) => (
        <DotMark
          key={dot.id}
          dot={dot}
          lineY={lineY}
          id={`${listId}-${dot.id}`}
          isSelected={dot === selectedMark}
          now={now}
          branch={branch}
        />
      ))}
      {end && (
        <MarkOption
          id={`${listId}-${end.item.id}`}
          isSelected={end.item === selected}
          words={itemWords(end.item, now, branch)}
          itemId={end.item.id}
          className={classes(styles.now, end.item === selected && styles.selected)}
          style={{ transform: `translate(${Math.round(end.x * 4) / 4}px, ${lineY}px)` }}
        >
          <ItemIcon kind="now" />
          <span>Now</span>
        </MarkOption>
      )}
      {selected && !isDrawn && (
        // Out of view, or within a pill: for screen readers it is there all the same.
        <MarkOption
          id={`${listId}-${selected.id}`}
          isSelected
          words={itemWords(selected, now, branch)}
          className="visually-hidden"
        />
      )}
    </div>
  );
});
