// SPDX-License-Identifier: Apache-2.0
import { type Item, isBookmark } from "@/model/history";
import { classes } from "@/ui/classes";
import type { Flag } from "./flags";
import { ItemIcon } from "./icons";
import { MarkOption } from "./MarkOption";
import { countWords } from "./sizes";
import styles from "./timeline.module.css";
import { groupName, groupWords, itemWords } from "./words";

interface FlagMarkProps {
  flag: Flag;
  top: number;
  id: string;
  isSelected: boolean;
  now: number;
  branch: string | undefined;
}

// A landmark above the line, or a stack of them. A stack has the icon of its newest bookmark, if any.
export function FlagMark({ flag, top, id, isSelected, now, branch }: FlagMarkProps) {
  const { items } = flag;
  const [oldest, newest] = [items[0] as Item, items.at(-1) as Item];
  const isStack = items.length > 1;
  const shown = items.findLast(isBookmark) ?? newest;
  const left = Math.round(flag.left * 4) / 4;
  return (
    <MarkOption
      id={id}
      isSelected={isSelected && !isStack}
      words={
        isStack ? groupWords(groupName(items), oldest, newest, now) : itemWords(oldest, now, branch)
      }
      itemId={newest.id}
      kind={isBookmark(shown) ? "bookmark" : shown.kind === "failed" ? "failed" : "break"}
      className={classes(styles.flag, isStack && styles.stack, isSelected && styles.selected)}
      style={{ transform: `translate(${left}px, ${top}px)`, maxWidth: flag.width }}
    >
      <ItemIcon kind={shown.isReachable || !isBookmark(shown) ? shown.kind : "unreachable"} />
      {isStack && <span className={styles.count}>{countWords(items.length)}</span>}
      {flag.isLabelled && <span className={styles.label}>{shown.title}</span>}
    </MarkOption>
  );
}
