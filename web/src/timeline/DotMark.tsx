// SPDX-License-Identifier: Apache-2.0
import { classes } from "@/ui/classes";
import { ItemIcon } from "./icons";
import { MarkOption } from "./MarkOption";
import type { Dot } from "./points";
import { countWords, target } from "./sizes";
import styles from "./timeline.module.css";
import { groupWords, itemWords } from "./words";

interface DotMarkProps {
  dot: Dot;
  lineY: number;
  id: string;
  isSelected: boolean;
  now: number;
  branch: string | undefined;
}

// A point on the line, or a pill with the number of those that would overlap.
export function DotMark({ dot, lineY, id, isSelected, now, branch }: DotMarkProps) {
  const isPill = dot.count > 1;
  const left = Math.round((dot.x - dot.width / 2) * 4) / 4;
  return (
    <MarkOption
      id={id}
      isSelected={isSelected && !isPill}
      words={
        isPill
          ? groupWords(`${countWords(dot.count)} points`, dot.oldest, dot.newest, now)
          : itemWords(dot.newest, now, branch)
      }
      itemId={dot.newest.id}
      className={classes(isPill ? styles.pill : styles.dot, isSelected && styles.selected)}
      style={{ transform: `translate(${left}px, ${lineY - target / 2}px)`, width: dot.width }}
    >
      {isPill ? (
        countWords(dot.count)
      ) : (
        <ItemIcon kind={dot.newest.isReachable ? dot.newest.kind : "unreachable"} />
      )}
    </MarkOption>
  );
}
